import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../graph/read.ts';
import { inferShapes } from '../../graph/shapes.ts';
import { writeModel } from '../../graph/write.ts';
import { declareTensor } from '../../testing/draft.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../../testing/shared.ts';
import { setWeights } from '../../testing/tinyModels.ts';
import type { Detection, HeadFamily } from '../../types.ts';
import { openDetector } from '../detector.ts';
import { decodeImage } from '../image.ts';

/**
 * Published models, and the same ones cut before the graph decodes their boxes, as exports for chips are: what is found must
 * stay the same.
 */

const folder = temporaryFolder();
const photo = sharedPath('data', 'photos', 'bus.jpg');
const settings = { confidence: 0.25, iou: 0.7, maxDetections: 300, multiLabel: false };

async function detect(path: string): Promise<{ family: HeadFamily; detections: Detection[] }> {
  const detector = await openDetector(path);
  try {
    const { detections } = await detector.detect(await decodeImage(photo), settings);
    return { family: detector.spec.family, detections };
  } finally {
    await detector.close();
  }
}

/** Tensors that Concat nodes make with these dimensions, and what each joins. */
function findConcats(proto: ModelProto, dims: readonly number[]) {
  const shapes = inferShapes(proto);
  return (proto.graph?.node ?? []).flatMap(({ opType, input, output }) => {
    const [name = ''] = output;
    return opType === 'Concat' && shapes.get(name)?.dims.join() === dims.join() ? [{ name, input }] : [];
  });
}

/** Makes other tensors the outputs of a model, in place. */
function cutAt(proto: ModelProto, tensors: readonly string[]): void {
  const shapes = inferShapes(proto);
  const outputs = tensors.map((name) => declareTensor(name, shapes.get(name)?.dims.map((dim) => dim ?? 'open') ?? []));
  proto.graph?.output.splice(0, Number.POSITIVE_INFINITY, ...outputs);
}

/** The mean over the distance bins is a convolution with 0, 1 ... 15; where a file was once quantized they are not whole. */
function roundBins(proto: ModelProto): void {
  for (const { name, dims } of proto.graph?.initializer ?? []) {
    const isBins = dims.map(Number).join() === '1,16,1,1';
    if (isBins)
      setWeights(
        proto,
        name,
        Array.from({ length: 16 }, (_, bin) => bin),
      );
  }
}

describe.skipIf(!hasSharedFolder)('models cut before their boxes are decoded', () => {
  const levels = (values: number, sides: readonly number[]) => (proto: ModelProto) =>
    sides.flatMap((side) => findConcats(proto, [1, values, side, side]));

  it.each<[string, string, HeadFamily, (proto: ModelProto) => readonly string[]]>([
    [
      'YOLOv8 levels [1, 144, S, S]',
      'yolov8n/yolov8n.onnx',
      'dfl',
      (proto) => levels(144, [80, 40, 20])(proto).map(({ name }) => name),
    ],
    [
      'YOLOv8 levels, box and classes apart, coarsest first',
      'yolov8n/yolov8n.onnx',
      'dfl',
      (proto) => levels(144, [20, 40, 80])(proto).flatMap(({ input }) => input.toReversed()),
    ],
    [
      'YOLOv8 joined [1, 144, N]',
      'yolov8n/yolov8n.onnx',
      'dfl',
      (proto) => findConcats(proto, [1, 144, 8400]).map(({ name }) => name),
    ],
    [
      'YOLOv8 boxes [1, 4, N] beside scores [1, 80, N]',
      'yolov8n/yolov8n.onnx',
      'boxes-scores',
      (proto) => findConcats(proto, [1, 84, 8400]).flatMap(({ input }) => input),
    ],
    [
      'YOLO11 joined, box and classes apart',
      'yolo11n/yolo11n.onnx',
      'dfl',
      (proto) => [80, 64].flatMap((values) => findConcats(proto, [1, values, 2100]).map(({ name }) => name)),
    ],
    [
      'YOLO11 levels [1, 64, cells] and [1, 80, cells]',
      'yolo11n/yolo11n.onnx',
      'dfl',
      (proto) => [80, 64].flatMap((values) => findConcats(proto, [1, values, 2100]).flatMap(({ input }) => input)),
    ],
    [
      'YOLOX levels [1, 85, S, S]',
      'yolox-nano/yolox_nano.onnx',
      'yolox',
      (proto) => levels(85, [52, 26, 13])(proto).map(({ name }) => name),
    ],
    [
      'YOLOX box, objectness and classes apart',
      'yolox-nano/yolox_nano.onnx',
      'yolox',
      (proto) => levels(85, [13, 26, 52])(proto).flatMap(({ input }) => input.toReversed()),
    ],
    [
      'YOLOX joined [1, 85, N]',
      'yolox-nano/yolox_nano.onnx',
      'yolox',
      (proto) => findConcats(proto, [1, 85, 3549]).map(({ name }) => name),
    ],
  ])('%s', async (_name, file, family, choose) => {
    const path = sharedPath('models', ...file.split('/'));
    const { proto } = await readModel(path);
    roundBins(proto);
    const original = join(folder, 'whole model.onnx');
    await writeModel(original, proto);
    const whole = await detect(original);
    expect(whole.detections.length).toBeGreaterThan(2);
    const tensors = choose(proto);
    expect(tensors.length).toBeGreaterThan(0);
    cutAt(proto, tensors);
    const cut = join(folder, 'cut model.onnx');
    await writeModel(cut, proto);
    const found = await detect(cut);
    expect(found.family).toBe(family);
    expect(found.detections.length).toBe(whole.detections.length);
    for (const [index, { className, score, box, cell }] of whole.detections.entries()) {
      const other = found.detections[index];
      expect(other).toMatchObject({ className, cell });
      expect(other?.score).toBeCloseTo(score, 4);
      for (const [side, edge] of box.entries()) {
        expect(Math.abs((other?.box[side] ?? 0) - edge)).toBeLessThan(1e-4 * Math.max(100, edge));
      }
    }
  });
});

describe.skipIf(!hasSharedFolder)('FastestDet on a photo', () => {
  it('finds what the rule of its repository finds', async () => {
    const { family, detections } = await detect(sharedPath('models', 'fastestdet', 'FastestDet.onnx'));
    expect(family).toBe('fastestdet');
    // build/peers/detect.py --head fastestdet: Python, OpenCV, onnxruntime.
    const expected = [
      { className: 'person', score: 0.882106, box: [45.8417, 387.7284, 220.4702, 905.1461] },
      { className: 'person', score: 0.87883, box: [215.8584, 417.2154, 328.8652, 858.9155] },
      { className: 'bus', score: 0.793391, box: [16.5909, 166.3923, 810, 795.3795] },
    ];
    for (const [index, { className, score, box }] of expected.entries()) {
      const found = detections[index];
      expect(found?.className).toBe(className);
      expect(Math.abs((found?.score ?? 0) - score)).toBeLessThan(1e-4 * score);
      for (const [side, edge] of box.entries()) {
        expect(Math.abs((found?.box[side] ?? 0) - edge)).toBeLessThan(1e-4 * edge);
      }
    }
  });
});
