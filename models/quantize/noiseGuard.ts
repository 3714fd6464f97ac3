import type { NodeProto } from 'onnx-buf';
import { dimsOf, floatsOf } from '../graph/tensors.ts';
import type { Measured } from './calibrate.ts';
import { widthWithZero } from './grid.ts';
import { clipsValues, isLayer, outputChannelAxis, weightsOf } from './operators.ts';
import type { GraphFacts } from './select.ts';
import { siluProductOf } from './silu.ts';

/**
 * A layer whose result would stand out from the rounding of its input by less than this stays float. On real detectors layers lie
 * above 17 dB; one at 9 dB, in the stem of YOLOX-nano, cost two boxes of three.
 */
const leastSignalToNoise = 15;

/**
 * How far a layer's result stands out from what rounding its input to 256 steps does to it, in dB: 10 * log10 of the mean
 * square of the result (behind its activation) over step^2 / 12 (the variance of rounding) times the mean squared norm of the weights
 * of an output channel. Undefined where it was not measured.
 */
function signalToNoise(
  layer: NodeProto,
  { index, constants }: GraphFacts,
  measured: Map<string, Measured>,
): number | undefined {
  const input = measured.get(layer.input[0] ?? '');
  const output = measured.get(activatedOutput(layer, index));
  const weights = weightsOf(layer, constants);
  if (input === undefined || output === undefined || weights === undefined) return undefined;
  const channels = dimsOf(weights)[outputChannelAxis(layer, weights) ?? 0] ?? 1;
  const norm = floatsOf(weights).reduce((sum, value) => sum + value * value, 0) / channels;
  const noise = ((widthWithZero(input) / 255) ** 2 / 12) * norm;
  return noise === 0 || output.meanSquare === undefined || output.meanSquare === 0
    ? undefined
    : 10 * Math.log10(output.meanSquare / noise);
}

/** The tensor behind the activation that belongs to a layer, or the layer's own result. */
export function activatedOutput(layer: NodeProto, index: GraphFacts['index']): string {
  const output = layer.output[0] ?? '';
  const readers = index.consumers.get(output) ?? [];
  const [reader] = readers;
  if (reader !== undefined && readers.length === 1 && clipsValues(reader)) return reader.output[0] ?? output;
  return siluProductOf(output, index)?.output[0] ?? output;
}

/**
 * Layers that rounding would drown, with the reason, and with each the layer that makes its input: both have to stay float, or the
 * tensor between them is rounded all the same.
 */
export function findDrownedLayers(
  facts: GraphFacts,
  layers: Iterable<NodeProto>,
  measured: Map<string, Measured>,
): Map<NodeProto, string> {
  const found = new Map<NodeProto, string>();
  for (const layer of layers) {
    const decibels = signalToNoise(layer, facts, measured);
    if (decibels === undefined || decibels >= leastSignalToNoise) continue;
    found.set(layer, `rounding its input would leave ${decibels.toFixed(1)} dB of signal over noise`);
    const source = layerBefore(layer, facts);
    if (source !== undefined && !found.has(source))
      found.set(source, `feeds ${layer.name}, which rounding would drown in noise`);
  }
  return found;
}

/** The layer whose activated result is a layer's input. */
function layerBefore(layer: NodeProto, { graph, index }: GraphFacts): NodeProto | undefined {
  const input = layer.input[0] ?? '';
  return graph.node.find((node) => isLayer(node) && activatedOutput(node, index) === input);
}
