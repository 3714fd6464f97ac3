import type { NodeProto, TensorProto } from 'onnx-buf';
import { elementCount } from '../graph/tensors.ts';
import type { ConstantFinder } from './weights.ts';

/**
 * Inputs of an operator that hold learned values. Means and variances of BatchNormalization are statistics, scales and zero
 * points of quantized operators are notation: neither are parameters.
 */
const learnedInputs: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    Conv: [1, 2],
    FusedConv: [1, 2],
    ConvTranspose: [1, 2],
    Gemm: [1, 2],
    MatMul: [0, 1],
    ConvInteger: [1],
    MatMulInteger: [1],
    QLinearConv: [3, 8],
    QLinearMatMul: [3],
    BatchNormalization: [1, 2],
    InstanceNormalization: [1, 2],
    LayerNormalization: [1, 2],
    GroupNormalization: [1, 2],
    RMSNormalization: [1],
    PRelu: [1],
  }),
);

const productOperators = new Set(['MatMul', 'ConvInteger', 'MatMulInteger']);
/** What lies between an integer product and its bias: the way back to floats. */
const rescalingOperators = new Set(['Cast', 'Mul']);

/** True where a tensor is the product of a layer without a bias of its own, perhaps rescaled to floats. */
function isBareProduct(name: string, finder: ConstantFinder): boolean {
  let current = name;
  for (let steps = 0; steps < 3; steps += 1) {
    const node = finder.producer(current);
    if (node === undefined) return false;
    if (productOperators.has(node.opType)) return true;
    if (!rescalingOperators.has(node.opType)) return false;
    current = node.input[0] ?? '';
  }
  return false;
}

/** The constants of a node that are learned: weights and biases, also a bias that is added by a node of its own. */
function learnedTensors(node: NodeProto, finder: ConstantFinder): TensorProto[] {
  const inputs = learnedInputs.get(node.opType);
  if (inputs !== undefined) {
    return inputs.flatMap((index) => finder.find(node.input[index] ?? '')?.tensor ?? []);
  }
  if (node.opType !== 'Add') return [];
  const [left = '', right = ''] = node.input;
  for (const [product, bias] of [
    [left, right],
    [right, left],
  ] as const) {
    const tensor = finder.find(bias)?.tensor;
    if (tensor !== undefined && isBareProduct(product, finder)) return [tensor];
  }
  return [];
}

/**
 * Learned numbers of every node, in graph order. What several nodes share counts for the first of them.
 * @param sizeOf elements of a constant, for asking what a change would give
 */
export function parametersByNode(
  finder: ConstantFinder,
  sizeOf: (tensor: TensorProto) => number = elementCount,
): Map<NodeProto, number> {
  const counted = new Set<TensorProto>();
  const parameters = new Map<NodeProto, number>();
  for (const node of finder.graph.node) {
    let count = 0;
    for (const tensor of learnedTensors(node, finder)) {
      if (counted.has(tensor)) continue;
      counted.add(tensor);
      count += sizeOf(tensor);
    }
    parameters.set(node, count);
  }
  return parameters;
}
