import type { GraphProto, NodeProto } from 'onnx-buf';
import { type GraphIndex, indexGraph } from '../graph/topology.ts';
import { nodeLabel } from '../quantize/layerName.ts';
import type { UnmatchedLayer } from '../types.ts';

/** The same tensor in two models: what each is asked for to see what its readers read. */
export interface TensorPair {
  readonly name: string;
  readonly operator: string;
  /** The name both have it under. */
  readonly tensor: string;
  readonly baseline: string;
  readonly variant: string;
}

/** Which tensors of two graphs can be compared. */
export interface TensorMatch {
  /** In the order of the baseline's graph. */
  readonly pairs: readonly TensorPair[];
  /** Layers whose tensors only one of both has by that name: folded away, renamed, added. */
  readonly unmatched: readonly UnmatchedLayer[];
}

const roundingOperators = new Set(['QuantizeLinear', 'DequantizeLinear']);

/** What only carries numbers into the graph, or rounds them on their way, is no layer. */
function isLayer({ opType }: NodeProto): boolean {
  return opType !== 'Constant' && opType !== 'ConstantOfShape' && !roundingOperators.has(opType);
}

/** The tensor that the readers of `tensor` see: behind QuantizeLinear and DequantizeLinear where they follow. */
function asRead(tensor: string, { consumers }: GraphIndex): string {
  const rounded = consumers.get(tensor)?.find(({ opType }) => opType === 'QuantizeLinear')?.output[0] ?? '';
  const restored = consumers.get(rounded)?.find(({ opType }) => opType === 'DequantizeLinear')?.output[0];
  return restored ?? tensor;
}

/**
 * Pairs the results of two graphs' layers by their names, which rewriting keeps.
 * @param isNumber whether a tensor of the baseline holds floating-point numbers
 */
export function matchTensors(
  baseline: GraphProto,
  variant: GraphProto,
  isNumber: (tensor: string) => boolean,
): TensorMatch {
  const left = indexGraph(baseline);
  const right = indexGraph(variant);
  const pairs: TensorPair[] = [];
  const unmatched: UnmatchedLayer[] = [];
  for (const node of baseline.node.filter(isLayer)) {
    for (const tensor of node.output.filter(isNumber)) {
      const layer = { name: nodeLabel(node), operator: node.opType, tensor };
      if (!right.producers.has(tensor)) unmatched.push({ ...layer, of: 'baseline', why: 'missing' });
      else pairs.push({ ...layer, baseline: asRead(tensor, left), variant: asRead(tensor, right) });
    }
  }
  for (const node of variant.node.filter(isLayer)) {
    const tensor = node.output[0] ?? '';
    if (node.output.some((name) => left.producers.has(name))) continue;
    unmatched.push({ name: nodeLabel(node), operator: node.opType, tensor, of: 'variant', why: 'missing' });
  }
  return { pairs, unmatched };
}
