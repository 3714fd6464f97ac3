import { TensorProto_DataType as DataType, type ModelProto, type TensorProto } from 'onnx-buf';
import { patternFinder } from '../graph/namePatterns.ts';
import { elementCount, makeFloat16Tensor } from '../graph/tensors.ts';
import { type LayerWeights, prunableWeights } from '../inspect/weights.ts';

/** What one layer has before and after: nonzero weights, or channels. */
export interface PrunedGroup {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** How many values are not zero. */
export function countNonzero(values: Float32Array): number {
  let count = 0;
  for (let index = 0; index < values.length; index += 1) if (values[index] !== 0) count += 1;
  return count;
}

/** A copy of a float16 tensor's bit patterns, whichever field they lie in. */
function halvesOf(tensor: TensorProto, values: Float32Array): Uint16Array<ArrayBuffer> {
  const { rawData } = tensor.rawData.byteLength > 0 ? tensor : makeFloat16Tensor('', [values.length], values);
  return new Uint16Array(new Uint8Array(rawData).buffer);
}

/**
 * Writes the zeros among `values` into a float or float16 tensor, in place. All other weights keep their very bits.
 * @param values the tensor's own, some of them set to zero; a float tensor takes their memory
 */
export function storeZeros(tensor: TensorProto, values: Float32Array<ArrayBuffer>): void {
  if (tensor.dataType === DataType.FLOAT16) {
    const halves = halvesOf(tensor, values);
    for (let index = 0; index < values.length; index += 1) if (values[index] === 0) halves[index] = 0;
    tensor.rawData = new Uint8Array(halves.buffer);
  } else {
    tensor.rawData = new Uint8Array(values.buffer);
  }
  tensor.floatData = [];
  tensor.int32Data = [];
}

/** Splits prunable layers into those to prune and those whose name (or that of a layer sharing the weights) is to be kept. */
export function chooseLayers(
  proto: ModelProto,
  keep: readonly string[],
): { chosen: LayerWeights[]; warnings: string[] } {
  const all = prunableWeights(proto).filter(({ tensor }) => elementCount(tensor) > 0);
  const warnings = keep
    .filter(
      (pattern) => !all.some(({ readers }) => readers.some((name) => patternFinder([pattern])(name) !== undefined)),
    )
    .map((pattern) => `No prunable layer matches "${pattern}".`);
  const isKept = patternFinder(keep);
  return { chosen: all.filter(({ readers }) => readers.every((name) => isKept(name) === undefined)), warnings };
}
