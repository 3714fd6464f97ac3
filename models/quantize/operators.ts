import type { NodeProto, TensorProto } from 'onnx-buf';
import { attributeInt, attributeString, isDefaultDomain } from '../graph/nodes.ts';
import { dimsOf, elementCount } from '../graph/tensors.ts';

/** Layers with weights: what quantization is for. */
const layerOperators = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm']);

/** Operators that hand values on unchanged (or pick some of them): input and output can share one grid. */
const movingOperators = new Set([
  'Concat',
  'Flatten',
  'Gather',
  'Identity',
  'MaxPool',
  'Reshape',
  'Resize',
  'Slice',
  'Split',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
]);

/** Operators with integer kernels in onnxruntime that compute new values. */
const computingOperators = new Set(['Add', 'AveragePool', 'GlobalAveragePool', 'LeakyRelu', 'Mul', 'Sigmoid']);

/** Activations that only cut the range off: with the right grid the rounding of the layer before does their work. */
const clippingOperators = new Set(['Relu', 'Clip']);

/** Further operators of decode arithmetic; they have no integer kernels, so their results are merely rounded to a grid. */
const tailOperators = new Set(['Softmax', 'Sub', 'Div', 'Exp', 'Pow', 'Tanh', 'ReduceMax', 'ReduceSum']);

const severalDataInputs = new Set(['Add', 'Concat', 'Div', 'Mul', 'Pow', 'Sub']);

export function isLayer(node: NodeProto): boolean {
  return layerOperators.has(node.opType) && isDefaultDomain(node.domain);
}

/** The constant weights of a layer; undefined where they are computed. */
export function weightsOf(layer: NodeProto, constants: ReadonlyMap<string, TensorProto>): TensorProto | undefined {
  return constants.get(layer.input[1] ?? '');
}

/** How many constant weights a layer has. */
export function weightCount(layer: NodeProto, constants: ReadonlyMap<string, TensorProto>): number {
  const weights = weightsOf(layer, constants);
  return weights === undefined ? 0 : elementCount(weights);
}

/** True where input and output may lie on the same grid; a Resize that interpolates makes no value beyond its input's either. */
export function movesValues(node: NodeProto): boolean {
  return movingOperators.has(node.opType) && isDefaultDomain(node.domain);
}

export function clipsValues(node: NodeProto): boolean {
  return clippingOperators.has(node.opType) && isDefaultDomain(node.domain);
}

/** True for a node between layers that can run on integers. */
export function canJoinLayers(node: NodeProto): boolean {
  if (node.opType === 'Resize') return attributeString(node, 'mode', 'nearest') === 'nearest';
  return (
    movesValues(node) || clipsValues(node) || (computingOperators.has(node.opType) && isDefaultDomain(node.domain))
  );
}

/** True for a node whose result can be rounded to a grid at no gain in speed. */
export function canOnlyBeRounded(node: NodeProto): boolean {
  return tailOperators.has(node.opType) && isDefaultDomain(node.domain);
}

/** Names of the inputs that carry values to be quantized: not weights, biases, shapes, axes or bounds. */
export function dataInputs(node: NodeProto): string[] {
  const inputs = severalDataInputs.has(node.opType) ? node.input : node.input.slice(0, 1);
  return inputs.filter((name) => name !== '');
}

/**
 * The axis of a layer's weights along which each output channel has its own values, or null where onnxruntime wants one scale
 * for all: grouped ConvTranspose (the axis holds outputs of several groups) and batched MatMul.
 */
export function outputChannelAxis(node: NodeProto, weights: TensorProto): number | null {
  const rank = dimsOf(weights).length;
  switch (node.opType) {
    case 'Conv':
      return 0;
    case 'ConvTranspose':
      return attributeInt(node, 'group', 1) === 1 ? 1 : null;
    case 'Gemm':
      return attributeInt(node, 'transB', 0) === 1 ? 0 : 1;
    default:
      return rank === 2 ? 1 : null;
  }
}
