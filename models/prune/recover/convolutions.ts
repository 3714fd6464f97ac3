import { TensorProto_DataType as DataType, type ModelProto, type NodeProto, type TensorProto } from 'onnx-buf';
import { attributeInt, isDefaultDomain } from '../../graph/nodes.ts';
import { dimsOf } from '../../graph/tensors.ts';
import { indexGraph } from '../../graph/topology.ts';
import { prunableWeights } from '../../inspect/weights.ts';

/** A convolution of two dimensions whose float32 weights are its own, so that they can be changed. */
export interface Convolution {
  readonly node: NodeProto;
  readonly weights: TensorProto;
  /** Undefined where it adds none. */
  readonly bias: TensorProto | undefined;
  /** Of the weights: outputs, inputs of a group, kernel rows and columns. */
  readonly dims: readonly [number, number, number, number];
  readonly groups: number;
}

function readConvolution(
  node: NodeProto,
  constants: ReadonlyMap<string, TensorProto>,
  readers: (name: string) => number,
): Convolution | undefined {
  const [, weightsName = '', biasName = ''] = node.input;
  const weights = constants.get(weightsName);
  const bias = constants.get(biasName);
  if (node.opType !== 'Conv' || !isDefaultDomain(node.domain) || weights === undefined) return undefined;
  if (weights.dataType !== DataType.FLOAT || readers(weightsName) !== 1) return undefined;
  if (biasName !== '' && (bias === undefined || readers(biasName) !== 1)) return undefined;
  const [outputs, inputs, rows, columns, ...more] = dimsOf(weights);
  if (outputs === undefined || inputs === undefined || rows === undefined || columns === undefined) return undefined;
  if (more.length > 0) return undefined;
  return { node, weights, bias, dims: [outputs, inputs, rows, columns], groups: attributeInt(node, 'group', 1) };
}

/** The convolutions whose learned weights can be changed without changing anything else. Those of a head's arithmetic are not learned. */
export function findConvolutions(proto: ModelProto): Map<NodeProto, Convolution> {
  const found = new Map<NodeProto, Convolution>();
  if (proto.graph === undefined) return found;
  const { consumers, initializers } = indexGraph(proto.graph);
  const readers = (name: string) => consumers.get(name)?.length ?? 0;
  for (const { node } of prunableWeights(proto)) {
    const convolution = readConvolution(node, initializers, readers);
    if (convolution !== undefined) found.set(node, convolution);
  }
  return found;
}
