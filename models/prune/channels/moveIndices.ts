import type { NodeProto } from 'onnx-buf';
import { attributeInt, attributeInts } from '../../graph/nodes.ts';
import { positiveAxis } from '../../graph/shapeRules/facts.ts';
import { sliceRange } from '../../graph/shapeRules/select.ts';

/** A tensor whose elements say which element of an earlier tensor they are. */
export interface IndexTensor {
  readonly dims: readonly number[];
  readonly indices: Int32Array;
}

/** Values of a constant integer input of the node. */
type Integers = (input: number) => readonly number[] | undefined;

/** Takes positions along an axis, in order. */
function take({ dims, indices }: IndexTensor, axis: number, positions: readonly number[]): IndexTensor {
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const size = dims[axis] ?? 1;
  const outer = indices.length / (size * inner);
  const taken = new Int32Array(outer * positions.length * inner);
  let offset = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const position of positions) {
      const start = (block * size + position) * inner;
      taken.set(indices.subarray(start, start + inner), offset);
      offset += inner;
    }
  }
  return { dims: dims.map((dim, index) => (index === axis ? positions.length : dim)), indices: taken };
}

function transpose({ dims, indices }: IndexTensor, order: readonly number[]): IndexTensor {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const moved = order.map((axis) => dims[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  const result = new Int32Array(indices.length);
  const counter = new Array<number>(moved.length).fill(0);
  let source = 0;
  for (let at = 0; at < result.length; at += 1) {
    result[at] = indices[source] ?? 0;
    for (let axis = moved.length - 1; axis >= 0; axis -= 1) {
      const count = (counter[axis] ?? 0) + 1;
      source += steps[axis] ?? 0;
      if (count < (moved[axis] ?? 1)) {
        counter[axis] = count;
        break;
      }
      source -= (steps[axis] ?? 0) * count;
      counter[axis] = 0;
    }
  }
  return { dims: moved, indices: result };
}

function range(first: number, count: number, step = 1): number[] {
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function slice(node: NodeProto, data: IndexTensor, integers: Integers): IndexTensor | undefined {
  const starts = attributeInts(node, 'starts') ?? integers(1);
  const ends = attributeInts(node, 'ends') ?? integers(2);
  const hasAxes = (node.input[3] ?? '') !== '';
  const axes = attributeInts(node, 'axes') ?? (hasAxes ? integers(3) : starts?.map((_, axis) => axis));
  const steps = (node.input[4] ?? '') === '' ? axes?.map(() => 1) : integers(4);
  if (starts === undefined || ends === undefined || axes === undefined || steps === undefined) return undefined;
  let result = data;
  for (const [index, given] of axes.entries()) {
    const axis = positiveAxis(given, data.dims.length);
    const step = steps[index] ?? 1;
    const { first, count } = sliceRange(data.dims[axis] ?? 0, starts[index] ?? 0, ends[index] ?? 0, step);
    result = take(result, axis, range(first, count, step));
  }
  return result;
}

function gather(node: NodeProto, data: IndexTensor, integers: Integers, dims: readonly number[]) {
  const values = integers(1);
  if (values === undefined) return undefined;
  const axis = positiveAxis(attributeInt(node, 'axis', 0), data.dims.length);
  const positions = values.map((value) => positiveAxis(value, data.dims[axis] ?? 0));
  return { dims, indices: take(data, axis, positions).indices };
}

function split(node: NodeProto, data: IndexTensor, outputDims: readonly (readonly number[])[]): IndexTensor[] {
  const axis = positiveAxis(attributeInt(node, 'axis', 0), data.dims.length);
  let first = 0;
  return outputDims.map((dims) => {
    const count = dims[axis] ?? 0;
    const part = take(data, axis, range(first, count));
    first += count;
    return part;
  });
}

/**
 * Moves indices as a node moves its data.
 * @param outputDims sizes of the node's outputs
 * @returns undefined for operators that do more than move elements
 */
export function moveIndices(
  node: NodeProto,
  data: IndexTensor,
  integers: Integers,
  outputDims: readonly (readonly number[])[],
): readonly IndexTensor[] | undefined {
  const [dims = []] = outputDims;
  const one = (moved: IndexTensor | undefined) => (moved === undefined ? undefined : [moved]);
  switch (node.opType) {
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Identity':
      return [{ dims, indices: data.indices }];
    case 'Transpose':
      return [transpose(data, attributeInts(node, 'perm') ?? [...data.dims.keys()].reverse())];
    case 'Slice':
      return one(slice(node, data, integers));
    case 'Gather':
      return one(gather(node, data, integers, dims));
    case 'Split':
      return split(node, data, outputDims);
    default:
      return undefined;
  }
}
