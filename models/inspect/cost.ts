import type { NodeProto } from 'onnx-buf';
import { attributeInt } from '../graph/nodes.ts';
import type { TensorShape } from '../graph/shapes.ts';

type Shapes = ReadonlyMap<string, TensorShape>;

/** Product of fully known dimensions; null when one is open or the tensor is not known at all. */
function elements(dims: readonly (number | null)[] | undefined): number | null {
  if (dims === undefined) return null;
  let total = 1;
  for (const dim of dims) {
    if (dim === null) return null;
    total *= dim;
  }
  return total;
}

function multiply(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

/** Each output element sums over the input channels of its group and the kernel: the weight's dimensions after the first. */
function convolutionMacs(output: TensorShape | undefined, weight: TensorShape | undefined): number | null {
  return multiply(elements(output?.dims), elements(weight?.dims.slice(1)));
}

function productMacs(output: TensorShape | undefined, left: TensorShape | undefined): number | null {
  return multiply(elements(output?.dims), left?.dims.at(-1) ?? null);
}

/**
 * Multiply-accumulates of one run of a node: 0 for operators other than convolutions and matrix products, null where a shape
 * is not known.
 */
export function macsOf(node: NodeProto, shapes: Shapes): number | null {
  const input = (index: number) => shapes.get(node.input[index] ?? '');
  const output = shapes.get(node.output[0] ?? '');
  switch (node.opType) {
    case 'Conv':
    case 'FusedConv':
    case 'ConvInteger':
      return convolutionMacs(output, input(1));
    case 'QLinearConv':
      return convolutionMacs(output, input(3));
    case 'ConvTranspose':
      // Each input element is spread over the output channels of its group and the kernel.
      return convolutionMacs(input(0), input(1));
    case 'MatMul':
    case 'MatMulInteger':
    case 'QLinearMatMul':
      return productMacs(output, input(0));
    case 'Gemm': {
      const inner = input(0)?.dims[attributeInt(node, 'transA', 0) === 1 ? 0 : 1] ?? null;
      return multiply(elements(output?.dims), inner);
    }
    default:
      return 0;
  }
}
