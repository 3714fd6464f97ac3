import type { NodeProto } from 'onnx-buf';
import type { GraphIndex } from '../graph/topology.ts';

/** Element type (in lower case, empty where unknown) and dimensions by tensor name; a dimension is null where unknown. */
export type TensorShapes = ReadonlyMap<string, { readonly type: string; readonly dims: readonly (number | null)[] }>;

/** Nodes looked at when walking back from an output: a tail is short, the backbone says nothing about it. */
const maximumSteps = 2000;

const activations = new Set(['Sigmoid', 'HardSigmoid', 'Softmax', 'QLinearSigmoid', 'QLinearSoftmax']);
const layers = new Set(['Conv', 'ConvInteger', 'QLinearConv', 'ConvTranspose', 'Gemm', 'MatMul', 'QLinearMatMul']);

/**
 * Operators between an output and the nearest activations or convolutions before it: what is done to activated
 * predictions. The grid and the anchors show here as arithmetic (Mul, Add, Pow, Exp ...) where the graph applies them.
 */
export function operatorsAfterActivation(index: GraphIndex, output: string): ReadonlySet<string> {
  const found = new Set<string>();
  walkBack(index, output, (node) => {
    if (activations.has(node.opType) || isLayer(index, node)) return 'stop';
    found.add(node.opType);
    return 'go on';
  });
  return found;
}

/**
 * Sizes of the parts that the nearest Concat before `output` joins to `total` along any axis: the levels joined to all
 * predictions, or box, objectness and classes joined to one prediction. Null where there is none or sizes are unknown.
 */
export function joinedParts(index: GraphIndex, shapes: TensorShapes, output: string, total: number): number[] | null {
  let parts: number[] | null = null;
  walkBack(index, output, (node) => {
    if (parts !== null) return 'stop';
    if (node.opType === 'Concat' && node.input.length > 1) parts = partsOf(node, shapes, total);
    return 'go on';
  });
  return parts;
}

function partsOf(node: NodeProto, shapes: TensorShapes, total: number): number[] | null {
  const dims = node.input.map((name) => shapes.get(name)?.dims);
  const result = shapes.get(node.output[0] ?? '')?.dims;
  if (result === undefined) return null;
  for (const [axis, size] of result.entries()) {
    const parts = dims.map((list) => list?.[axis]).filter((part) => typeof part === 'number');
    const joined = parts.reduce((sum, part) => sum + part, 0) === total && parts.length === dims.length;
    if (joined && (size === null || size === total)) return parts;
  }
  return null;
}

/** Breadth first from the node that makes `output`; `visit` says whether to go on behind a node. */
export function walkBack(index: GraphIndex, output: string, visit: (node: NodeProto) => 'go on' | 'stop'): void {
  const seen = new Set<NodeProto>();
  const queue: string[] = [output];
  for (let step = 0; step < queue.length && seen.size < maximumSteps; step += 1) {
    const node = index.producers.get(queue[step] ?? '');
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    if (visit(node) === 'go on') queue.push(...node.input);
  }
}

/**
 * A layer with weights, with its normalisation or its bias where these are nodes of their own. A dynamically quantized one is
 * ConvInteger, Cast, Mul (scale) and Add (bias).
 */
export function isLayer(index: GraphIndex, node: NodeProto): boolean {
  if (layers.has(node.opType)) return true;
  const first = originOf(index, node);
  if (node.opType === 'BatchNormalization' || (node.opType === 'Add' && isConstant(index, node.input[1]))) {
    return first !== undefined && layers.has(first.opType);
  }
  if (node.opType !== 'Mul' && node.opType !== 'Add') return false;
  return node.input.some((name) => {
    const producer = index.producers.get(name);
    if (producer === undefined) return false;
    if (producer.opType === 'Cast') return /^(Conv|MatMul)Integer$/.test(originOf(index, producer)?.opType ?? '');
    return node.opType === 'Add' && producer.opType === 'Mul' && isLayer(index, producer);
  });
}

function isConstant(index: GraphIndex, name = ''): boolean {
  return (index.producers.get(name)?.opType ?? 'Constant') === 'Constant';
}

function originOf(index: GraphIndex, node: NodeProto): NodeProto | undefined {
  return index.producers.get(node.input[0] ?? '');
}
