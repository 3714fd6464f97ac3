import { attributeInt } from '../nodes.ts';
import { broadcast } from './broadcast.ts';
import type { Known, ShapeRule, ShapeRules, TensorFact } from './facts.ts';

/** NumPy's matmul: the last two axes multiply, those before broadcast; a vector gains an axis that is dropped again. */
function multiply(a: TensorFact | undefined, b: TensorFact | undefined): Known[] | null {
  const left = a?.dims ?? null;
  const right = b?.dims ?? null;
  if (left === null || right === null || left.length === 0 || right.length === 0) return null;
  const batch = broadcast([left.slice(0, -2), right.slice(0, -2)]);
  if (batch === null) return null;
  const rows = left.length > 1 ? [left.at(-2) ?? null] : [];
  const columns = right.length > 1 ? [right.at(-1) ?? null] : [];
  return [...batch, ...rows, ...columns];
}

const gemm: ShapeRule = ({ node, input }) => {
  const a = input(0);
  const b = input(1);
  const rows = a?.dims?.[attributeInt(node, 'transA', 0) === 1 ? 1 : 0] ?? null;
  const columns = b?.dims?.[attributeInt(node, 'transB', 0) === 1 ? 0 : 1] ?? null;
  return [{ type: a?.type ?? '', dims: [rows, columns] }];
};

/** Matrix products. */
export const matrixRules: ShapeRules = {
  MatMul: ({ input }) => [{ type: input(0)?.type ?? '', dims: multiply(input(0), input(1)) }],
  MatMulInteger: ({ input }) => [{ type: 'int32', dims: multiply(input(0), input(1)) }],
  QLinearMatMul: ({ input }) => [{ type: input(7)?.type ?? '', dims: multiply(input(0), input(3)) }],
  Gemm: gemm,
};
