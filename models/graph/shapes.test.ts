import { create } from '@bufbuild/protobuf';
import { type ModelProto, ValueInfoProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { openSession, randomFeeds } from '../testing/parity.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { siluNet, tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { readModel } from './read.ts';
import { inferShapes } from './shapes.ts';

/** Runs a model with every tensor of its graph as an output and gives the shapes the runtime found. */
async function shapesInRuntime(
  proto: ModelProto,
  sizes: Readonly<Record<string, readonly number[]>> = {},
): Promise<Map<string, number[]>> {
  const { graph } = proto;
  if (graph === undefined) throw new Error('no graph');
  const declared = new Set(graph.output.map((output) => output.name));
  const all = graph.node.flatMap((node) => node.output).filter((name) => name !== '' && !declared.has(name));
  graph.output.push(...all.map((name) => create(ValueInfoProtoSchema, { name })));
  const session = await openSession(proto, 'disabled');
  const outputs = await session.run(randomFeeds(proto, 1, sizes));
  await session.release();
  return new Map(Object.entries(outputs).map(([name, tensor]) => [name, [...tensor.dims]]));
}

function inferredDims(proto: ModelProto, sizes?: Readonly<Record<string, readonly number[]>>) {
  return new Map([...inferShapes(proto, sizes)].map(([name, shape]) => [name, shape.dims]));
}

/** Forgets what the file says about shapes inside and at its end, so that only inference is left. */
function forgetDeclaredShapes(proto: ModelProto): ModelProto {
  if (proto.graph !== undefined) {
    proto.graph.valueInfo = [];
    for (const output of proto.graph.output) output.type = undefined;
  }
  return proto;
}

describe('inferShapes', () => {
  const tiny = { siluNet, tinyV8, tinyV5, tinyYolox, tinyEndToEnd };
  it.each(Object.entries(tiny))('gives every tensor of %s the shape the runtime gives it', async (_, make) => {
    const proto = make();
    const inferred = inferredDims(forgetDeclaredShapes(make()));
    const actual = await shapesInRuntime(proto);
    expect(actual.size).toBeGreaterThan(3);
    for (const [name, dims] of actual) expect([name, inferred.get(name)]).toEqual([name, dims]);
  });

  const shared = [
    ['yolov8n', 'yolov8n.onnx'],
    ['yolov8n', 'yolov8n_int8_dynamic.onnx'],
    ['yolo11n', 'yolo11n.onnx'],
    ['yolo26n', 'yolo26n.onnx'],
    ['yolox-nano', 'yolox_nano.onnx'],
    ['yolov5-lite-e', 'v5Lite-e-sim-320.onnx'],
    ['fastestdet', 'FastestDet.onnx'],
    ['yolo-fastestv2', 'yolo-fastestv2.onnx'],
  ] as const;
  it.skipIf(!hasSharedFolder).each(shared)(
    'gives every tensor of %s/%s the shape the runtime gives it',
    async (folder, file) => {
      const { proto } = await readModel(sharedPath('models', folder, file));
      forgetDeclaredShapes(proto);
      const inferred = inferredDims(proto);
      const actual = await shapesInRuntime(proto);
      expect(actual.size).toBeGreaterThan(100);
      for (const [name, dims] of actual) expect([name, inferred.get(name)]).toEqual([name, dims]);
    },
  );
});
