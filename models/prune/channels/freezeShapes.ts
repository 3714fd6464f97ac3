import type { GraphProto, ModelProto } from 'onnx-buf';
import { constantsOf } from '../../graph/constants.ts';
import { inferIntegers } from '../../graph/shapes.ts';
import { makeInt64Tensor } from '../../graph/tensors.ts';
import { namesIn, removeUnused, uniqueName } from '../../graph/topology.ts';

/** Inputs that say how an operator moves its data, by operator. */
const shapeInputs: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    Reshape: [1],
    Expand: [1],
    Tile: [1],
    Slice: [1, 2, 3, 4],
    Split: [1],
    Gather: [1],
    Squeeze: [1],
    Unsqueeze: [1],
    Resize: [3],
    ReduceSum: [1],
    ReduceMean: [1],
    ReduceMax: [1],
  }),
);

/**
 * Writes down, in place, the sizes and positions that the graph computes from shapes that never change, so that what computed
 * them can go. The model gives the same results.
 */
export function freezeShapes(proto: ModelProto, graph: GraphProto): void {
  const constants = constantsOf(graph);
  const integers = inferIntegers(proto);
  const taken = namesIn(graph);
  let isFrozen = false;
  for (const node of graph.node) {
    for (const index of shapeInputs.get(node.opType) ?? []) {
      const name = node.input[index] ?? '';
      const values = constants.has(name) ? undefined : integers.get(name);
      if (values === undefined || (node.opType === 'Gather' && values.length === 1)) continue;
      const frozen = uniqueName(taken, `${name}_fixed`);
      graph.initializer.push(makeInt64Tensor(frozen, [values.length], values));
      node.input[index] = frozen;
      isFrozen = true;
    }
  }
  if (isFrozen) removeUnused(graph);
}
