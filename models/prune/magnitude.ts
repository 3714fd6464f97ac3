import { setImmediate as nextTurn } from 'node:timers/promises';
import { clone } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type ModelProto, ModelProtoSchema, type TensorProto } from 'onnx-buf';
import type { OperationContext, PruneOptions } from '../api.ts';
import { patternFinder } from '../graph/namePatterns.ts';
import { elementCount, floatsOf, makeFloat16Tensor, makeFloatTensor } from '../graph/tensors.ts';
import { type LayerWeights, prunableWeights } from '../inspect/weights.ts';
import { bitsOf, magnitudeBits, smallestMagnitudes, type Threshold } from './threshold.ts';

/** Nonzero weights of one layer before and after. */
interface PrunedGroup {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

interface Layer extends LayerWeights {
  readonly values: Float32Array;
}

function countNonzero(values: Float32Array): number {
  let count = 0;
  for (const value of values) if (value !== 0) count += 1;
  return count;
}

/** The bytes of a tensor's data, whichever field it lies in; float32 or float16. */
function rawBytes(tensor: TensorProto, values: Float32Array): Uint8Array<ArrayBuffer> {
  if (tensor.rawData.byteLength > 0) return tensor.rawData;
  const make = tensor.dataType === DataType.FLOAT16 ? makeFloat16Tensor : makeFloatTensor;
  return make(tensor.name, [values.length], values).rawData;
}

/**
 * Zeroes in place what a threshold says. All other weights keep their very bytes.
 * @returns the ties left for the layers that follow
 */
function zeroBelow({ tensor, values }: Layer, threshold: Threshold, ties: number): number {
  const bytes = rawBytes(tensor, values);
  const size = bytes.byteLength / values.length;
  const words = bitsOf(values);
  let left = ties;
  for (let index = 0; index < words.length; index += 1) {
    const magnitude = magnitudeBits(words[index] ?? 0);
    if (magnitude > threshold.bits || (magnitude === threshold.bits && left === 0)) continue;
    if (magnitude === threshold.bits) left -= 1;
    values[index] = 0;
    bytes.fill(0, index * size, (index + 1) * size);
  }
  tensor.rawData = bytes;
  tensor.floatData = [];
  tensor.int32Data = [];
  return left;
}

/** Zeroes the given share of the weights of some layers taken together. Weights that are zero already count. */
function zeroShare(layers: readonly Layer[], amount: number): void {
  const total = layers.reduce((sum, layer) => sum + layer.values.length, 0);
  const count = Math.round(amount * total);
  if (count === 0) return;
  const threshold = smallestMagnitudes(
    layers.map((layer) => layer.values),
    count,
  );
  let { ties } = threshold;
  for (const layer of layers) ties = zeroBelow(layer, threshold, ties);
}

/** Splits prunable layers into those to prune and those whose name (or that of a layer sharing the weights) is to be kept. */
function chooseLayers(proto: ModelProto, keep: readonly string[]): { chosen: LayerWeights[]; warnings: string[] } {
  const all = prunableWeights(proto).filter(({ tensor }) => elementCount(tensor) > 0);
  const warnings = keep
    .filter(
      (pattern) => !all.some(({ readers }) => readers.some((name) => patternFinder([pattern])(name) !== undefined)),
    )
    .map((pattern) => `No prunable layer matches "${pattern}".`);
  const isKept = patternFinder(keep);
  return { chosen: all.filter(({ readers }) => readers.every((name) => isKept(name) === undefined)), warnings };
}

/**
 * Zeroes the weights of smallest magnitude (unstructured pruning). Of the weights not kept by name exactly
 * round(amount * count) are zero afterwards, all layers ranked together (`global`) or each by itself (`layer`); equal magnitudes
 * are taken in graph order, so the same input gives the same result. More zeros than that from the start all stay.
 * @returns a new model; `proto` is left alone
 */
export async function pruneByMagnitude(
  proto: ModelProto,
  options: Pick<PruneOptions, 'amount' | 'scope' | 'keep'>,
  context: OperationContext,
): Promise<{ proto: ModelProto; groups: PrunedGroup[]; warnings: string[] }> {
  const pruned = clone(ModelProtoSchema, proto);
  const { chosen, warnings } = chooseLayers(pruned, options.keep);
  if (chosen.length === 0) warnings.push('No layer is left to prune, so nothing was pruned.');
  const layers: Layer[] = chosen.map((layer) => ({ ...layer, values: floatsOf(layer.tensor) }));
  const before = layers.map((layer) => countNonzero(layer.values));
  const sets = options.scope === 'global' ? [layers] : layers.map((layer) => [layer]);
  for (const [index, set] of sets.entries()) {
    await nextTurn();
    context.signal.throwIfAborted();
    zeroShare(set, options.amount);
    context.report({ step: 'Zeroing weights', fraction: (index + 1) / sets.length });
  }
  const groups = layers.map(({ name, values }, index) => ({
    name,
    before: before[index] ?? 0,
    after: countNonzero(values),
  }));
  return { proto: pruned, groups, warnings };
}
