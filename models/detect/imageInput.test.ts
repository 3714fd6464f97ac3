import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/write.ts';
import {
  addConv,
  addFloats,
  addIntegers,
  addNode,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../testing/draft.ts';
import { findBoxes, readingOf, reasonOf } from '../testing/findBoxes.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { paintPicture } from '../testing/pictures.ts';
import { openDetectorFromProto } from './detector.ts';

const folder = temporaryFolder();

interface Input {
  readonly dims: readonly (number | string)[];
  readonly type?: DataType;
  /** What the graph does before the first convolution. */
  readonly prepare?: (draft: Draft) => string;
  readonly more?: ReturnType<typeof declareTensor>[];
  readonly metadata?: Record<string, string>;
}

/**
 * A v8 detector of 64 x 64 that finds one box: centre 32, 32, size 16, whose score is the mean of one channel of what reaches
 * its convolution, divided by 1000. So the score tells what went in.
 */
function meanDetector({
  dims,
  type = DataType.FLOAT,
  prepare = () => 'images',
  more = [],
  metadata = {},
}: Input): ModelProto {
  const draft = startDraft();
  const pixels = prepare(draft);
  // The first of the three channels alone.
  addFloats(draft, 'first.weight', [1, 3, 1, 1], [1, 0, 0]);
  const channel = addNode(draft, 'Conv', [pixels, 'first.weight'], {}, 'first');
  const mean = addNode(draft, 'ReduceMean', [channel], { axes: { ints: [2, 3] }, keepdims: { int: 0 } });
  const perPicture = addNode(draft, 'Unsqueeze', [mean, addIntegers(draft, 'last', [2])]);
  const score = addNode(draft, 'Div', [perPicture, addFloats(draft, 'thousand', [], [1000])]);
  const values = new Float32Array(5 * 84);
  for (const [row, value] of [32, 32, 16, 16].entries()) values[row * 84 + 5] = value;
  const place = new Float32Array(5 * 84);
  place[4 * 84 + 5] = 1;
  const scored = addNode(draft, 'Mul', [addFloats(draft, 'place', [1, 5, 84], place), score]);
  addNode(draft, 'Add', [addFloats(draft, 'box', [1, 5, 84], values), scored], {}, 'output0', 'output0');
  return finishModel(draft, {
    inputs: [declareTensor('images', dims, type), ...more],
    outputs: [declareTensor('output0', [dims[0] ?? 1, 5, 84])],
    metadata: { names: 'thing', ...metadata },
  });
}

/** The mean of what reached the convolution for a picture of red 200, green 100, blue 50. */
async function meanOf(proto: ModelProto): Promise<number> {
  const { reading } = readingOf(proto);
  const detector = await openDetectorFromProto(encodeModel(proto), reading, { name: 'mean' });
  const colours = [200, 100, 50];
  const { candidates } = await detector.candidatesOf(
    paintPicture(64, 64, (_x, _y, channel) => colours[channel] ?? 0),
    0,
  );
  await detector.close();
  return 1000 * (candidates.scores[0] ?? 0);
}

const divide = (draft: Draft, input: string) => addNode(draft, 'Div', [input, addFloats(draft, 'by', [], [255])]);
const toFloat = (draft: Draft) => addNode(draft, 'Cast', ['images'], { to: { int: DataType.FLOAT } });
const moved = (draft: Draft, input: string) => addNode(draft, 'Transpose', [input], { perm: { ints: [0, 3, 1, 2] } });

describe('pictures go in as the graph wants them', () => {
  it.each<[string, Input, number]>([
    ['0..1 where the graph does nothing', { dims: [1, 3, 64, 64] }, 200 / 255],
    ['0..255 where it divides', { dims: [1, 3, 64, 64], prepare: (draft) => divide(draft, 'images') }, 200 / 255],
    [
      'bytes, channels last',
      {
        dims: [1, 64, 64, 3],
        type: DataType.UINT8,
        prepare: (draft) => divide(draft, moved(draft, toFloat(draft))),
      },
      200 / 255,
    ],
    ['bytes that are not divided', { dims: [1, 3, 64, 64], type: DataType.UINT8, prepare: toFloat }, 200],
    ['halves', { dims: [1, 3, 64, 64], type: DataType.FLOAT16, prepare: toFloat }, 200 / 255],
    [
      'in the other order where the graph swaps channels',
      {
        dims: [1, 3, 64, 64],
        prepare: (draft) =>
          addNode(draft, 'Gather', ['images', addIntegers(draft, 'order', [2, 1, 0])], { axis: { int: 1 } }),
      },
      200 / 255,
    ],
    ['in every place of a batch of four', { dims: [4, 3, 64, 64] }, 200 / 255],
  ])('%s', async (_name, input, expected) => {
    // Half precision keeps 11 bits.
    expect(await meanOf(meanDetector(input))).toBeCloseTo(expected, expected > 1 ? 3 : 2);
  });

  it('channels last and all dimensions open: the transposition tells', () => {
    const proto = meanDetector({
      dims: ['n', 'h', 'w', 'c'],
      prepare: (draft) => moved(draft, 'images'),
      metadata: { imgsz: '64' },
    });
    expect(readingOf(proto).reading.input).toMatchObject({ layout: 'NHWC', size: [64, 64], dynamicSize: true });
  });

  it('bytes and a graph that normalises are said', () => {
    const bytes = readingOf(meanDetector({ dims: [1, 3, 64, 64], type: DataType.UINT8, prepare: toFloat })).reading;
    expect(bytes.evidence.join()).toContain('The input takes bytes');
    const divided = readingOf(
      meanDetector({ dims: [1, 3, 64, 64], prepare: (draft) => divide(draft, 'images') }),
    ).reading;
    expect(divided.evidence.join()).toContain('The graph scales pictures itself (Div), so they go in as 0..255');
    expect(divided.input).toMatchObject({ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] });
  });

  it('inputs beside the picture are fed by their names', async () => {
    const proto = meanDetector({
      dims: [1, 3, 64, 64],
      prepare: (draft) =>
        addNode(draft, 'Mul', ['images', addNode(draft, 'ReduceMax', ['scale_factor'], { keepdims: { int: 0 } })]),
      more: [declareTensor('scale_factor', ['n', 2])],
    });
    expect(readingOf(proto).reading.evidence.join()).toContain('"scale_factor" is fed');
    expect(await findBoxes(folder, proto, -1)).toHaveLength(1);
  });
});

describe('inputs that are no picture', () => {
  const conv = (
    from: number,
    dims: readonly (number | string)[],
    type?: DataType,
    more: ReturnType<typeof declareTensor>[] = [],
  ) => {
    const draft = startDraft();
    addConv(draft, 'first', 'images', [from, 4]);
    return finishModel(draft, {
      inputs: [declareTensor('images', dims, type), ...more],
      outputs: [declareTensor('first_out', [1, 4, 8, 8])],
    });
  };

  it.each<[string, ModelProto, string]>([
    ['grey', conv(1, [1, 1, 64, 64]), 'takes grey pictures'],
    ['four channels', conv(4, [1, 4, 64, 64]), 'has no three colour channels'],
    ['bytes with a sign', conv(3, [1, 3, 64, 64], DataType.INT8), 'the file does not say how pixels become these'],
    ['whole numbers', conv(3, [1, 3, 64, 64], DataType.INT64), 'holds int64 values'],
    ['five dimensions', conv(3, [1, 3, 4, 64, 64]), 'is not a picture'],
    ['two pictures', conv(3, [1, 3, 64, 64], undefined, [declareTensor('other', [1, 3, 64, 64])]), '2 inputs'],
    [
      'an input of unknown meaning',
      conv(3, [1, 3, 64, 64], undefined, [declareTensor('temperature', [1])]),
      'an input "temperature" beside the picture',
    ],
    ['a huge side', conv(3, [1, 3, 99_999, 64]), 'larger than any picture'],
  ])('%s', (_name, proto, reason) => {
    expect(reasonOf(proto)).toContain(reason);
  });
});
