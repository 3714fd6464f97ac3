import type { NodeProto } from 'onnx-buf';
import { isDefaultDomain } from '../graph/nodes.ts';
import type { GraphIndex } from '../graph/topology.ts';
import { joinRanges, type Range } from './grid.ts';
import { siluProductOf } from './silu.ts';

/** A tensor whose range follows from that of others. */
export interface Derivation {
  readonly tensor: string;
  readonly from: readonly string[];
  /** True where each value is the sigmoid of another. */
  readonly sigmoid: boolean;
}

/** Operators that hand on every value of their first input, and no other. */
const movingAll = new Set(['Flatten', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

/**
 * How the range of a node's result follows from its inputs'; undefined where it has to be looked at. The gate of a SiLU is not
 * looked at, so that the runtime can go on computing gate and product in one step.
 */
export function derivationOf(node: NodeProto, index: GraphIndex): Derivation | undefined {
  const [tensor = ''] = node.output;
  const [input = ''] = node.input;
  if (!isDefaultDomain(node.domain)) return undefined;
  if (node.opType === 'Concat') return { tensor, from: node.input, sigmoid: false };
  if (movingAll.has(node.opType)) return { tensor, from: [input], sigmoid: false };
  const isGate = node.opType === 'Sigmoid' && siluProductOf(input, index) !== undefined;
  return isGate ? { tensor, from: [input], sigmoid: true } : undefined;
}

/** The range that follows; undefined where one that it follows from is not known. */
export function deriveRange({ from, sigmoid }: Derivation, ranges: ReadonlyMap<string, Range>): Range | undefined {
  let joined: Range | undefined;
  for (const tensor of from) {
    const range = ranges.get(tensor);
    if (range === undefined) return undefined;
    joined = joined === undefined ? range : joinRanges(joined, range);
  }
  if (joined === undefined || !sigmoid) return joined;
  return { min: 1 / (1 + Math.exp(-joined.min)), max: 1 / (1 + Math.exp(-joined.max)) };
}
