import { TensorProto_DataType as DataType } from 'onnx-buf';
import { elementCount } from '../graph/tensors.ts';
import type { ModelPrecision } from '../types.ts';
import type { LayerWeights } from './weights.ts';

type PlainPrecision = Exclude<ModelPrecision, 'mixed'>;

function precisionOf({ scheme, tensor }: LayerWeights): PlainPrecision {
  if (scheme === 'qdq') return 'int8-qdq';
  if (scheme === 'dynamic') return 'int8-dynamic';
  return tensor.dataType === DataType.FLOAT16 || tensor.dataType === DataType.BFLOAT16 ? 'fp16' : 'fp32';
}

/**
 * The precision most weights are kept in. int8 models keep their heads and other tender layers in float, so half of the weights
 * is enough for them; a float model with a tenth or more in another precision is `mixed`.
 */
export function modelPrecision(layers: readonly LayerWeights[]): ModelPrecision {
  const shares = new Map<PlainPrecision, number>();
  let total = 0;
  for (const layer of layers) {
    const count = elementCount(layer.tensor);
    const precision = precisionOf(layer);
    shares.set(precision, (shares.get(precision) ?? 0) + count);
    total += count;
  }
  if (total === 0) return 'fp32';
  for (const [precision, count] of shares) {
    const isInteger = precision === 'int8-qdq' || precision === 'int8-dynamic';
    if (count / total > (isInteger ? 0.5 : 0.9)) return precision;
  }
  return 'mixed';
}
