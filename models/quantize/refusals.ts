import { TensorProto_DataType as DataType } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import type { OnnxModel } from '../graph/read.ts';

const integerOperators =
  /^(QuantizeLinear|DequantizeLinear|DynamicQuantizeLinear|ConvInteger|MatMulInteger|QLinear.*|QAttention|QGemm)$/;

/**
 * Quantizing what is quantized would add its errors up.
 * @throws StudioError `model-unsupported` when the model works on integers or half precision already
 */
export function refuseLowPrecision(model: OnnxModel): void {
  const graph = model.proto.graph;
  const integer = graph?.node.find((node) => integerOperators.test(node.opType));
  if (integer !== undefined) {
    throw new StudioError('model-unsupported', `${model.path} is quantized already: it contains ${integer.opType}.`, {
      hint: 'Start from the float model it was made from.',
    });
  }
  const half = graph?.initializer.find((tensor) => tensor.dataType === DataType.FLOAT16);
  if (half !== undefined) {
    throw new StudioError('model-unsupported', `${model.path} holds half-precision weights ("${half.name}").`, {
      hint: 'Start from the float32 model it was made from.',
    });
  }
}
