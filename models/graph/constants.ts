import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { attributeFloat, attributeFloats, attributeInt, attributeInts, attributeTensor } from './nodes.ts';
import { makeFloatTensor, makeInt64Tensor } from './tensors.ts';

/** The tensor a Constant node gives, or undefined for kinds without numbers (strings, sparse). */
export function constantValue(node: NodeProto): TensorProto | undefined {
  const tensor = attributeTensor(node, 'value');
  if (tensor !== undefined) return tensor;
  const name = node.output[0] ?? '';
  const float = attributeFloat(node, 'value_float');
  if (float !== undefined) return makeFloatTensor(name, [], [float]);
  const int = attributeInt(node, 'value_int');
  if (int !== undefined) return makeInt64Tensor(name, [], [int]);
  const floats = attributeFloats(node, 'value_floats');
  if (floats !== undefined) return makeFloatTensor(name, [floats.length], floats);
  const ints = attributeInts(node, 'value_ints');
  if (ints !== undefined) return makeInt64Tensor(name, [ints.length], ints);
  return undefined;
}

/**
 * Every constant of a graph by the name it is read under: initializers, and outputs of Constant nodes. A Constant's tensor
 * keeps whatever name its attribute has, which is often empty.
 */
export function constantsOf(graph: GraphProto): Map<string, TensorProto> {
  const constants = new Map<string, TensorProto>();
  for (const tensor of graph.initializer) constants.set(tensor.name, tensor);
  for (const node of graph.node) {
    if (node.opType !== 'Constant') continue;
    const output = node.output[0];
    const tensor = constantValue(node);
    if (output !== undefined && tensor !== undefined) constants.set(output, tensor);
  }
  return constants;
}
