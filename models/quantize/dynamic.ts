import { clone } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { attributeFloat, attributeInt, makeNode } from '../graph/nodes.ts';
import { dimsOf, floatsOf, makeFloatTensor, makeUint8Tensor } from '../graph/tensors.ts';
import { removeUnused, sortNodes, uniqueName } from '../graph/topology.ts';
import { addConstant, addNode, editGraph, type GraphEditor } from './graphEditor.ts';
import { isLayer, outputChannelAxis, weightsOf } from './operators.ts';
import { factsOfModel, type GraphFacts, type Selection, type SelectionOptions, selectLayers } from './select.ts';
import { quantizeWeights } from './weights.ts';

/** A rewritten model and what was decided for its nodes. */
export interface Quantized {
  readonly proto: ModelProto;
  readonly selection: Selection;
}

/** Where int8 weights are shifted to as uint8, the one type that all integer kernels take; these also never saturate. */
const weightZeroPoint = 128;

/**
 * Quantizes weights now and activations at run time, from the range each has in that run: no pictures are needed. Each layer
 * becomes DynamicQuantizeLinear → ConvInteger or MatMulInteger → Cast → Mul by both scales → Add of the float bias.
 */
export function quantizeDynamic(
  proto: ModelProto,
  options: SelectionOptions & { readonly perTensor: boolean },
): Quantized {
  const quantized = clone(ModelProtoSchema, proto);
  const facts = factsOfModel(quantized);
  const selection = selectLayers(facts, options, becomesInteger);
  const editor = editGraph(facts.graph);
  const inputs = new Map<string, DynamicInput>();
  for (const node of sortNodes(facts.graph)) {
    if (selection.lowered.has(node)) rewriteLayer(editor, node, facts, inputs, options.perTensor);
    else editor.nodes.push(node);
  }
  facts.graph.node = editor.nodes;
  removeUnused(facts.graph);
  return { proto: quantized, selection };
}

/** Why a layer has no integer form here, or undefined where it has. */
function becomesInteger(node: NodeProto, { constants }: GraphFacts): string | undefined {
  const weights = weightsOf(node, constants);
  if (node.opType === 'ConvTranspose') return 'ConvTranspose has no dynamic integer form';
  if (node.opType === 'MatMul' && weights?.dims.length !== 2) return 'its weights are not a matrix';
  const plain = ['alpha', 'beta'].every((name) => attributeFloat(node, name, 1) === 1);
  if (node.opType === 'Gemm' && (!plain || attributeInt(node, 'transA', 0) !== 0))
    return 'it scales or transposes its input';
  return undefined;
}

/** An activation that was quantized at run time. */
interface DynamicInput {
  readonly integers: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

function rewriteLayer(
  editor: GraphEditor,
  node: NodeProto,
  facts: GraphFacts,
  inputs: Map<string, DynamicInput>,
  perTensor: boolean,
): void {
  const [data = '', weightsName = '', bias = ''] = node.input;
  const [output = ''] = node.output;
  const weights = facts.constants.get(weightsName);
  if (!isLayer(node) || weights === undefined) return;
  const input = inputs.get(data) ?? quantizeInput(editor, data);
  inputs.set(data, input);
  const convolution = node.opType === 'Conv';
  const matrix = convolution ? weights : asMatrix(node, weights);
  const axis = perTensor ? null : convolution ? 0 : outputChannelAxis(matrixNode, matrix);
  const integers = addIntegerWeights(editor, weightsName, matrix, axis, convolution ? dimsOf(weights).length - 2 : 0);

  const operands = [input.integers, integers.values, input.zeroPoint, integers.zeroPoint];
  const sums = uniqueName(editor.taken, `${output}_sums`);
  const integerNode = makeNode(convolution ? 'ConvInteger' : 'MatMulInteger', operands, [sums], { name: node.name });
  if (convolution) integerNode.attribute = node.attribute;
  editor.nodes.push(integerNode);
  const floats = addNode(editor, 'Cast', [sums], `${output}_unscaled`, { attributes: { to: { int: DataType.FLOAT } } });
  const scale = addNode(editor, 'Mul', [input.scale, integers.scales], `${output}_scale`);
  if (bias === '') {
    editor.nodes.push(
      makeNode('Mul', [floats, scale], [output], { name: uniqueName(editor.taken, `${node.name}/Mul`) }),
    );
    return;
  }
  const scaled = addNode(editor, 'Mul', [floats, scale], `${output}_scaled`);
  const shift = convolution ? addChannelBias(editor, bias, facts, dimsOf(weights).length - 2) : bias;
  editor.nodes.push(makeNode('Add', [scaled, shift], [output], { name: uniqueName(editor.taken, `${node.name}/Add`) }));
}

/** Stands for a MatMul when the axis of its columns is asked for. */
const matrixNode = makeNode('MatMul', [], []);

function quantizeInput(editor: GraphEditor, data: string): DynamicInput {
  const integers = uniqueName(editor.taken, `${data}_quantized`);
  const scale = uniqueName(editor.taken, `${data}_scale`);
  const zeroPoint = uniqueName(editor.taken, `${data}_zero_point`);
  const name = uniqueName(editor.taken, `${data}/DynamicQuantizeLinear`);
  editor.nodes.push(makeNode('DynamicQuantizeLinear', [data], [integers, scale, zeroPoint], { name }));
  return { integers, scale, zeroPoint };
}

/** Gemm's weights as MatMul takes them: [inputs, outputs]. */
function asMatrix(node: NodeProto, weights: TensorProto): TensorProto {
  if (node.opType !== 'Gemm' || attributeInt(node, 'transB', 0) === 0) return weights;
  const [rows = 0, columns = 0] = dimsOf(weights);
  const values = floatsOf(weights);
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      turned[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return makeFloatTensor(weights.name, [columns, rows], turned);
}

/** Adds weights as uint8 with their scales, these shaped to multiply a result whose channels `trailing` more axes follow. */
function addIntegerWeights(
  editor: GraphEditor,
  base: string,
  weights: TensorProto,
  axis: number | null,
  trailing: number,
): { values: string; scales: string; zeroPoint: string } {
  const dims = dimsOf(weights);
  const { values, scales } = quantizeWeights(floatsOf(weights), dims, axis, 127);
  const shifted = Uint8Array.from(values, (value) => value + weightZeroPoint);
  const scaleDims = axis === null ? [] : [scales.length, ...Array.from({ length: trailing }, () => 1)];
  return {
    values: addConstant(editor, `${base}_quantized`, (name) => makeUint8Tensor(name, dims, shifted)),
    scales: addConstant(editor, `${base}_scale`, (name) => makeFloatTensor(name, scaleDims, scales)),
    zeroPoint: addConstant(editor, `${base}_zero_point`, (name) => makeUint8Tensor(name, [], [weightZeroPoint])),
  };
}

function addChannelBias(editor: GraphEditor, bias: string, facts: GraphFacts, trailing: number): string {
  const tensor = facts.constants.get(bias);
  if (tensor === undefined) return bias;
  const dims = [...dimsOf(tensor), ...Array.from({ length: trailing }, () => 1)];
  return addConstant(editor, `${bias}_per_channel`, (name) => makeFloatTensor(name, dims, floatsOf(tensor)));
}
