import { TensorProto_DataType as DataType, type TensorProto, TensorProto_DataLocation } from 'onnx-buf';
import { elementTypeName } from '../elementTypes.ts';
import { dimsOf, elementCount, floatsOf, integersOf } from '../tensors.ts';
import { maximumValues, type TensorFact } from './facts.ts';

const integerTypes = new Set<number>([DataType.INT64, DataType.INT32, DataType.BOOL, DataType.UINT8, DataType.INT8]);
const floatTypes = new Set<number>([DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16]);

/** All that is known about a constant; the values of small ones are followed. */
export function factOfTensor(tensor: TensorProto): TensorFact {
  const type = elementTypeName(tensor.dataType);
  const dims = dimsOf(tensor);
  if (elementCount(tensor) > maximumValues || tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    return { type, dims };
  }
  if (integerTypes.has(tensor.dataType)) return { type, dims, values: integersOf(tensor) };
  if (floatTypes.has(tensor.dataType)) return { type, dims, values: Array.from(floatsOf(tensor)) };
  return { type, dims };
}
