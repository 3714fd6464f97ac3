import type { ModelProto, TensorProto } from 'onnx-buf';
import { readModel } from '../models/graph/read.ts';
import { floatsOf } from '../models/graph/tensors.ts';
import { writeModel } from '../models/graph/write.ts';
import { setWeights } from '../models/testing/tinyModels.ts';
import { sampleModel } from './samples.ts';

/** Writes the sample's detector as `change` leaves it. */
export async function writeChangedSample(path: string, change: (proto: ModelProto) => void): Promise<void> {
  const { proto } = await readModel(sampleModel);
  change(proto);
  await writeModel(path, proto);
}

/**
 * Rounds the weights of every convolution, so that boxes are lost, added and moved.
 * @param steps from 0 to the largest weight of a layer
 */
export function coarsen(proto: ModelProto, steps: number): void {
  for (const tensor of initializersOf(proto)) {
    if (tensor.dims.length !== 4) continue;
    const values = floatsOf(tensor);
    const step = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / steps;
    setWeights(
      proto,
      tensor.name,
      values.map((value) => step * Math.round(value / step)),
    );
  }
}

/**
 * Gives the classes other numbers: the names and what the head computes for them move alike, so that it sees the same.
 * @param order the old number of every class, in the order of the new ones
 */
export function renumberClasses(proto: ModelProto, order: readonly number[]): void {
  for (const tensor of initializersOf(proto)) {
    if (!/^head\.cls\.\d\.predict\.(weight|bias)$/.test(tensor.name)) continue;
    const values = floatsOf(tensor);
    const row = values.length / order.length;
    setWeights(
      proto,
      tensor.name,
      order.flatMap((old) => Array.from(values.subarray(old * row, (old + 1) * row))),
    );
  }
  const names = proto.metadataProps.find(({ key }) => key === 'names');
  if (names === undefined) throw new Error('The sample has no class names.');
  const old = [...names.value.matchAll(/'(\w+)'/g)].map(([, name]) => name);
  names.value = `{${order.map((from, to) => `${to}: '${old[from]}'`).join(', ')}}`;
}

function initializersOf(proto: ModelProto): readonly TensorProto[] {
  return proto.graph?.initializer ?? [];
}
