import { clone } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import { patternFinder } from '../graph/namePatterns.ts';
import { isDefaultDomain, makeNode } from '../graph/nodes.ts';
import { dimsOf, floatsOf, makeFloat16Tensor } from '../graph/tensors.ts';
import { removeUnused, sortNodes, tensorsReadBy, uniqueName } from '../graph/topology.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import type { DetectorSpec } from '../types.ts';
import { calibrate } from './calibrate.ts';
import { calibrationInput, inputDims } from './calibrationInput.ts';
import type { Quantized } from './dynamic.ts';
import { addConstant, editGraph, type GraphEditor } from './graphEditor.ts';
import type { Range } from './grid.ts';
import { tailOf } from './headGuard.ts';
import { isLayer } from './operators.ts';
import { factsOfModel, type GraphFacts, type Selection } from './select.ts';

/** The largest finite number in half precision. */
const largestHalf = 65504;

/** Operators that are defined for no half precision, or that name the type of their output themselves. */
const singleOperators = new Set([
  'Cast',
  'CastLike',
  'Constant',
  'ConstantOfShape',
  'EyeLike',
  'NonMaxSuppression',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Range',
]);

/**
 * Converts weights and arithmetic to half precision. Inputs and outputs of the graph stay float32, and so does the tail behind the
 * last convolutions (head guard): with 11 bits of mantissa a coordinate beyond 512 is off by up to a quarter pixel. Nodes with
 * constants or, where pictures are given, activations beyond 65504 stay float32 as well.
 */
export async function convertToHalf(
  proto: ModelProto,
  options: Pick<QuantizeOptions, 'headGuard' | 'keep'>,
  images: readonly string[],
  specOf: () => Promise<DetectorSpec>,
  context: OperationContext,
): Promise<Quantized & { readonly warnings: readonly string[] }> {
  const converted = clone(ModelProtoSchema, proto);
  const spec = images.length === 0 ? undefined : await specOf();
  const facts = factsOfModel(converted, spec === undefined ? {} : { [spec.input.name]: inputDims(spec) });
  const ranges = spec === undefined ? undefined : await measureAll(converted, facts, spec, images, context);
  const selection = selectHalfNodes(facts, options, ranges);
  rewrite(facts, selection);
  const unchecked =
    'No pictures were given, so activations were not checked for values beyond 65504, which half precision cannot hold.';
  const cpu =
    'Half precision makes files smaller and GPUs faster; the CPU provider computes in float32 and converts back and forth.';
  return { proto: converted, selection, warnings: ranges === undefined ? [unchecked, cpu] : [cpu] };
}

/** The range of every float tensor that is computed from the picture. */
function measureAll(
  proto: ModelProto,
  { graph, isFloat }: GraphFacts,
  spec: DetectorSpec,
  images: readonly string[],
  context: OperationContext,
): Promise<Map<string, Range>> {
  const tensors = graph.node
    .filter((node) => node.opType !== 'Constant')
    .flatMap((node) => node.output)
    .filter((name) => name !== '' && isFloat(name));
  const inputs = images.map((path) => calibrationInput(path, spec));
  const request = {
    inputName: spec.input.name,
    inputs,
    tensors,
    calibrator: 'minmax',
    percentile: 100,
    steps: 255,
  } as const;
  return calibrate(proto, request, context);
}

function selectHalfNodes(
  facts: GraphFacts,
  options: Pick<QuantizeOptions, 'headGuard' | 'keep'>,
  ranges: Map<string, Range> | undefined,
): Selection {
  const tail = options.headGuard ? tailOf(facts.graph, facts.index, facts.constants) : new Set<NodeProto>();
  const findPattern = patternFinder(options.keep);
  const lowered = new Set<NodeProto>();
  const float: { node: NodeProto; why: string }[] = [];
  for (const node of facts.graph.node) {
    if (!canBeHalf(node, facts)) continue;
    const pattern = findPattern(node.name);
    const overflow = overflowOf(node, facts, ranges);
    const why =
      pattern !== undefined
        ? `kept by pattern ${pattern}`
        : tail.has(node)
          ? 'head guard: after the last convolutions'
          : overflow;
    if (why === undefined) lowered.add(node);
    else if (isLayer(node) || overflow !== undefined || pattern !== undefined) float.push({ node, why });
  }
  return { lowered, float };
}

function canBeHalf(node: NodeProto, { isFloat, isTyped }: GraphFacts): boolean {
  if (!isDefaultDomain(node.domain) || singleOperators.has(node.opType)) return false;
  if (node.attribute.some((attribute) => attribute.g !== undefined || attribute.graphs.length > 0)) return false;
  const tensors = [...node.input, ...node.output].filter((name) => name !== '');
  return tensors.every(isTyped) && tensors.some(isFloat);
}

/** Why a node's values do not fit into half precision, or undefined where they do as far as is known. */
function overflowOf(
  node: NodeProto,
  { constants, isFloat }: GraphFacts,
  ranges: Map<string, Range> | undefined,
): string | undefined {
  for (const name of [...halfInputs(node), ...node.output]) {
    if (!isFloat(name)) continue;
    const constant = constants.get(name);
    const range = ranges?.get(name);
    const largest =
      constant !== undefined
        ? floatsOf(constant).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        : Math.max(Math.abs(range?.min ?? 0), Math.abs(range?.max ?? 0));
    if (largest > largestHalf) return `${name} reaches ${largest.toPrecision(3)}, beyond the 65504 of half precision`;
  }
  return undefined;
}

/** Inputs that take the type of the data; the scales of a Resize are float32 always. */
function halfInputs(node: NodeProto): string[] {
  return node.opType === 'Resize' || node.opType === 'Upsample' ? node.input.slice(0, 1) : node.input;
}

/**
 * Every float tensor keeps its name for float32; its twin in half precision gets another. Either is made from the other by a Cast,
 * where some node reads it.
 */
function rewrite(facts: GraphFacts, { lowered }: Selection): void {
  const { graph, index, isFloat } = facts;
  const editor = editGraph(graph);
  const outputs = new Set(graph.output.map((output) => output.name));
  const twins = new Map<string, string>();
  for (const node of sortNodes(graph)) {
    if (!lowered.has(node)) {
      editor.nodes.push(node);
      continue;
    }
    const dataInputs = new Set(halfInputs(node));
    node.input = node.input.map((name) =>
      isFloat(name) && dataInputs.has(name) ? halfTwin(editor, name, facts, twins) : name,
    );
    const floatOutputs = node.output.filter((name) => name !== '' && isFloat(name));
    for (const name of floatOutputs) twins.set(name, uniqueName(editor.taken, `${name}_half`));
    node.output = node.output.map((name) => twins.get(name) ?? name);
    editor.nodes.push(node);
    for (const name of floatOutputs) {
      const readInFloat = (index.consumers.get(name) ?? []).some((reader) => readsAsFloat(reader, name, lowered));
      if (outputs.has(name) || readInFloat) addCast(editor, twins.get(name) ?? name, name, DataType.FLOAT);
    }
  }
  graph.node = editor.nodes;
  removeUnused(graph);
}

function readsAsFloat(reader: NodeProto, name: string, lowered: ReadonlySet<NodeProto>): boolean {
  return tensorsReadBy(reader).includes(name) && (!lowered.has(reader) || !halfInputs(reader).includes(name));
}

function halfTwin(editor: GraphEditor, name: string, { constants }: GraphFacts, twins: Map<string, string>): string {
  const known = twins.get(name);
  if (known !== undefined) return known;
  const constant = constants.get(name);
  const twin =
    constant === undefined ? uniqueName(editor.taken, `${name}_half`) : addHalfConstant(editor, name, constant);
  if (constant === undefined) addCast(editor, name, twin, DataType.FLOAT16);
  twins.set(name, twin);
  return twin;
}

function addHalfConstant(editor: GraphEditor, name: string, tensor: TensorProto): string {
  return addConstant(editor, `${name}_half`, (fresh) => makeFloat16Tensor(fresh, dimsOf(tensor), floatsOf(tensor)));
}

function addCast(editor: GraphEditor, from: string, to: string, type: DataType): void {
  const name = uniqueName(editor.taken, `${to}/Cast`);
  editor.nodes.push(makeNode('Cast', [from], [to], { name, attributes: { to: { int: type } } }));
}
