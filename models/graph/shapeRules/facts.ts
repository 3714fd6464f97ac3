import type { NodeProto } from 'onnx-buf';

/** A dimension, or a value of a shape computation: a number where it is known, null where it is not. */
export type Known = number | null;

/** What is known about one tensor before the model has run. */
export interface TensorFact {
  /** Element type in lower case; "" when unknown. */
  readonly type: string;
  /** null when even the number of dimensions is unknown. */
  readonly dims: readonly Known[] | null;
  /** The elements, for small tensors that take part in computing shapes. */
  readonly values?: readonly Known[] | undefined;
}

/** What a rule sees of the node whose outputs it describes. */
export interface NodeFacts {
  readonly node: NodeProto;
  readonly opset: number;
  /** Undefined for inputs left out. Inputs of which nothing is known have the type "" and null dims. */
  readonly input: (index: number) => TensorFact | undefined;
}

/** Describes a node's outputs, in order; undefined for outputs of which nothing can be told. Rules never throw. */
export type ShapeRule = (facts: NodeFacts) => readonly (TensorFact | undefined)[];

export type ShapeRules = Readonly<Record<string, ShapeRule>>;

/** Tensors with more elements than this are data, not shapes, and their values are not followed. */
export const maximumValues = 4096;

/** No tensor has more dimensions than this. */
export const maximumRank = 64;

/** True for a number of elements whose values are followed; false for what a damaged file may ask for. */
export function isFollowed(count: Known): count is number {
  return count !== null && Number.isInteger(count) && count >= 0 && count <= maximumValues;
}

/** A dimension index counted from the end when negative, made positive. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The product of dimensions; null when one is unknown. */
export function product(dims: readonly Known[]): Known {
  let total = 1;
  for (const dim of dims) {
    if (dim === null) return null;
    total *= dim;
  }
  return total;
}

/** The values of an input if every one of them is known. */
export function knownValues(fact: TensorFact | undefined): number[] | undefined {
  const values = fact?.values;
  if (values === undefined) return undefined;
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : undefined;
}

/** Dimensions of a tensor of which only the rank is known, itself perhaps not; null for ranks no real tensor has. */
export function dimsOfRank(rank: Known | undefined): Known[] | null {
  return rank === null || rank === undefined || !(rank >= 0 && rank <= maximumRank) ? null : unknownDims(rank);
}

/** `count` unknown dimensions. */
export function unknownDims(count: number): Known[] {
  return Array.from({ length: count }, () => null);
}

/** An output with the type of an input and other dimensions. */
export function withDims(fact: TensorFact | undefined, dims: readonly Known[] | null): TensorFact {
  return { type: fact?.type ?? '', dims };
}
