import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { attributeInt } from '../graph/nodes.ts';
import { dimsOf, floatsOf } from '../graph/tensors.ts';
import { type GraphIndex, tensorsReadBy } from '../graph/topology.ts';
import { isLayer, movesValues, weightsOf } from './operators.ts';

/**
 * The tail of a detector: every node between the last learned layers and the graph's outputs, found by walking back from the
 * outputs. It holds the decode arithmetic, whose numbers mix pixels (0..640) with probabilities (0..1), so 8 bits cannot hold
 * them. The layers themselves are not part of it, save the sum over distance bins, which is arithmetic written as a convolution.
 */
export function tailOf(graph: GraphProto, index: GraphIndex, constants: Map<string, TensorProto>): Set<NodeProto> {
  const tail = new Set<NodeProto>();
  const queue = graph.output.map((output) => output.name);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const node = index.producers.get(name);
    if (node === undefined || tail.has(node) || isLearnedLayer(node, index, constants)) continue;
    tail.add(node);
    queue.push(...tensorsReadBy(node));
  }
  return tail;
}

function isLearnedLayer(node: NodeProto, index: GraphIndex, constants: Map<string, TensorProto>): boolean {
  return isLayer(node) && weightsOf(node, constants) !== undefined && !sumsDistanceBins(node, index, constants);
}

/**
 * True for the layer of a DFL head that turns the distribution over distance bins into a distance: it follows a Softmax and
 * its weights are 0, 1, 2 ... (times a constant).
 */
export function sumsDistanceBins(node: NodeProto, index: GraphIndex, constants: Map<string, TensorProto>): boolean {
  const weights = weightsOf(node, constants);
  if (weights === undefined || (node.opType !== 'Conv' && node.opType !== 'MatMul')) return false;
  if (node.opType === 'Conv' && (dimsOf(weights)[0] !== 1 || attributeInt(node, 'group', 1) !== 1)) return false;
  return isProgressionFromZero(floatsOf(weights)) && followsSoftmax(node, index);
}

/** Steps may be off by a tenth, since files exist whose weights were recovered from 8-bit ones. */
function isProgressionFromZero(values: Float32Array): boolean {
  const step = (values.at(-1) ?? 0) / (values.length - 1);
  return (
    values.length > 1 && step !== 0 && values.every((value, at) => Math.abs(value - at * step) < 0.1 * Math.abs(step))
  );
}

/** True where a node's input comes from a Softmax, at most rearranged on the way. */
function followsSoftmax(node: NodeProto, index: GraphIndex): boolean {
  let producer = index.producers.get(node.input[0] ?? '');
  while (producer !== undefined && movesValues(producer) && producer.opType !== 'Concat') {
    producer = index.producers.get(producer.input[0] ?? '');
  }
  return producer?.opType === 'Softmax';
}
