import { setImmediate as nextTurn } from 'node:timers/promises';
import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type NodeProto } from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import { formatQuantity } from '../format.ts';
import { attributeInt } from '../graph/nodes.ts';
import { dimsOf, floatsOf } from '../graph/tensors.ts';
import type { LayerWeights } from '../inspect/weights.ts';
import { chooseLayers, countNonzero, type PrunedGroup, storeZeros } from './layers.ts';

/** Of so many neighbours along the input axis ... */
const block = 4;
/** ... so many stay. */
const staying = 2;

/** The axis of a layer's weights that runs over what it sums. */
function inputAxis({ node, tensor }: LayerWeights): number {
  switch (node.opType) {
    case 'ConvTranspose':
      return 0;
    case 'Gemm':
      return attributeInt(node, 'transB', 0) === 1 ? 1 : 0;
    case 'MatMul':
      return isLeft(node, tensor.name) ? tensor.dims.length - 1 : tensor.dims.length - 2;
    default:
      return 1;
  }
}

function isLeft(node: NodeProto, name: string): boolean {
  return node.input[0] === name;
}

/**
 * Zeroes in place the two smallest magnitudes of every four neighbours along an axis; of equals the later ones. A rest of
 * fewer than four stays whole.
 */
export function zeroTwoInFour(values: Float32Array, dims: readonly number[], axis: number): void {
  const step = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const size = dims[axis] ?? 1;
  const outer = values.length / (size * step);
  const order = [0, 1, 2, 3];
  for (let row = 0; row < outer; row += 1) {
    for (let first = 0; first + block <= size; first += block) {
      for (let inner = 0; inner < step; inner += 1) {
        const start = (row * size + first) * step + inner;
        const magnitude = (position: number) => Math.abs(values[start + position * step] ?? 0);
        order.sort((a, b) => magnitude(b) - magnitude(a) || a - b);
        for (const position of order.slice(staying)) values[start + position * step] = 0;
      }
    }
  }
}

/**
 * Prunes to the pattern that sparse tensor cores take: of every four weights along the input axis the two largest stay (2:4).
 * Layers with fewer than four inputs, depthwise ones among them, stay whole.
 * @returns a new model; `proto` is left alone
 */
export async function pruneTwoInFour(
  proto: ModelProto,
  keep: readonly string[],
  context: OperationContext,
): Promise<{ proto: ModelProto; groups: PrunedGroup[]; warnings: string[] }> {
  const pruned = clone(ModelProtoSchema, proto);
  const { chosen, warnings } = chooseLayers(pruned, keep);
  const fitting = chosen.filter((layer) => (dimsOf(layer.tensor)[inputAxis(layer)] ?? 0) >= block);
  if (fitting.length === 0) warnings.push('No layer has four inputs or more, so nothing was pruned.');
  else if (fitting.length < chosen.length) {
    const whole = chosen.length - fitting.length;
    warnings.push(
      `${formatQuantity(whole, 'layer has', 'layers have')} fewer than four inputs a filter (depthwise or first layers) and stay whole.`,
    );
  }
  const groups: PrunedGroup[] = [];
  for (const [index, layer] of fitting.entries()) {
    await nextTurn();
    context.signal.throwIfAborted();
    const values = floatsOf(layer.tensor);
    const before = countNonzero(values);
    zeroTwoInFour(values, dimsOf(layer.tensor), inputAxis(layer));
    storeZeros(layer.tensor, values);
    groups.push({ name: layer.name, before, after: countNonzero(values) });
    context.report({ step: 'Zeroing weights', fraction: (index + 1) / fitting.length });
  }
  return { proto: pruned, groups, warnings };
}
