import { attributeInts } from '../../graph/nodes.ts';
import { dimsOf, elementCount } from '../../graph/tensors.ts';
import type { ModelFacts } from './head.ts';
import { numbersOf } from './valueOrigin.ts';

/** A constant of the graph, worked out. */
export interface ConstantValues {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** Larger constants are weights, or more than the anchors of every cell of the largest grid. */
const mostValues = 4_000_000;
/** Turning is slow, and nobody turns more than a list of anchors. */
const mostTurned = 100_000;
const deepest = 8;

type Graph = Pick<ModelFacts, 'index' | 'constants' | 'shapes'>;

/**
 * A tensor that does not depend on the picture: a constant, or one that is reshaped, expanded, tiled, transposed or scaled. What
 * is only repeated is left unrepeated. Null for any other tensor.
 */
export function constantOf(model: Graph, tensor: string, depth = 0): ConstantValues | null {
  const constant = model.constants.get(tensor);
  if (constant !== undefined) {
    return elementCount(constant) > mostValues ? null : { dims: dimsOf(constant), values: numbersOf(constant) };
  }
  const node = model.index.producers.get(tensor);
  if (node === undefined || depth > deepest) return null;
  const [first = '', second = ''] = node.input;
  const inner = () => constantOf(model, first, depth + 1);
  switch (node.opType) {
    case 'Cast':
    case 'Identity':
    case 'Expand':
    case 'Tile':
      return inner();
    case 'Reshape':
    case 'Unsqueeze':
    case 'Squeeze':
    case 'Flatten': {
      const from = inner();
      return from && { values: from.values, dims: knownDims(model, tensor, from) };
    }
    case 'Transpose': {
      const from = inner();
      return from && transpose(from, attributeInts(node, 'perm') ?? from.dims.map((_, axis) => axis).reverse());
    }
    case 'Mul':
    case 'Div':
      return scale(node.opType, inner(), constantOf(model, second, depth + 1));
    default:
      return null;
  }
}

/** The dimensions of a reshaped constant, unless repetition that was left out makes them others. */
function knownDims({ shapes }: Graph, tensor: string, { dims, values }: ConstantValues): readonly number[] {
  const known = (shapes.get(tensor)?.dims ?? []).filter((dim) => dim !== null);
  return known.reduce((product, dim) => product * dim, 1) === values.length ? known : dims;
}

function transpose({ dims, values }: ConstantValues, order: readonly number[]): ConstantValues | null {
  if (order.length !== dims.length || values.length > mostTurned) return null;
  const stepOf = (axis: number) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const steps = order.map(stepOf);
  const sides = order.map((axis) => dims[axis] ?? 0);
  const index = sides.map(() => 0);
  const moved = values.map(() => {
    const value = values[index.reduce((sum, at, axis) => sum + at * (steps[axis] ?? 0), 0)] ?? 0;
    for (let axis = sides.length - 1; axis >= 0; axis -= 1) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (sides[axis] ?? 0)) break;
      index[axis] = 0;
    }
    return value;
  });
  return { dims: sides, values: moved };
}

/** One constant times or through another, where one of them is a single number. */
function scale(operator: 'Mul' | 'Div', a: ConstantValues | null, b: ConstantValues | null): ConstantValues | null {
  const factor = b?.values.length === 1 ? b.values[0] : undefined;
  if (a === null || b === null) return null;
  if (factor !== undefined) {
    return { dims: a.dims, values: a.values.map((value) => (operator === 'Mul' ? value * factor : value / factor)) };
  }
  return operator === 'Mul' && a.values.length === 1 ? scale(operator, b, a) : null;
}
