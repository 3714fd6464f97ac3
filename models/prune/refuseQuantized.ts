import { StudioError } from '../errors.ts';
import type { OnnxModel } from '../graph/read.ts';

const quantizedOperators =
  /^(QuantizeLinear|DequantizeLinear|DynamicQuantizeLinear|ConvInteger|MatMulInteger|QLinear.*|QAttention|QGemm)$/;

/**
 * Pruning comes before quantization: scales were measured on the channels as they are.
 * @throws StudioError `model-unsupported`
 */
export function refuseQuantized({ path, proto }: OnnxModel): void {
  const quantized = proto.graph?.node.find(({ opType }) => quantizedOperators.test(opType));
  if (quantized === undefined) return;
  throw new StudioError('model-unsupported', `${path} is quantized: it contains ${quantized.opType}.`, {
    hint: 'Prune the float model it was made from, then quantize the result.',
  });
}
