import { setImmediate as nextTurn } from 'node:timers/promises';
import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import { floatsOf } from '../graph/tensors.ts';
import type { LayerWeights } from '../inspect/weights.ts';
import type { PruneOptions } from '../recipeSchema.ts';
import { chooseLayers, countNonzero, type PrunedGroup, storeZeros } from './layers.ts';
import { bitsOf, magnitudeBits, smallestMagnitudes, type Threshold } from './threshold.ts';

interface Layer extends LayerWeights {
  /** A copy of the weights as float32, exact for float16 as well. */
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * Zeroes in place what a threshold says. All other weights keep their very bits.
 * @returns the ties left for the layers that follow
 */
function zeroBelow({ tensor, values }: Layer, threshold: Threshold, ties: number): number {
  const words = bitsOf(values);
  let left = ties;
  for (let index = 0; index < words.length; index += 1) {
    const magnitude = magnitudeBits(words[index] ?? 0);
    if (magnitude > threshold.bits || (magnitude === threshold.bits && left === 0)) continue;
    if (magnitude === threshold.bits) left -= 1;
    words[index] = 0;
  }
  storeZeros(tensor, values);
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
