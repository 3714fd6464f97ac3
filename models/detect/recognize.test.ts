import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { fixedOutputModel, siluNet, tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { recognizeDetector } from './recognize.ts';

const recognize = (proto: ModelProto) => recognizeDetector({ proto }, inferShapes(proto));

function readingOf(proto: ModelProto) {
  const result = recognize(proto);
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

function reasonOf(proto: ModelProto): string {
  const result = recognize(proto);
  return 'reason' in result ? result.reason : `recognised as ${result.reading.family}`;
}

/** A model with an output of chosen dimensions; recognition reads no values. */
const withOutput = (size: number, dims: readonly number[], metadata: Record<string, string> = {}) =>
  fixedOutputModel(size, dims, new Float32Array(dims.reduce((product, dim) => product * dim, 1)), metadata);

describe('recognising heads', () => {
  it('v8', () => {
    const { reading, warnings } = readingOf(tinyV8());
    expect(reading).toMatchObject({
      family: 'v8',
      strides: [8, 16, 32],
      anchorsPerCell: 1,
      classes: 3,
      nmsInGraph: false,
      outputs: [{ order: 'channel-major' }],
      input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center', size: [64, 64] },
    });
    expect(warnings).toEqual([]);
  });

  it('v8 with the boxes in rows', () => {
    const { reading } = readingOf(withOutput(64, [1, 84, 7], { names: "{0: 'a', 1: 'b', 2: 'c'}" }));
    expect(reading).toMatchObject({ family: 'v8', outputs: [{ order: 'box-major' }], classNames: ['a', 'b', 'c'] });
  });

  it('v5', () => {
    expect(readingOf(tinyV5()).reading).toMatchObject({
      family: 'v5',
      anchorsPerCell: 3,
      strides: [8, 16, 32],
      classes: 3,
      decodedInGraph: true,
    });
  });

  it('YOLOX, although its shape could also be that of v8 with one more class', () => {
    expect(readingOf(tinyYolox()).reading).toMatchObject({
      family: 'yolox',
      anchorsPerCell: 1,
      classes: 3,
      decodedInGraph: false,
      input: { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' },
    });
  });

  it('end to end', () => {
    expect(readingOf(tinyEndToEnd()).reading).toMatchObject({
      family: 'end-to-end',
      strides: [],
      classes: 3,
      nmsInGraph: true,
    });
  });

  it('v8 with two classes in rows of six rather than end to end', () => {
    expect(readingOf(withOutput(64, [1, 84, 6])).reading).toMatchObject({ family: 'v8', classes: 2 });
  });

  // Cells at 128 x 128: 32² + 16² + 8² + 4² = 1360 with stride 4, 16² + 8² + 4² + 2² = 340 with stride 64.
  it.each([
    [1360, [4, 8, 16, 32]],
    [340, [8, 16, 32, 64]],
    [80, [16, 32]],
  ])('finds the strides behind %i cells', (count, strides) => {
    expect(readingOf(withOutput(128, [1, 9, count])).reading.strides).toEqual(strides);
  });

  it('names: COCO for 80 classes without names, numbers otherwise, and a warning where they do not fit', () => {
    expect(readingOf(withOutput(64, [1, 84, 84])).reading.classNames[16]).toBe('dog');
    expect(readingOf(withOutput(64, [1, 7, 84])).reading.classNames).toEqual(['class 0', 'class 1', 'class 2']);
    const { reading, warnings } = readingOf(withOutput(64, [1, 7, 84], { names: "{0: 'cat', 1: 'dog'}" }));
    expect(reading.classNames).toEqual(['cat', 'dog', 'class 2']);
    expect(warnings.join()).toContain('2 classes, but the output has room for 3');
    expect(readingOf(withOutput(64, [1, 7, 84], { names: '{0: ' })).warnings.join()).toContain('could not be parsed');
  });

  it('takes the size from the metadata where the graph leaves it open', () => {
    const proto = tinyV8();
    const shape = proto.graph?.input[0]?.type?.value;
    if (shape?.case !== 'tensorType') throw new Error('no tensor');
    for (const axis of [0, 2, 3]) {
      const dim = shape.value.shape?.dim[axis];
      if (dim !== undefined) dim.value = { case: 'dimParam', value: `open${axis}` };
    }
    expect(readingOf(proto).reading.input).toMatchObject({ size: [64, 64], dynamicSize: true });
  });
});

describe('what is no detector', () => {
  it.each([
    ['a classifier', () => withOutput(64, [1, 1000]), 'seems to be a classifier'],
    ['one undecoded grid', () => withOutput(64, [1, 85, 4, 4]), 'one grid of values'],
    ['a feature map', () => siluNet(), '"second_out" [1, 4, 8, 8]'],
    ['another task', () => withOutput(64, [1, 7, 84], { task: 'classify' }), 'task is "classify"'],
    ['a number of rows that is none of cells', () => withOutput(64, [1, 7, 86]), 'fits no known detection head'],
  ])('%s', (_name, make, reason) => {
    expect(reasonOf(make())).toContain(reason);
  });

  it('what only damage makes: thousands of outputs, or of millions of classes', () => {
    const crowded = (count: number) => {
      const proto = tinyV8();
      const [output] = proto.graph?.output ?? [];
      if (output !== undefined) proto.graph?.output.push(...Array.from({ length: count - 1 }, () => output));
      return proto;
    };
    expect(reasonOf(crowded(5000))).toBe('it has 5000 outputs, and detectors have a few');
    const started = performance.now();
    recognizeDetector({ proto: crowded(64) }, inferShapes(crowded(64)));
    expect(performance.now() - started).toBeLessThan(2000);

    const wide = tinyV8();
    wide.graph?.node.splice(0);
    for (const { type } of wide.graph?.output ?? []) {
      const dim = type?.value.case === 'tensorType' ? type.value.value.shape?.dim[1] : undefined;
      if (dim !== undefined) dim.value = { case: 'dimValue', value: 2n ** 31n };
    }
    expect(reasonOf(wide)).toContain('fits no known detection head');
  });

  it('metadata of another exporter do not matter', () => {
    const proto = tinyV8();
    proto.metadataProps.push(create(StringStringEntryProtoSchema, { key: 'stride', value: 'unknown' }));
    expect(readingOf(proto).reading.family).toBe('v8');
  });
});

describe.skipIf(!hasSharedFolder)('published models', () => {
  it.each([
    ['models/yolov8n/yolov8n.onnx', 'v8'],
    ['models/yolov8n/yolov8n_int8_dynamic.onnx', 'v8'],
    ['models/yolo11n/yolo11n.onnx', 'v8'],
    ['models/yolo26n/yolo26n.onnx', 'end-to-end'],
    ['models/yolox-nano/yolox_nano.onnx', 'yolox'],
    ['models/yolov5-lite-e/v5Lite-e-sim-320.onnx', 'v5'],
    ['models/fastestdet/FastestDet.onnx', 'fastestdet'],
    ['models/yolo-fastestv2/yolo-fastestv2.onnx', 'yolo-fastestv2'],
    ['nasty/onnx/FastestDet_ext.onnx', 'fastestdet'],
    ['nasty/onnx/yolox_nano_dynamic.onnx', 'yolox'],
    ['nasty/onnx/yolox_nano_fp16_io.onnx', 'yolox'],
  ])('%s is %s', async (path, family) => {
    const { proto } = await readModel(sharedPath(...path.split('/')));
    expect(readingOf(proto).reading).toMatchObject({ family, classes: 80 });
  });

  it.each([
    ['nasty/onnx/onnx_light_resnet50.onnx', 'classifier'],
    ['nasty/onnx/onnx_test_Conv3d.onnx', 'is not a picture'],
    ['nasty/onnx/onnx_test_sequence_model1.onnx', '3 inputs'],
  ])('%s is refused', async (path, reason) => {
    const { proto } = await readModel(sharedPath(...path.split('/')));
    expect(reasonOf(proto)).toContain(reason);
  });
});
