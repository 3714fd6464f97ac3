import type { NodeProto } from 'onnx-buf';
import type { GraphIndex } from '../graph/topology.ts';

/** The product of the SiLU, x * sigmoid(x), that alone reads a tensor x; undefined where there is none. */
export function siluProductOf(tensor: string, index: GraphIndex): NodeProto | undefined {
  const readers = index.consumers.get(tensor) ?? [];
  const gate = readers.find((node) => node.opType === 'Sigmoid')?.output[0];
  const product = readers.find((node) => node.opType === 'Mul');
  if (readers.length !== 2 || gate === undefined || product === undefined) return undefined;
  return product.input.includes(gate) && index.consumers.get(gate)?.length === 1 ? product : undefined;
}
