import { toBinary } from '@bufbuild/protobuf';
import { type AttributeProto, AttributeProtoSchema, type GraphProto, type NodeProto, type TensorProto } from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import { elementTypeName } from '../graph/elementTypes.ts';
import { isDefaultDomain } from '../graph/nodes.ts';
import { dimsOf, floatsOf, integersOf } from '../graph/tensors.ts';
import { type GraphIndex, indexGraph } from '../graph/topology.ts';
import type { ConstantKind, NodeChange } from '../types.ts';

/** A graph and what is needed to see through QuantizeLinear and DequantizeLinear. */
export interface ReadableGraph {
  readonly graph: GraphProto;
  readonly index: GraphIndex;
  /** By the name they are read under. */
  readonly constants: ReadonlyMap<string, TensorProto>;
}

/** Prepares a graph for being compared node by node. */
export function makeReadable(graph: GraphProto): ReadableGraph {
  return { graph, index: indexGraph(graph), constants: constantsOf(graph) };
}

interface Source {
  /** The tensor before rounding. */
  readonly name: string;
  readonly isRounded: boolean;
  /** What a constant holds, in the type it is stored in. */
  readonly constant: TensorProto | undefined;
}

/** Where a node's input comes from, behind the rounding on its way. */
function sourceOf(name: string, { index, constants }: ReadableGraph): Source {
  const restored = index.producers.get(name);
  if (restored?.opType !== 'DequantizeLinear') return { name, isRounded: false, constant: constants.get(name) };
  const integers = restored.input[0] ?? '';
  const constant = constants.get(integers);
  const rounding = index.producers.get(integers);
  const source = rounding?.opType === 'QuantizeLinear' ? (rounding.input[0] ?? '') : integers;
  return { name: source, isRounded: true, constant };
}

/** The operator with its domain, unless that is the default one. */
export function operatorOf({ domain, opType }: NodeProto): string {
  return isDefaultDomain(domain) ? opType : `${domain}.${opType}`;
}

/**
 * What is different about a node that both graphs have.
 * @param standsFor the name in the baseline of a tensor of the variant
 */
export function findChanges(
  before: NodeProto,
  after: NodeProto,
  baseline: ReadableGraph,
  variant: ReadableGraph,
  standsFor: (tensor: string) => string,
): readonly NodeChange[] {
  const left = before.input.map((name) => sourceOf(name, baseline));
  const right = after.input.map((name) => sourceOf(name, variant));
  return [
    ...operatorChange(before, after),
    ...attributeChanges(before, after),
    ...left.flatMap(({ name, constant }, at) => constantChange(name, constant, right[at]?.constant)),
    ...inputChange(left, right, standsFor),
    ...roundingChange(left, right),
  ];
}

function operatorChange(before: NodeProto, after: NodeProto): readonly NodeChange[] {
  const [from, to] = [operatorOf(before), operatorOf(after)];
  return from === to ? [] : [{ what: 'operator', before: from, after: to }];
}

function attributeChanges(before: NodeProto, after: NodeProto): readonly NodeChange[] {
  const names = new Set([...before.attribute, ...after.attribute].map(({ name }) => name));
  return [...names].sort().flatMap((name): readonly NodeChange[] => {
    const left = before.attribute.find((attribute) => attribute.name === name);
    const right = after.attribute.find((attribute) => attribute.name === name);
    if (left && right && sameBytes(toBinary(AttributeProtoSchema, left), toBinary(AttributeProtoSchema, right)))
      return [];
    return [{ what: 'attribute', name, before: describeAttribute(left), after: describeAttribute(right) }];
  });
}

/** Longest text of an attribute's value. */
const longestValue = 80;

function describeAttribute(attribute: AttributeProto | undefined): string | null {
  if (attribute === undefined) return null;
  const { i, f, s, ints, floats, strings, t, g } = attribute;
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, longestValue));
  if (g !== undefined || attribute.graphs.length > 0) return 'graph';
  if (t !== undefined) return `${elementTypeName(t.dataType)} [${dimsOf(t).join(', ')}]`;
  const list = [...ints.map(String), ...floats.map(String), ...strings.map(decode)];
  const text =
    list.length > 0 ? list.slice(0, longestValue).join(', ') : s.length > 0 ? decode(s) : String(i === 0n ? f : i);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

function constantChange(
  tensor: string,
  before: TensorProto | undefined,
  after: TensorProto | undefined,
): readonly NodeChange[] {
  if (before === undefined || after === undefined) return [];
  const [from, to] = [kindOf(before), kindOf(after)];
  if (from.type !== to.type || from.shape.join() !== to.shape.join()) {
    return [{ what: 'constant', tensor, before: from, after: to }];
  }
  const differing = countDifferent(before, after);
  const count = from.shape.reduce((product, dim) => product * dim, 1);
  return differing === 0 ? [] : [{ what: 'constant', tensor, before: from, after: to, changed: differing / count }];
}

function kindOf(tensor: TensorProto): ConstantKind {
  return { type: elementTypeName(tensor.dataType), shape: dimsOf(tensor) };
}

/** Values that differ between two tensors of one type and shape. */
function countDifferent(before: TensorProto, after: TensorProto): number {
  if (before.rawData.length > 0 && sameBytes(before.rawData, after.rawData)) return 0;
  const [left, right] = [valuesOf(before), valuesOf(after)];
  let count = 0;
  for (let index = 0; index < left.length; index += 1) if (!Object.is(left[index], right[index])) count += 1;
  return count;
}

function valuesOf(tensor: TensorProto): ArrayLike<number> {
  const type = elementTypeName(tensor.dataType);
  return type.includes('float') || type === 'double' ? floatsOf(tensor) : integersOf(tensor);
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** Inputs that come from elsewhere; constants are compared by what they hold. */
function inputChange(
  left: readonly Source[],
  right: readonly Source[],
  standsFor: (tensor: string) => string,
): readonly NodeChange[] {
  const namesOf = (sources: readonly Source[], nameOf: (tensor: string) => string) =>
    sources.map(({ name, constant }) => (constant === undefined ? nameOf(name) : '')).filter((name) => name !== '');
  const before = namesOf(left, (name) => name);
  const after = namesOf(right, standsFor);
  return before.join('\n') === after.join('\n') ? [] : [{ what: 'inputs', before, after }];
}

/** Whether what is computed, weights aside, is rounded to integers before the node. */
function roundingChange(left: readonly Source[], right: readonly Source[]): readonly NodeChange[] {
  const isRounded = (sources: readonly Source[]) =>
    sources.some((source) => source.isRounded && source.constant === undefined);
  const [before, after] = [isRounded(left), isRounded(right)];
  return before === after ? [] : [{ what: 'rounding', after }];
}
