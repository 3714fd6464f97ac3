import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { elementTypeName, packedBytes } from './elementTypes.ts';
import { halvesToFloats, numberToHalf } from './float16.ts';

/** A tensor's dimensions as numbers; empty for a scalar. */
export function dimsOf(tensor: TensorProto): number[] {
  return tensor.dims.map(Number);
}

/** Number of elements the dimensions promise; 1 for a scalar. */
export function elementCount(tensor: TensorProto): number {
  return tensor.dims.reduce((count, dim) => count * Number(dim), 1);
}

function unsupported(tensor: TensorProto, wanted: string): StudioError {
  return new StudioError(
    'model-unsupported',
    `Tensor "${tensor.name}" holds ${elementTypeName(tensor.dataType)} where ${wanted} were expected.`,
  );
}

/** A copy of `raw_data` at offset 0 of its own buffer, so that any typed array can lie over it. */
function alignedRaw(tensor: TensorProto): ArrayBuffer {
  const expected = packedBytes(tensor.dataType, elementCount(tensor));
  if (expected !== tensor.rawData.byteLength) {
    throw new StudioError(
      'model-corrupt',
      `Tensor "${tensor.name}" has ${tensor.rawData.byteLength} bytes of data where its shape [${dimsOf(tensor).join(', ')}] needs ${expected ?? 'another number'}.`,
    );
  }
  return new Uint8Array(tensor.rawData).buffer;
}

function checkTyped<Values extends { readonly length: number }>(tensor: TensorProto, values: Values): Values {
  if (values.length !== elementCount(tensor)) {
    throw new StudioError(
      'model-corrupt',
      `Tensor "${tensor.name}" has ${values.length} values where its shape [${dimsOf(tensor).join(', ')}] needs ${elementCount(tensor)}.`,
    );
  }
  return values;
}

/**
 * How many entries the typed list of a tensor without raw data has, and how many `count` elements need: two for a complex
 * number, one for as many narrow integers as fit into a byte.
 */
export function typedValues(tensor: TensorProto, count: number): { readonly length: number; readonly needed: number } {
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return { length: tensor.floatData.length, needed: count };
    case DataType.COMPLEX64:
      return { length: tensor.floatData.length, needed: 2 * count };
    case DataType.DOUBLE:
      return { length: tensor.doubleData.length, needed: count };
    case DataType.COMPLEX128:
      return { length: tensor.doubleData.length, needed: 2 * count };
    case DataType.INT64:
      return { length: tensor.int64Data.length, needed: count };
    case DataType.UINT32:
    case DataType.UINT64:
      return { length: tensor.uint64Data.length, needed: count };
    case DataType.STRING:
      return { length: tensor.stringData.length, needed: count };
    default:
      return { length: tensor.int32Data.length, needed: Math.min(count, packedBytes(tensor.dataType, count) ?? count) };
  }
}

function isRaw(tensor: TensorProto): boolean {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new StudioError(
      'model-unsupported',
      `Tensor "${tensor.name}" lies in another file and is too large to be loaded for this.`,
    );
  }
  return tensor.rawData.byteLength > 0;
}

/**
 * The values of a float, float16, bfloat16 or double tensor, in row-major order. Always a copy: writing to it leaves the
 * tensor alone.
 * @throws StudioError `model-unsupported` for other element types, `model-corrupt` when the data does not fit the shape
 */
export function floatsOf(tensor: TensorProto): Float32Array<ArrayBuffer> {
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return isRaw(tensor)
        ? new Float32Array(alignedRaw(tensor))
        : new Float32Array(checkTyped(tensor, tensor.floatData));
    case DataType.DOUBLE:
      return isRaw(tensor)
        ? new Float32Array(new Float64Array(alignedRaw(tensor)))
        : new Float32Array(checkTyped(tensor, tensor.doubleData));
    case DataType.FLOAT16:
      return halvesToFloats(halfBits(tensor));
    case DataType.BFLOAT16: {
      // A bfloat16 is the upper half of a float32.
      const words = Uint32Array.from(halfBits(tensor), (word) => word << 16);
      return new Float32Array(words.buffer);
    }
    default:
      throw unsupported(tensor, 'floating-point numbers');
  }
}

function halfBits(tensor: TensorProto): Uint16Array {
  return isRaw(tensor) ? new Uint16Array(alignedRaw(tensor)) : Uint16Array.from(checkTyped(tensor, tensor.int32Data));
}

/**
 * The values of an integer or bool tensor (bool as 0 and 1), in row-major order. 64-bit values beyond 2^53 lose their
 * last digits.
 * @throws StudioError `model-unsupported` for other element types, `model-corrupt` when the data does not fit the shape
 */
export function integersOf(tensor: TensorProto): number[] {
  switch (tensor.dataType) {
    case DataType.INT64:
      return isRaw(tensor)
        ? Array.from(new BigInt64Array(alignedRaw(tensor)), Number)
        : checkTyped(tensor, tensor.int64Data).map(Number);
    case DataType.UINT64:
      return isRaw(tensor)
        ? Array.from(new BigUint64Array(alignedRaw(tensor)), Number)
        : checkTyped(tensor, tensor.uint64Data).map(Number);
    case DataType.UINT32:
      return isRaw(tensor)
        ? Array.from(new Uint32Array(alignedRaw(tensor)))
        : checkTyped(tensor, tensor.uint64Data).map(Number);
    case DataType.INT32:
      return isRaw(tensor) ? Array.from(new Int32Array(alignedRaw(tensor))) : typedIntegers(tensor);
    case DataType.INT16:
      return isRaw(tensor) ? Array.from(new Int16Array(alignedRaw(tensor))) : typedIntegers(tensor);
    case DataType.UINT16:
      return isRaw(tensor) ? Array.from(new Uint16Array(alignedRaw(tensor))) : typedIntegers(tensor);
    case DataType.INT8:
      return isRaw(tensor) ? Array.from(new Int8Array(alignedRaw(tensor))) : typedIntegers(tensor);
    case DataType.UINT8:
    case DataType.BOOL:
      return isRaw(tensor) ? Array.from(new Uint8Array(alignedRaw(tensor))) : typedIntegers(tensor);
    default:
      throw unsupported(tensor, 'whole numbers');
  }
}

function typedIntegers(tensor: TensorProto): number[] {
  return [...checkTyped(tensor, tensor.int32Data)];
}

function makeTensor(name: string, dataType: DataType, dims: readonly number[], values: ArrayBuffer): TensorProto {
  return create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData: new Uint8Array(values) });
}

/** A float32 tensor; the values are copied. */
export function makeFloatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.FLOAT, dims, new Float32Array(values).buffer);
}

/** A float16 tensor: every value rounded to the nearest half (ties to even). */
export function makeFloat16Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.FLOAT16, dims, Uint16Array.from(values, numberToHalf).buffer);
}

/** An int64 tensor, what shapes and axes are made of. */
export function makeInt64Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.INT64, dims, BigInt64Array.from(Array.from(values, BigInt)).buffer);
}

/** An int32 tensor; the values are copied. */
export function makeInt32Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.INT32, dims, new Int32Array(values).buffer);
}

/** An int16 tensor; the values are copied. */
export function makeInt16Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.INT16, dims, new Int16Array(values).buffer);
}

/** A uint16 tensor; the values are copied. */
export function makeUint16Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.UINT16, dims, new Uint16Array(values).buffer);
}

/** An int8 tensor; the values are copied. */
export function makeInt8Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.INT8, dims, new Int8Array(values).buffer);
}

/** A uint8 tensor; the values are copied. */
export function makeUint8Tensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, DataType.UINT8, dims, new Uint8Array(values).buffer);
}
