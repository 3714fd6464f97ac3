import { clone } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { constantsOf } from './constants.ts';
import { attributeFloat, attributeInt } from './nodes.ts';
import { dimsOf, floatsOf, makeFloatTensor } from './tensors.ts';
import { type GraphIndex, indexGraph, namesIn, removeUnused, uniqueName } from './topology.ts';

/** y = x * scale + shift, per channel. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/**
 * The same model with every BatchNormalization that alone follows a Conv or ConvTranspose merged into its weights and bias:
 * w' = w * gamma / sqrt(var + eps), b' = (b - mean) * gamma / sqrt(var + eps) + beta. Others stay as they are.
 */
export function foldBatchNorm(proto: ModelProto): ModelProto {
  const folded = clone(ModelProtoSchema, proto);
  const graph = folded.graph;
  if (graph === undefined || !graph.node.some((node) => node.opType === 'BatchNormalization')) return folded;
  const index = indexGraph(graph);
  const constants = constantsOf(graph);
  const outputs = new Set(graph.output.map((output) => output.name));
  const taken = namesIn(graph);
  const removed = new Set<NodeProto>();
  for (const norm of graph.node) {
    const convolution = foldableConvolution(norm, index, outputs);
    if (convolution === undefined) continue;
    if (merge(graph, convolution, norm, constants, taken)) removed.add(norm);
  }
  graph.node = graph.node.filter((node) => !removed.has(node));
  if (removed.size > 0) removeUnused(graph);
  return folded;
}

/** The convolution whose only reader is this BatchNormalization. */
function foldableConvolution(norm: NodeProto, index: GraphIndex, outputs: Set<string>): NodeProto | undefined {
  if (norm.opType !== 'BatchNormalization' || attributeInt(norm, 'training_mode', 0) !== 0) return undefined;
  if (norm.output.slice(1).some((name) => name !== '')) return undefined;
  const data = norm.input[0] ?? '';
  const producer = index.producers.get(data);
  if (producer === undefined || !['Conv', 'ConvTranspose'].includes(producer.opType)) return undefined;
  if (outputs.has(data) || index.consumers.get(data)?.length !== 1) return undefined;
  return producer;
}

function affineOf(norm: NodeProto, constants: Map<string, TensorProto>): Affine | undefined {
  const [gamma, beta, mean, variance] = norm.input.slice(1, 5).map((name) => {
    const tensor = constants.get(name);
    return tensor === undefined ? undefined : floatsOf(tensor);
  });
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined) return undefined;
  const epsilon = attributeFloat(norm, 'epsilon', 1e-5);
  const scale = Float64Array.from(gamma, (value, channel) => value / Math.sqrt((variance[channel] ?? 0) + epsilon));
  const shift = Float64Array.from(beta, (value, channel) => value - (mean[channel] ?? 0) * (scale[channel] ?? 0));
  return { scale, shift };
}

/** Rewrites the convolution to give what the BatchNormalization gave, under its output name; false where it cannot. */
function merge(
  graph: GraphProto,
  convolution: NodeProto,
  norm: NodeProto,
  constants: Map<string, TensorProto>,
  taken: Set<string>,
): boolean {
  const affine = affineOf(norm, constants);
  const weights = constants.get(convolution.input[1] ?? '');
  const biasName = convolution.input[2] ?? '';
  const bias = constants.get(biasName);
  if (affine === undefined || weights?.dataType !== DataType.FLOAT || (biasName !== '' && bias === undefined))
    return false;
  const dims = dimsOf(weights);
  const groups = attributeInt(convolution, 'group', 1);
  const channelOf = outputChannels(convolution.opType, dims, groups);
  const inner = dims.slice(2).reduce((product, dim) => product * dim, 1);
  const scaled = floatsOf(weights).map((value, at) => value * (affine.scale[channelOf(Math.floor(at / inner))] ?? 0));
  const oldBias = bias === undefined ? undefined : floatsOf(bias);
  const shifted = Float32Array.from(
    affine.shift,
    (shift, channel) => (oldBias?.[channel] ?? 0) * (affine.scale[channel] ?? 0) + shift,
  );
  // New names: the old weights may serve another node as well.
  const weightsName = uniqueName(taken, `${convolution.input[1] ?? ''}_folded`);
  const shiftName = uniqueName(taken, `${weightsName}_bias`);
  graph.initializer.push(makeFloatTensor(weightsName, dims, scaled));
  graph.initializer.push(makeFloatTensor(shiftName, [shifted.length], shifted));
  convolution.input = [convolution.input[0] ?? '', weightsName, shiftName];
  convolution.output = [norm.output[0] ?? ''];
  return true;
}

/** For a kernel (row of the first two weight dimensions) the output channel it adds to. */
function outputChannels(operator: string, dims: readonly number[], groups: number): (kernel: number) => number {
  const [first = 1, second = 1] = dims;
  if (operator === 'Conv') return (kernel) => Math.floor(kernel / second);
  // ConvTranspose weights are [inputs, outputs / groups, ...]; each group of inputs feeds its own outputs.
  const inputsPerGroup = first / groups;
  return (kernel) => Math.floor(Math.floor(kernel / second) / inputsPerGroup) * second + (kernel % second);
}
