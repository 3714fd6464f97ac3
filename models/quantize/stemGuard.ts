import type { NodeProto } from 'onnx-buf';
import { sortNodes } from '../graph/topology.ts';
import { isLayer, weightCount, weightsOf } from './operators.ts';
import type { GraphFacts } from './select.ts';

/** The stem is at most this share of the multiply-accumulates ... */
const largestWork = 0.1;
/** ... and of the weights, so that keeping it in float costs next to nothing. */
const largestWeights = 0.01;

/**
 * The first layers of a network, in the order in which they run. Their activations have the widest ranges, and what rounding does to
 * them passes through every layer behind: of the error that 8-bit activations leave in the class logits of yolov8n half comes from
 * its first six layers, which are 8 % of its work and 0.4 % of its weights. Empty where the work of a layer is not known.
 */
export function stemOf(facts: Pick<GraphFacts, 'graph' | 'constants' | 'macsOf'>): Set<NodeProto> {
  const layers = sortNodes(facts.graph)
    .filter((node) => isLayer(node) && weightsOf(node, facts.constants) !== undefined)
    .map((node) => ({ node, work: facts.macsOf(node), weights: weightCount(node, facts.constants) }));
  const stem = new Set<NodeProto>();
  const total = { work: 0, weights: 0 };
  for (const { work, weights } of layers) {
    if (work === null) return stem;
    total.work += work;
    total.weights += weights;
  }
  let taken = { work: 0, weights: 0 };
  for (const { node, work, weights } of layers) {
    taken = { work: taken.work + (work ?? 0), weights: taken.weights + weights };
    if (taken.work > largestWork * total.work || taken.weights > largestWeights * total.weights) break;
    stem.add(node);
  }
  return stem;
}
