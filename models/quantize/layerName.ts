import type { NodeProto } from 'onnx-buf';

/** What a node is called in reports; nameless ones are told by what they make. */
export function nodeLabel(node: NodeProto): string {
  return node.name === '' ? `${node.opType} making ${node.output[0] ?? ''}` : node.name;
}
