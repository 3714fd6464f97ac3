import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/write.ts';
import { readingOf } from '../testing/findBoxes.ts';
import { paintPicture } from '../testing/pictures.ts';
import { tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import type { DetectorSpec } from '../types.ts';
import { openDetectorFromProto } from './detector.ts';

function openDims(value: ValueInfoProto | undefined, axes: readonly number[]): void {
  if (value?.type?.value.case !== 'tensorType') throw new Error('no tensor');
  for (const axis of axes) {
    const dim = value.type.value.value.shape?.dim[axis];
    if (dim !== undefined) dim.value = { case: 'dimParam', value: `open${axis}` };
  }
}

/** A model whose batch, height and width are open, and its metadata replaced. */
function opened(proto: ModelProto, metadata: Readonly<Record<string, string>> = {}): ModelProto {
  openDims(proto.graph?.input[0], [0, 2, 3]);
  openDims(proto.graph?.output[0], [0, 1, 2]);
  proto.metadataProps = Object.entries(metadata).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  return proto;
}

describe('an input whose size is open', () => {
  it.each([
    ['[96, 160]', {}, [96, 160]],
    ['256', {}, [256, 256]],
    // In whole strides, which 100 is not.
    ['[100, 100]', {}, [128, 128]],
    ['[100, 100]', { stride: '64' }, [128, 128]],
    ['[160, 160]', { stride: '64' }, [192, 192]],
  ])('imgsz %s %o of the metadata', (imgsz, more, size) => {
    const { input } = readingOf(opened(tinyYolox(), { imgsz, ...more })).reading;
    expect(input).toMatchObject({ size, dynamicSize: true, batch: 1 });
  });

  it('is 640 x 640 where nothing tells', () => {
    expect(readingOf(opened(tinyYolox())).reading.input.size).toEqual([640, 640]);
  });

  it('is the one that the cells in the constants are made for', () => {
    const { reading } = readingOf(opened(tinyV8({ size: 128 })));
    expect(reading.input.size).toEqual([128, 128]);
    expect(reading.evidence.join()).toContain('constants of the graph are made for 128 x 128');
  });
});

describe("the user's choice of size", () => {
  const proto = opened(tinyYolox());
  const { reading } = readingOf(proto);
  const open = (size: readonly [number, number], spec: DetectorSpec = reading, model = proto) =>
    openDetectorFromProto(encodeModel(model), { ...spec, input: { ...spec.input, size } }, { name: 'tiny' });

  it('is run at, and the levels of the grid follow', async () => {
    const detector = await open([96, 160]);
    const { levels, candidates } = await detector.candidatesOf(
      paintPicture(160, 96, () => 128),
      -1,
    );
    await detector.close();
    expect(levels.map(({ rows, columns }) => [rows, columns])).toEqual([
      [12, 20],
      [6, 10],
      [3, 5],
    ]);
    expect(candidates.count).toBe(240 + 60 + 15);
  });

  it('is refused where it is no multiple of the stride, with the nearest that is', async () => {
    await expect(open([100, 160])).rejects.toMatchObject({
      code: 'bad-input',
      message: 'tiny cannot run at 160 x 100.',
      hint: 'The nearest size it takes is 160 x 96: both sides must be multiples of 32.',
    });
  });

  it('is refused where the file fixes another', async () => {
    const fixed = tinyYolox();
    const spec = readingOf(fixed).reading;
    await expect(open([96, 96], spec, fixed)).rejects.toMatchObject({
      code: 'bad-input',
      hint: 'The nearest size it takes is 64 x 64.',
    });
  });
});
