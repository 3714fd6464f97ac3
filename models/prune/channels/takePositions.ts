import { clone } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type TensorProto, TensorProtoSchema } from 'onnx-buf';
import { elementTypeName, packedBytes } from '../../graph/elementTypes.ts';
import { dimsOf } from '../../graph/tensors.ts';

/** The elements as bytes, whichever field they lie in. */
function bytesOf(tensor: TensorProto): Uint8Array {
  if (tensor.rawData.byteLength > 0) return tensor.rawData;
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return new Uint8Array(Float32Array.from(tensor.floatData).buffer);
    case DataType.DOUBLE:
      return new Uint8Array(Float64Array.from(tensor.doubleData).buffer);
    case DataType.INT64:
      return new Uint8Array(BigInt64Array.from(tensor.int64Data).buffer);
    case DataType.INT32:
      return new Uint8Array(Int32Array.from(tensor.int32Data).buffer);
    case DataType.FLOAT16:
    case DataType.BFLOAT16:
      return new Uint8Array(Uint16Array.from(tensor.int32Data).buffer);
    case DataType.BOOL:
    case DataType.UINT8:
    case DataType.INT8:
      return Uint8Array.from(tensor.int32Data);
    default:
      throw new Error(`Tensor "${tensor.name}" of type ${elementTypeName(tensor.dataType)} cannot be cut.`);
  }
}

/** The bytes at some positions along an axis, in order. */
function takeBytes(
  bytes: Uint8Array,
  dims: readonly number[],
  axis: number,
  positions: readonly number[],
  width: number,
): Uint8Array<ArrayBuffer> {
  const run = dims.slice(axis + 1).reduce((product, dim) => product * dim, width);
  const size = dims[axis] ?? 1;
  const outer = bytes.byteLength / (size * run);
  const taken = new Uint8Array(outer * positions.length * run);
  let offset = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const position of positions) {
      const start = (block * size + position) * run;
      taken.set(bytes.subarray(start, start + run), offset);
      offset += run;
    }
  }
  return taken;
}

/**
 * A copy of a tensor with only some positions along its axes; every element keeps its very bits.
 * @param positions for every axis the positions to take, or null for all
 */
export function takePositions(tensor: TensorProto, positions: readonly (readonly number[] | null)[]): TensorProto {
  const width = packedBytes(tensor.dataType, 1) ?? 1;
  const dims = dimsOf(tensor);
  let bytes = new Uint8Array(bytesOf(tensor));
  for (const [axis, taken] of positions.entries()) {
    if (taken === null) continue;
    bytes = takeBytes(bytes, dims, axis, taken, width);
    dims[axis] = taken.length;
  }
  const cut = clone(TensorProtoSchema, { ...tensor, rawData: new Uint8Array() });
  cut.rawData = bytes;
  cut.dims = dims.map(BigInt);
  cut.floatData = [];
  cut.doubleData = [];
  cut.int32Data = [];
  cut.int64Data = [];
  return cut;
}
