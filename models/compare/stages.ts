import type { GraphProto, NodeProto } from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import type { TensorShape } from '../graph/shapes.ts';
import { dimsOf } from '../graph/tensors.ts';
import { indexGraph, sortNodes, tensorsReadBy } from '../graph/topology.ts';
import { tailOf } from '../quantize/headGuard.ts';
import type { GraphStage } from '../types.ts';

const enlarging = new Set(['Resize', 'Upsample', 'ConvTranspose']);

/**
 * Where in a detector each node works. The tail behind the last learned layers is the head; before it, what depends on an
 * enlarged map is the neck and the rest the backbone, each at the stride of its map: sides of the picture over sides of the map,
 * null where that is not known.
 */
export function findStages(
  graph: GraphProto,
  shapes: ReadonlyMap<string, TensorShape>,
): ReadonlyMap<NodeProto, GraphStage> {
  const index = indexGraph(graph);
  const constants = constantsOf(graph);
  for (const node of graph.node) {
    // Weights may come rounded. Those of one output channel may be the sum over distance bins, which belongs to the tail.
    const rounded = node.opType === 'DequantizeLinear' ? constants.get(node.input[0] ?? '') : undefined;
    if (rounded !== undefined && dimsOf(rounded)[0] !== 1) constants.set(node.output[0] ?? '', rounded);
  }
  const tail = tailOf(graph, index, constants);
  const side = pictureSide(graph, shapes);
  const enlarged = new Set<NodeProto>();
  const stages = new Map<NodeProto, GraphStage>();
  for (const node of sortNodes(graph)) {
    const isEnlarged =
      enlarging.has(node.opType) ||
      tensorsReadBy(node).some((name) => {
        const producer = index.producers.get(name);
        return producer !== undefined && enlarged.has(producer);
      });
    if (isEnlarged) enlarged.add(node);
    const part = tail.has(node) ? 'head' : isEnlarged ? 'neck' : 'backbone';
    stages.set(node, { part, stride: part === 'head' ? null : strideOf(node, shapes, side) });
  }
  return stages;
}

/** Height of the picture that the graph takes. */
function pictureSide(graph: GraphProto, shapes: ReadonlyMap<string, TensorShape>): number | null {
  for (const { name } of graph.input) {
    const dims = shapes.get(name)?.dims;
    if (dims?.length === 4) return (dims[3] === 3 ? dims[1] : dims[2]) ?? null;
  }
  return null;
}

function strideOf(node: NodeProto, shapes: ReadonlyMap<string, TensorShape>, side: number | null): number | null {
  const dims = shapes.get(node.output[0] ?? '')?.dims;
  const height = dims?.length === 4 ? dims[2] : null;
  return side === null || !height || side % height !== 0 ? null : side / height;
}
