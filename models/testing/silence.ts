import { clone } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import { dimsOf, floatsOf } from '../graph/tensors.ts';

/**
 * A copy of a model in which some positions along the axes of its float constants are zero.
 * @param positionsOf which positions of which axis of a constant, or nothing
 */
export function silence(proto: ModelProto, positionsOf: (name: string, axis: number) => readonly number[]): ModelProto {
  const silent = clone(ModelProtoSchema, proto);
  if (silent.graph === undefined) return silent;
  for (const [name, tensor] of constantsOf(silent.graph)) {
    if (tensor.dataType !== DataType.FLOAT) continue;
    const dims = dimsOf(tensor);
    const values = floatsOf(tensor);
    for (const axis of dims.keys()) {
      const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
      const size = dims[axis] ?? 1;
      for (const position of positionsOf(name, axis)) {
        for (let start = position * inner; start < values.length; start += size * inner) {
          values.fill(0, start, start + inner);
        }
      }
    }
    tensor.rawData = new Uint8Array(values.buffer);
    tensor.floatData = [];
  }
  return silent;
}
