import { totalmem } from 'node:os';
import type { GraphProto, ModelProto } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { formatBytes } from '../format.ts';
import { elementTypeName, packedBytes } from './elementTypes.ts';
import type { TensorShape } from './shapes.ts';
import { sortNodes, tensorsReadBy } from './topology.ts';

/** The runtime computes what does not depend on the picture while it opens a model, and keeps it: grids, anchors, shapes. */
const largestConstant = 2 ** 30;
/** What a network computes from a picture may take far more than it does at usual sizes, but must fit the machine. */
const largestComputed = Math.min(2 ** 33, totalmem() / 2);

const bytesPerElement = new Map<string, number>();
for (let type = 1; type <= 26; type += 1) bytesPerElement.set(elementTypeName(type), (packedBytes(type, 8) ?? 0) / 8);

function bytesOf({ type, dims }: TensorShape): number {
  let bytes = bytesPerElement.get(type) ?? 4;
  for (const dim of dims) bytes *= dim ?? 1;
  return bytes;
}

/** Names of the tensors that are the same whatever the picture: made from constants, or from sizes alone. */
function fixedTensors(graph: GraphProto): Set<string> {
  const weights = new Set(graph.initializer.map((tensor) => tensor.name));
  const varying = new Set(graph.input.map((input) => input.name).filter((name) => !weights.has(name)));
  const fixed = new Set<string>();
  for (const node of sortNodes(graph)) {
    const isFixed = node.opType === 'Shape' || tensorsReadBy(node).every((name) => !varying.has(name));
    for (const name of node.output) (isFixed ? fixed : varying).add(name);
  }
  return fixed;
}

/**
 * Refuses a model with a tensor so large that making it would take the machine down, which the runtime would only find out by
 * trying.
 * @param name what messages call the model
 * @throws StudioError `model-not-runnable`
 */
export function refuseGiantTensors(
  name: string,
  { graph }: ModelProto,
  shapes: ReadonlyMap<string, TensorShape>,
): void {
  if (graph === undefined) return;
  let fixed: Set<string> | undefined;
  for (const [tensor, shape] of shapes) {
    const bytes = bytesOf(shape);
    if (bytes <= Math.min(largestConstant, largestComputed)) continue;
    fixed ??= fixedTensors(graph);
    if (bytes <= largestComputed && !fixed.has(tensor)) continue;
    throw new StudioError(
      'model-not-runnable',
      `${name} cannot be run: its tensor "${tensor}" would be [${shape.dims.map((dim) => dim ?? '?').join(', ')}], which takes ${formatBytes(bytes)}.`,
      { hint: 'Export the model again, with a smaller input if that was chosen very large.' },
    );
  }
}
