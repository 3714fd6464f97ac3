import { create } from '@bufbuild/protobuf';
import { type ModelProto, type NodeProto, OperatorSetIdProtoSchema, type TensorProto } from 'onnx-buf';
import { attributeFloat, isDefaultDomain, makeNode } from '../graph/nodes.ts';
import { dimsOf, floatsOf, makeFloatTensor, makeInt8Tensor, makeInt32Tensor } from '../graph/tensors.ts';
import { removeUnused, sortNodes, uniqueName } from '../graph/topology.ts';
import { correctBias } from './biasCorrection.ts';
import type { Measured } from './calibrate.ts';
import { addConstant, addNode, editGraph, type GraphEditor, gridConstants, makeGridTensor } from './graphEditor.ts';
import { type ActivationType, activationGrid, type Grid, is16Bit, toGrid } from './grid.ts';
import { clipsValues, dataInputs, isLayer, outputChannelAxis, weightsOf } from './operators.ts';
import type { GraphFacts, Selection } from './select.ts';
import {
  dequantizeWeights,
  leastScaleForBias,
  type QuantizedWeights,
  quantizeBias,
  quantizeWeights,
  type WeightLimit,
} from './weights.ts';

export interface QdqOptions {
  readonly activations: ActivationType;
  readonly symmetric?: boolean;
  readonly perTensor: boolean;
  readonly weightLimit: WeightLimit;
  /** Where it holds the means of a convolution's input, its bias makes up for the mean error of the rounded weights. */
  readonly measured?: ReadonlyMap<string, Measured>;
}

const opsetOf16Bits = 21n;
const runtimeDomain = 'com.microsoft';

/** The lowest finite float32. */
const lowestFloat = -3.4028234663852886e38;

interface Rewriting {
  readonly editor: GraphEditor;
  readonly facts: GraphFacts;
  readonly selection: Selection;
  readonly grids: Map<string, Grid>;
  readonly options: QdqOptions;
  /** Where QuantizeLinear and DequantizeLinear of activations are defined. */
  readonly domain: string;
  /** For each tensor with a grid, the name of its rounded twin. */
  readonly rounded: Map<string, string>;
}

/**
 * Rewrites a graph in place into QDQ form: every tensor with a grid gets QuantizeLinear and DequantizeLinear behind it, which
 * integer nodes read in its stead; weights become int8 (one scale per output channel), biases int32 with scale
 * inputScale * weightScale. A runtime that knows integer kernels replaces DequantizeLinear, node, QuantizeLinear by one of them;
 * any other computes the same numbers in float.
 */
export function insertQdq(
  proto: ModelProto,
  facts: GraphFacts,
  selection: Selection,
  grids: Map<string, Grid>,
  options: QdqOptions,
): void {
  const { graph } = facts;
  const domain = qdqDomain(proto, options.activations);
  const rewriting: Rewriting = {
    editor: editGraph(graph),
    facts,
    selection,
    grids,
    options,
    domain,
    rounded: new Map(),
  };
  const { nodes } = rewriting.editor;
  const outputs = new Set(graph.output.map((output) => output.name));
  for (const input of graph.input) roundTensor(rewriting, input.name, input.name);
  for (const node of sortNodes(graph)) {
    const integer = selection.lowered.has(node);
    if (integer && isLayer(node)) quantizeLayer(rewriting, node);
    readRounded(rewriting, node, integer);
    nodes.push(node);
    for (const [at, name] of node.output.entries()) {
      if (!integer || !outputs.has(name) || !grids.has(name)) {
        roundTensor(rewriting, name, name);
        continue;
      }
      // The graph's output keeps its name, so what is before rounding needs another.
      const raw = uniqueName(rewriting.editor.taken, `${name}_raw`);
      node.output[at] = raw;
      roundTensor(rewriting, name, raw, name);
    }
  }
  graph.node = nodes;
  removeUnused(graph);
}

/**
 * The domain whose QuantizeLinear knows the type: the default one, or onnxruntime's own for 16 bits before opset 21, which is
 * then declared.
 */
function qdqDomain(proto: ModelProto, type: ActivationType): string {
  const opset = proto.opsetImport.find(({ domain }) => isDefaultDomain(domain));
  if (!is16Bit(type) || (opset?.version ?? 0n) >= opsetOf16Bits) return '';
  if (!proto.opsetImport.some(({ domain }) => domain === runtimeDomain)) {
    proto.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: runtimeDomain, version: 1n }));
  }
  return runtimeDomain;
}

/** Puts QuantizeLinear and DequantizeLinear behind `source`, where `tensor` has a grid. */
function roundTensor(rewriting: Rewriting, tensor: string, source: string, target?: string): void {
  const { editor, grids, options, domain, rounded } = rewriting;
  const grid = grids.get(tensor);
  if (grid === undefined) return;
  const constants = gridConstants(editor, grid, options.activations);
  const exact = comesFromFloatLayer(rewriting, tensor) ? addBarrier(editor, source) : source;
  const integers = addNode(editor, 'QuantizeLinear', [exact, ...constants], `${tensor}_quantized`, { domain });
  if (target === undefined) {
    rounded.set(
      tensor,
      addNode(editor, 'DequantizeLinear', [integers, ...constants], `${tensor}_dequantized`, { domain }),
    );
    return;
  }
  const name = uniqueName(editor.taken, `${tensor}/DequantizeLinear`);
  editor.nodes.push(makeNode('DequantizeLinear', [integers, ...constants], [target], { name, domain }));
  rounded.set(tensor, target);
}

/** True for the result of a layer that stays float, also through the Relu or Clip behind it. */
function comesFromFloatLayer({ facts, selection }: Rewriting, tensor: string): boolean {
  let producer = facts.index.producers.get(tensor);
  while (producer !== undefined && clipsValues(producer)) producer = facts.index.producers.get(producer.input[0] ?? '');
  return producer !== undefined && isLayer(producer) && !selection.lowered.has(producer);
}

/**
 * Between DequantizeLinear and QuantizeLinear onnxruntime quantizes weights of its own accord, with one scale for all. A node that
 * changes nothing, but that no optimizer knows to be idle, keeps such a layer float.
 */
function addBarrier(editor: GraphEditor, source: string): string {
  const lowest = addConstant(editor, `${source}_lowest`, (name) => makeFloatTensor(name, [], [lowestFloat]));
  return addNode(editor, 'Max', [source, lowest], `${source}_exact`);
}

/**
 * Integer nodes read rounded tensors. Float nodes read them only from integer nodes (whose exact result an integer kernel never
 * has); from float nodes they read the exact ones.
 */
function readRounded(rewriting: Rewriting, node: NodeProto, integer: boolean): void {
  const { facts, selection, rounded } = rewriting;
  const data = new Set(integer ? dataInputs(node) : node.input);
  node.input = node.input.map((name) => {
    if (!data.has(name)) return name;
    const constant = facts.constants.get(name);
    if (integer && constant !== undefined) return roundConstant(rewriting, name, constant);
    const producer = facts.index.producers.get(name);
    const exact = !integer && (producer === undefined || !selection.lowered.has(producer));
    return exact ? name : (rounded.get(name) ?? name);
  });
}

/** A constant operand (of an Add, Mul or Concat) as integers with a grid of its own. */
function roundConstant(rewriting: Rewriting, name: string, tensor: TensorProto): string {
  const { editor, options, domain, rounded } = rewriting;
  const known = rounded.get(name);
  if (known !== undefined) return known;
  const values = floatsOf(tensor);
  const range = values.reduce(
    (sofar, value) => ({ min: Math.min(sofar.min, value), max: Math.max(sofar.max, value) }),
    { min: 0, max: 0 },
  );
  const grid = activationGrid(range, options.activations, options.symmetric);
  const integers = addConstant(editor, `${name}_quantized`, (fresh) =>
    makeGridTensor[options.activations](
      fresh,
      dimsOf(tensor),
      Array.from(values, (value) => toGrid(grid, value)),
    ),
  );
  const constants = gridConstants(editor, grid, options.activations);
  const result = addNode(editor, 'DequantizeLinear', [integers, ...constants], `${name}_dequantized`, { domain });
  rounded.set(name, result);
  return result;
}

/** The weights of a layer as integers. */
export interface LayerWeights {
  readonly dims: number[];
  /** The axis along which each output channel has a scale of its own, or null for one scale. */
  readonly axis: number | null;
  readonly channels: number;
  readonly quantized: QuantizedWeights;
}

/** The integer weights of a layer whose input has a scale; undefined where its weights are not constant. */
export function layerWeights(
  node: NodeProto,
  facts: GraphFacts,
  inputScale: number,
  options: Pick<QdqOptions, 'perTensor' | 'weightLimit'>,
): LayerWeights | undefined {
  const weights = weightsOf(node, facts.constants);
  if (weights === undefined) return undefined;
  const dims = dimsOf(weights);
  const axis = options.perTensor ? null : outputChannelAxis(node, weights);
  const bias = biasOf(node, facts);
  const channels = axis === null ? 1 : (dims[axis] ?? 1);
  const leastScales = leastScalesFor(bias === undefined ? undefined : floatsOf(bias), channels, inputScale);
  return {
    dims,
    axis,
    channels,
    quantized: quantizeWeights(floatsOf(weights), dims, axis, options.weightLimit, leastScales),
  };
}

/** Replaces the weights and bias of a layer by integers behind DequantizeLinear. */
function quantizeLayer(rewriting: Rewriting, node: NodeProto): void {
  const { editor, facts, grids, options } = rewriting;
  const inputScale = grids.get(node.input[0] ?? '')?.scale;
  const weights = inputScale === undefined ? undefined : layerWeights(node, facts, inputScale, options);
  if (weights === undefined || inputScale === undefined) return;
  const { dims, axis, channels, quantized } = weights;
  const bias = biasOf(node, facts);
  const means = options.measured?.get(node.input[0] ?? '')?.channelMeans;
  const floats = weightsOf(node, facts.constants);
  const plain = bias === undefined ? undefined : floatsOf(bias);
  const biasValues =
    plain === undefined || floats === undefined || means === undefined || node.opType !== 'Conv'
      ? plain
      : correctBias(plain, floatsOf(floats), dequantizeWeights(quantized, dims, axis), dims, means);
  node.input[1] = addWeights(editor, node.input[1] ?? '', dims, axis, quantized);
  if (bias !== undefined && biasValues !== undefined && (channels === 1 || channels === biasValues.length)) {
    node.input[2] = addBias(editor, node.input[2] ?? '', dimsOf(bias), biasValues, inputScale, quantized, axis);
  }
}

/** The bias of a layer where it is a constant that integer kernels can take. */
function biasOf(node: NodeProto, { constants }: GraphFacts): TensorProto | undefined {
  const bias = constants.get(node.input[2] ?? '');
  if (bias === undefined || bias.dims.length !== 1) return undefined;
  return node.opType === 'Gemm' && attributeFloat(node, 'beta', 1) !== 1 ? undefined : bias;
}

function leastScalesFor(bias: Float32Array | undefined, channels: number, inputScale: number): Float64Array {
  const least = new Float64Array(channels);
  for (const [index, value] of (bias ?? []).entries()) {
    const channel = channels === 1 ? 0 : index;
    least[channel] = Math.max(least[channel] ?? 0, leastScaleForBias(value, inputScale));
  }
  return least;
}

function addWeights(
  editor: GraphEditor,
  base: string,
  dims: number[],
  axis: number | null,
  { values, scales }: QuantizedWeights,
): string {
  const scaleDims = axis === null ? [] : [scales.length];
  const inputs = [
    addConstant(editor, `${base}_quantized`, (name) => makeInt8Tensor(name, dims, values)),
    addConstant(editor, `${base}_scale`, (name) => makeFloatTensor(name, scaleDims, scales)),
    addConstant(editor, `${base}_zero_point`, (name) => makeInt8Tensor(name, scaleDims, new Int8Array(scales.length))),
  ];
  return addNode(editor, 'DequantizeLinear', inputs, `${base}_dequantized`, axisAttribute(axis));
}

function addBias(
  editor: GraphEditor,
  base: string,
  dims: number[],
  bias: Float32Array,
  inputScale: number,
  weights: QuantizedWeights,
  axis: number | null,
): string {
  const { values, scales } = quantizeBias(bias, inputScale, weights.scales);
  const scaleDims = axis === null ? [] : [scales.length];
  const inputs = [
    addConstant(editor, `${base}_quantized`, (name) => makeInt32Tensor(name, dims, values)),
    addConstant(editor, `${base}_scale`, (name) => makeFloatTensor(name, scaleDims, scales)),
    addConstant(editor, `${base}_zero_point`, (name) =>
      makeInt32Tensor(name, scaleDims, new Int32Array(scales.length)),
    ),
  ];
  return addNode(editor, 'DequantizeLinear', inputs, `${base}_dequantized`, axisAttribute(axis === null ? null : 0));
}

function axisAttribute(axis: number | null) {
  return axis === null ? {} : { attributes: { axis: { int: axis } } };
}
