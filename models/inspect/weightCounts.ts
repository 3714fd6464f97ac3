import { closeSync, openSync, readSync } from 'node:fs';
import { TensorProto_DataType as DataType, type TensorProto } from 'onnx-buf';
import { readFailure } from '../files.ts';
import type { DataRange } from '../graph/externalData.ts';
import { elementCount, floatsOf, integersOf } from '../graph/tensors.ts';
import type { LayerWeights } from './weights.ts';

/** Elements of a layer's weights, how many are exactly zero, and how many are NaN or infinite. */
export interface WeightCounts {
  readonly elements: number;
  readonly zeros: number;
  readonly notFinite: number;
}

/** Weights that were left in their files are read up to this many bytes for one model; of more, evenly spread samples. */
const readBytes = 2 ** 28;
const sampleBytes = 2 ** 16;
const chunkBytes = 2 ** 22;

type Tally = Omit<WeightCounts, 'elements'>;

/** Counts what lies in `bytes`, which begin at element `first` of their tensor. */
type Count = (bytes: Uint8Array<ArrayBuffer>, first: number) => Tally;

/** The share of weights left in files that is read when they are counted: 1 for all. */
export function countedShare(outside: ReadonlyMap<TensorProto, DataRange>): number {
  let bytes = 0;
  for (const { length } of outside.values()) bytes += length;
  return Math.min(1, readBytes / Math.max(1, bytes));
}

/**
 * Counts a layer's weights; integers count as zero where they equal their zero point. Weights that lie outside are read piece
 * by piece; where only a share of them is, the counts are projected to all.
 * @throws StudioError when a weight file can no longer be read
 */
export function countWeights(
  { tensor, zeroPoint }: LayerWeights,
  outside: ReadonlyMap<TensorProto, DataRange> = new Map(),
): WeightCounts {
  const elements = elementCount(tensor);
  const range = outside.get(tensor);
  const { type, bytes } = range === undefined ? packedValues(tensor) : { type: tensor.dataType, bytes: undefined };
  const count = counterOf(type, tensor, zeroPoint);
  if (count === undefined) return { elements, zeros: 0, notFinite: 0 };
  if (range !== undefined) return { elements, ...countOutside(range, elements, count, countedShare(outside)) };
  return { elements, ...count(bytes ?? new Uint8Array(), 0) };
}

/** A tensor's values as they lie in memory. What lies in a typed list is packed as single floats or bytes. */
function packedValues(tensor: TensorProto): { type: number; bytes: Uint8Array<ArrayBuffer> } {
  const type = tensor.dataType;
  if (tensor.rawData.byteLength > 0) return { type, bytes: tensor.rawData };
  if (type === DataType.INT8 || type === DataType.UINT8) return { type, bytes: Uint8Array.from(integersOf(tensor)) };
  const isCounted = counterOf(type, tensor, undefined) !== undefined;
  return { type: DataType.FLOAT, bytes: isCounted ? new Uint8Array(floatsOf(tensor).buffer) : new Uint8Array() };
}

/** Undefined for element types whose zeros are not counted. */
function counterOf(type: number, tensor: TensorProto, zeroPoint: LayerWeights['zeroPoint']): Count | undefined {
  switch (type) {
    case DataType.FLOAT:
      return (bytes) => countFloats(new Uint32Array(aligned(bytes)), 0x7f800000, 0x7fffffff);
    case DataType.FLOAT16:
      return (bytes) => countFloats(new Uint16Array(aligned(bytes)), 0x7c00, 0x7fff);
    case DataType.BFLOAT16:
      return (bytes) => countFloats(new Uint16Array(aligned(bytes)), 0x7f80, 0x7fff);
    case DataType.DOUBLE:
      return (bytes) => countDoubles(new Float64Array(aligned(bytes)));
    case DataType.INT8:
    case DataType.UINT8:
      return integerCounter(tensor, zeroPoint);
    default:
      return undefined;
  }
}

/** A copy at offset 0 of a buffer of its own, so that any typed array can lie over it. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** By their bits: all but the sign are 0 in zeros, all of the exponent 1 in what is not finite. */
function countFloats(words: Uint16Array | Uint32Array, exponent: number, withoutSign: number): Tally {
  let zeros = 0;
  let notFinite = 0;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? 0;
    if ((word & withoutSign) === 0) zeros += 1;
    else if ((word & exponent) === exponent) notFinite += 1;
  }
  return { zeros, notFinite };
}

function countDoubles(values: Float64Array): Tally {
  let zeros = 0;
  let notFinite = 0;
  for (const value of values) {
    if (value === 0) zeros += 1;
    else if (!Number.isFinite(value)) notFinite += 1;
  }
  return { zeros, notFinite };
}

function integerCounter(tensor: TensorProto, zeroPoint: LayerWeights['zeroPoint']): Count {
  // Of another type it is none, and the runtime refuses the model.
  const zeroPoints = zeroPoint?.tensor.dataType === tensor.dataType ? integersOf(zeroPoint.tensor) : [0];
  const rank = tensor.dims.length;
  const axis = zeroPoint === undefined ? 0 : zeroPoint.axis < 0 ? zeroPoint.axis + rank : zeroPoint.axis;
  /** Consecutive elements that share a zero point. */
  const run = tensor.dims.slice(axis + 1).reduce((product, dim) => product * Number(dim), 1);
  return (bytes, first) => {
    const isSigned = tensor.dataType === DataType.INT8;
    const values = isSigned ? new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes;
    let zeros = 0;
    for (let index = 0; index < values.length; index += 1) {
      const channel = zeroPoints.length === 1 ? 0 : Math.floor((first + index) / run) % zeroPoints.length;
      if (values[index] === zeroPoints[channel]) zeros += 1;
    }
    return { zeros, notFinite: 0 };
  };
}

/** Where to read and how much, in order: everything in large pieces, or small ones spread evenly from the first to the last. */
function* piecesOf(length: number, share: number): Generator<{ at: number; bytes: number }> {
  if (share >= 1 || length <= sampleBytes) {
    for (let at = 0; at < length; at += chunkBytes) yield { at, bytes: Math.min(chunkBytes, length - at) };
    return;
  }
  const pieces = Math.max(2, Math.ceil((length * share) / sampleBytes));
  for (let piece = 0; piece < pieces; piece += 1) {
    // On a whole element of any type.
    const at = Math.floor(((length - sampleBytes) * piece) / (pieces - 1) / 16) * 16;
    yield { at, bytes: sampleBytes };
  }
}

function countOutside(range: DataRange, elements: number, count: Count, share: number): Tally {
  const width = range.length / elements;
  const buffer = new Uint8Array(Math.min(chunkBytes, range.length));
  let zeros = 0;
  let notFinite = 0;
  let seen = 0;
  try {
    const file = openSync(range.path, 'r');
    try {
      for (const { at, bytes } of piecesOf(range.length, share)) {
        const read = readSync(file, buffer, 0, bytes, range.offset + at);
        const found = count(buffer.subarray(0, read), at / width);
        zeros += found.zeros;
        notFinite += found.notFinite;
        seen += read / width;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw readFailure(range.path, error);
  }
  return seen === 0 || seen >= elements
    ? { zeros, notFinite }
    : { zeros: Math.round((zeros * elements) / seen), notFinite };
}
