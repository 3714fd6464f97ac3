import { elementTypeName } from '../elementTypes.ts';
import { attributeInt } from '../nodes.ts';
import { broadcast } from './broadcast.ts';
import type { ShapeRule, ShapeRules } from './facts.ts';

/** The type is the zero point's; without one that of `output_dtype`, or uint8. */
const quantizeLinear: ShapeRule = ({ node, input }) => {
  const wanted = attributeInt(node, 'output_dtype', 0);
  const type = input(2)?.type || (wanted === 0 ? 'uint8' : elementTypeName(wanted));
  return [{ type, dims: input(0)?.dims ?? null }];
};

const dequantizeLinear: ShapeRule = ({ input }) => [{ type: input(1)?.type || 'float', dims: input(0)?.dims ?? null }];

const dynamicQuantizeLinear: ShapeRule = ({ input }) => [
  { type: 'uint8', dims: input(0)?.dims ?? null },
  { type: 'float', dims: [] },
  { type: 'uint8', dims: [] },
];

/** com.microsoft's quantized unary operators: X, its scale and zero point, then those of the output. */
const quantizedUnary: ShapeRule = ({ input }) => [{ type: input(0)?.type ?? '', dims: input(0)?.dims ?? null }];

/** com.microsoft's quantized binary operators: A, scale, zero point, B, scale, zero point ... */
const quantizedBinary: ShapeRule = ({ input }) => [
  { type: input(0)?.type ?? '', dims: broadcast([input(0)?.dims ?? null, input(3)?.dims ?? null]) },
];

/** Conversions between float and integer, and onnxruntime's own quantized operators. */
export const quantizedRules: ShapeRules = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  QLinearSigmoid: quantizedUnary,
  QLinearLeakyRelu: quantizedUnary,
  QLinearSoftmax: quantizedUnary,
  QLinearAdd: quantizedBinary,
  QLinearMul: quantizedBinary,
};
