import { attributeInt, attributeInts } from '../nodes.ts';
import {
  isFollowed,
  type Known,
  knownValues,
  maximumValues,
  type NodeFacts,
  positiveAxis,
  type ShapeRule,
  type ShapeRules,
  type TensorFact,
  unknownDims,
  withDims,
} from './facts.ts';

function replaceDim(dims: readonly Known[], axis: number, size: Known): Known[] {
  return dims.map((dim, index) => (index === axis ? size : dim));
}

const concat: ShapeRule = ({ node, input }) => {
  const inputs = node.input.map((_, index) => input(index));
  const ranked = inputs.map((fact) => fact?.dims).find((dims) => dims !== null && dims !== undefined);
  if (ranked === undefined || ranked === null) return [withDims(inputs[0], null)];
  const axis = positiveAxis(attributeInt(node, 'axis', 1), ranked.length);
  const joined = inputs.reduce<Known>((sum, fact) => {
    const size = fact?.dims?.[axis] ?? null;
    return sum === null || size === null ? null : sum + size;
  }, 0);
  // Off the axis all inputs agree, so one that knows is enough.
  const dims = ranked.map((_, index) =>
    index === axis ? joined : (inputs.map((fact) => fact?.dims?.[index] ?? null).find((dim) => dim !== null) ?? null),
  );
  const type = inputs.find((fact) => fact !== undefined && fact.type !== '')?.type ?? '';
  return [{ type, dims, values: ranked.length === 1 ? joinValues(inputs) : undefined }];
};

/** Values of 1-d inputs one after the other; an input of unknown values but known length gives unknowns. */
function joinValues(inputs: readonly (TensorFact | undefined)[]): Known[] | undefined {
  const values: Known[] = [];
  for (const fact of inputs) {
    const length = fact?.dims?.[0];
    if (fact?.values !== undefined) values.push(...fact.values);
    else if (length !== undefined && isFollowed(length)) values.push(...unknownDims(length));
    else return undefined;
    if (values.length > maximumValues) return undefined;
  }
  return values;
}

const split: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  const count = node.output.length;
  if (dims === null) return node.output.map(() => withDims(data, null));
  const axis = positiveAxis(attributeInt(node, 'axis', 0), dims.length);
  const given = attributeInts(node, 'split') ?? input(1)?.values;
  const whole = dims[axis] ?? null;
  // Without sizes the parts are equal, and the last is smaller where they do not come out even.
  const part = whole === null ? null : Math.ceil(whole / count);
  let start = 0;
  return node.output.map((_, index) => {
    const even = part === null || whole === null ? null : Math.min(part, Math.max(0, whole - part * index));
    const size = given === undefined ? (input(1) === undefined ? even : null) : (given[index] ?? null);
    const values = dims.length === 1 && size !== null ? data?.values?.slice(start, start + size) : undefined;
    start += size ?? 0;
    return { type: data?.type ?? '', dims: replaceDim(dims, axis, size), values };
  });
};

/** First index and number of elements of Python's `start:end:step` over `size` elements. */
export function sliceRange(size: number, start: number, end: number, step: number): { first: number; count: number } {
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? size : size - 1;
  const first = clamp(start < 0 ? start + size : start, step > 0 ? 0 : low, high);
  const last = clamp(end < 0 ? end + size : end, low, high);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}

const slice: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null)];
  const starts = attributeInts(node, 'starts') ?? input(1)?.values;
  const ends = attributeInts(node, 'ends') ?? input(2)?.values;
  const hasAxes = input(3) !== undefined;
  const axes = attributeInts(node, 'axes') ?? (hasAxes ? knownValues(input(3)) : starts?.map((_, axis) => axis));
  const steps = input(4) === undefined ? axes?.map(() => 1) : input(4)?.values;
  if (axes === undefined) return [withDims(data, unknownDims(dims.length))];
  const result = [...dims];
  let values: readonly Known[] | undefined;
  for (const [index, given] of axes.entries()) {
    const axis = positiveAxis(given, dims.length);
    if (axis < 0 || axis >= dims.length) return [withDims(data, unknownDims(dims.length))];
    const size = dims[axis] ?? null;
    const start = starts?.[index] ?? null;
    const end = ends?.[index] ?? null;
    const step = steps?.[index] ?? null;
    if (size === null || start === null || end === null || step === null || step === 0) {
      result[axis] = null;
      continue;
    }
    const { first, count } = sliceRange(size, start, end, step);
    result[axis] = count;
    const source = data?.values;
    if (dims.length === 1 && source !== undefined && isFollowed(count)) {
      values = Array.from({ length: count }, (_, position) => source[first + position * step] ?? null);
    }
  }
  return [{ type: data?.type ?? '', dims: result, values }];
};

const gather: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const indices = input(1);
  const dims = data?.dims ?? null;
  const picked = indices?.dims ?? null;
  if (dims === null || picked === null) return [withDims(data, null)];
  const axis = positiveAxis(attributeInt(node, 'axis', 0), dims.length);
  const source = data?.values;
  const values =
    dims.length === 1 && source !== undefined
      ? indices?.values?.map((index) => (index === null ? null : (source[positiveAxis(index, source.length)] ?? null)))
      : undefined;
  return [{ type: data?.type ?? '', dims: [...dims.slice(0, axis), ...picked, ...dims.slice(axis + 1)], values }];
};

const gatherElements: ShapeRule = ({ input }) => [withDims(input(0), input(1)?.dims ?? null)];

const gatherNd: ShapeRule = ({ node, input }) => {
  const dims = input(0)?.dims ?? null;
  const indices = input(1)?.dims ?? null;
  const depth = indices?.at(-1) ?? null;
  if (dims === null || indices === null || depth === null) return [withDims(input(0), null)];
  const kept = dims.slice(attributeInt(node, 'batch_dims', 0) + depth);
  return [withDims(input(0), [...indices.slice(0, -1), ...kept])];
};

const pad: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null)];
  const pads = attributeInts(node, 'pads') ?? input(1)?.values;
  const given = input(3) === undefined ? dims.map((_, axis) => axis) : knownValues(input(3));
  if (pads === undefined || given === undefined) return [withDims(data, unknownDims(dims.length))];
  const result = [...dims];
  for (const [index, axis] of given.map((value) => positiveAxis(value, dims.length)).entries()) {
    const size = dims[axis] ?? null;
    const before = pads[index] ?? null;
    const after = pads[index + given.length] ?? null;
    result[axis] = size === null || before === null || after === null ? null : size + before + after;
  }
  return [withDims(data, result)];
};

const topK: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null), { type: 'int64', dims: null }];
  const axis = positiveAxis(attributeInt(node, 'axis', -1), dims.length);
  const count = attributeInt(node, 'k') ?? input(1)?.values?.[0] ?? null;
  const kept = replaceDim(dims, axis, count);
  return [withDims(data, kept), { type: 'int64', dims: kept }];
};

const oneHot: ShapeRule = ({ node, input }) => {
  const dims = input(0)?.dims ?? null;
  if (dims === null) return [withDims(input(2), null)];
  const axis = positiveAxis(attributeInt(node, 'axis', -1), dims.length + 1);
  return [withDims(input(2), [...dims.slice(0, axis), input(1)?.values?.[0] ?? null, ...dims.slice(axis)])];
};

const nonZero: ShapeRule = ({ input }: NodeFacts) => [{ type: 'int64', dims: [input(0)?.dims?.length ?? null, null] }];

/** Operators that join, cut and pick. How many boxes NonMaxSuppression keeps is known only once it has run. */
export const selectRules: ShapeRules = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  Pad: pad,
  TopK: topK,
  OneHot: oneHot,
  NonZero: nonZero,
  NonMaxSuppression: () => [{ type: 'int64', dims: [null, 3] }],
};
