import type { NodeProto } from 'onnx-buf';
import { sortNodes } from '../graph/topology.ts';
import { isLayer, weightCount } from './operators.ts';
import type { GraphFacts, Selection } from './select.ts';

/** Neighbouring layers that may go back to float together. */
export interface FloatGroup {
  /** First outputs of the layers, in the order in which they run. */
  readonly outputs: readonly string[];
  /** What they are of the model, 0..1: the mean of their shares of the multiply-accumulates and of the weights. */
  readonly cost: number;
}

/** Into so many groups of about the same number of layers a model is divided. */
const groupCount = 8;

/**
 * Divides the layers that would be quantized into neighbourhoods, in the order in which they run. A single layer in float helps little,
 * since what it reads and what it gives are rounded all the same; inside a neighbourhood nothing is.
 */
export function floatGroups(facts: GraphFacts, { lowered }: Selection): FloatGroup[] {
  const layers = sortNodes(facts.graph).filter((node) => isLayer(node) && lowered.has(node));
  const weightsIn = (node: NodeProto) => weightCount(node, facts.constants);
  const workOf = (node: NodeProto) => facts.macsOf(node) ?? 0;
  const all = facts.graph.node.filter(isLayer);
  const [work, weights] = [workOf, weightsIn].map((of) => all.reduce((sum, node) => sum + of(node), 0));
  const count = Math.min(groupCount, layers.length);
  return Array.from({ length: count }, (_, at) => {
    const first = Math.round((at * layers.length) / count);
    const members = layers.slice(first, Math.round(((at + 1) * layers.length) / count));
    const share = (of: (node: NodeProto) => number, whole = 0) =>
      whole === 0 ? 0 : members.reduce((sum, node) => sum + of(node), 0) / whole;
    return {
      outputs: members.map(({ output }) => output[0] ?? ''),
      cost: (share(workOf, work) + share(weightsIn, weights)) / 2,
    };
  });
}
