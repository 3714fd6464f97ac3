import { attributeInt, attributeInts } from '../nodes.ts';
import {
  type Known,
  knownValues,
  type NodeFacts,
  positiveAxis,
  type ShapeRule,
  type ShapeRules,
  unknownDims,
} from './facts.ts';

function reducedDims(dims: readonly Known[], axes: readonly number[], keepDims: boolean): Known[] {
  const reduced = new Set(axes.map((axis) => positiveAxis(axis, dims.length)));
  return keepDims
    ? dims.map((dim, axis) => (reduced.has(axis) ? 1 : dim))
    : dims.filter((_, axis) => !reduced.has(axis));
}

/** Axes: an attribute in older opsets, an input since; none means all, unless noop_with_empty_axes says none. */
function reduceAxes({ node, input }: NodeFacts, rank: number): number[] | undefined {
  const given = attributeInts(node, 'axes') ?? (input(1) === undefined ? [] : knownValues(input(1)));
  if (given === undefined || given.length > 0) return given;
  return attributeInt(node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function reduce(fold?: (a: number, b: number) => number): ShapeRule {
  return (facts) => {
    const data = facts.input(0);
    const dims = data?.dims ?? null;
    if (dims === null) return [{ type: data?.type ?? '', dims: null }];
    const keepDims = attributeInt(facts.node, 'keepdims', 1) === 1;
    const axes = reduceAxes(facts, dims.length);
    if (axes === undefined) {
      return [{ type: data?.type ?? '', dims: keepDims ? unknownDims(dims.length) : null }];
    }
    const known = dims.length === 1 && axes.length === 1 ? knownValues(data) : undefined;
    const values = fold !== undefined && known !== undefined && known.length > 0 ? [known.reduce(fold)] : undefined;
    return [{ type: data?.type ?? '', dims: reducedDims(dims, axes, keepDims), values }];
  };
}

const argument: ShapeRule = ({ node, input }) => {
  const dims = input(0)?.dims ?? null;
  const keepDims = attributeInt(node, 'keepdims', 1) === 1;
  return [{ type: 'int64', dims: dims === null ? null : reducedDims(dims, [attributeInt(node, 'axis', 0)], keepDims) }];
};

/** Reductions along axes. */
export const reduceRules: ShapeRules = {
  ReduceSum: reduce((a, b) => a + b),
  ReduceProd: reduce((a, b) => a * b),
  ReduceMax: reduce((a, b) => Math.max(a, b)),
  ReduceMin: reduce((a, b) => Math.min(a, b)),
  ReduceMean: reduce(),
  ReduceL1: reduce(),
  ReduceL2: reduce(),
  ReduceSumSquare: reduce(),
  ReduceLogSum: reduce(),
  ReduceLogSumExp: reduce(),
  ArgMax: argument,
  ArgMin: argument,
};
