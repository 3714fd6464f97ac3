import type { GraphProto, ModelProto, NodeProto, TypeProto } from 'onnx-buf';
import { elementTypeName } from './elementTypes.ts';
import { isDefaultDomain, opsetOf } from './nodes.ts';
import { elementwiseRules } from './shapeRules/elementwise.ts';
import { type Known, knownValues, maximumRank, product, type ShapeRule, type TensorFact } from './shapeRules/facts.ts';
import { generateRules } from './shapeRules/generate.ts';
import { layoutRules } from './shapeRules/layout.ts';
import { matrixRules } from './shapeRules/matrix.ts';
import { quantizedRules } from './shapeRules/quantized.ts';
import { reduceRules } from './shapeRules/reduce.ts';
import { resizeRules } from './shapeRules/resize.ts';
import { selectRules } from './shapeRules/select.ts';
import { factOfTensor } from './shapeRules/tensorFact.ts';
import { windowRules } from './shapeRules/windows.ts';
import { sortNodes } from './topology.ts';

/** Element type in lower case and dimensions of a tensor; null for a dimension that depends on the data or is left open. */
export interface TensorShape {
  readonly type: string;
  readonly dims: (number | null)[];
}

/** Looked up by what a file says, which may be the name of something that every object has. */
const rules = new Map<string, ShapeRule>(
  [
    elementwiseRules,
    windowRules,
    matrixRules,
    layoutRules,
    selectRules,
    reduceRules,
    resizeRules,
    generateRules,
    quantizedRules,
  ].flatMap((group) => Object.entries(group)),
);

/** Domains whose operators are named and shaped like the default domain's. */
function isRuled(domain: string): boolean {
  return isDefaultDomain(domain) || domain === 'com.microsoft';
}

/** What a declared type says; dimensions with names, and those below 1 that some exporters write, count as open. */
function factOfType(type: TypeProto | undefined): TensorFact | undefined {
  if (type?.value.case !== 'tensorType') return undefined;
  const { elemType, shape } = type.value.value;
  const dims = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null,
  );
  return { type: elementTypeName(elemType), dims: dims ?? null };
}

/**
 * What a rule made of a damaged node may be of a rank or size that no tensor has, or hold another number of values than it has
 * elements: that part counts as unknown, so that no rule has to expect it of its inputs.
 */
function tidy(fact: TensorFact | undefined): TensorFact | undefined {
  if (fact === undefined || fact.dims === null) return fact;
  if (fact.dims.length > maximumRank) return { type: fact.type, dims: null };
  // A rule that was given an axis which is not there may leave holes, which `map` would pass over.
  const dims = Array.from(fact.dims, knownDim);
  const count = product(dims);
  const isFitting = fact.values === undefined || count === null || count === fact.values.length;
  return isFitting ? { ...fact, dims } : { type: fact.type, dims };
}

/** Fills what the rules could not tell from what the file declares. */
function merge(inferred: TensorFact | undefined, declared: TensorFact | undefined): TensorFact | undefined {
  if (inferred === undefined || declared === undefined) return inferred ?? declared;
  const type = inferred.type === '' ? declared.type : inferred.type;
  if (inferred.dims === null) return { ...inferred, type, dims: declared.dims };
  if (inferred.dims.length !== declared.dims?.length) return { ...inferred, type };
  return { ...inferred, type, dims: inferred.dims.map((dim, axis) => dim ?? declared.dims?.[axis] ?? null) };
}

/** Facts known before any node is looked at: inputs (with `sizes` in place of what they declare) and initializers. */
function startingFacts(graph: GraphProto, sizes: Readonly<Record<string, readonly number[]>>): Map<string, TensorFact> {
  const facts = new Map<string, TensorFact>();
  for (const input of graph.input) {
    const declared = factOfType(input.type);
    const assumed = Object.hasOwn(sizes, input.name) ? sizes[input.name] : undefined;
    facts.set(input.name, { type: declared?.type ?? '', dims: assumed ?? declared?.dims ?? null });
  }
  for (const tensor of graph.initializer) facts.set(tensor.name, factOfTensor(tensor));
  return facts;
}

function describeOutputs(node: NodeProto, opset: number, facts: ReadonlyMap<string, TensorFact>) {
  const rule = isRuled(node.domain) ? rules.get(node.opType) : undefined;
  if (rule === undefined) return [];
  return rule({
    node,
    opset,
    input: (index) => {
      const name = node.input[index];
      return name === undefined || name === '' ? undefined : (facts.get(name) ?? { type: '', dims: null });
    },
  });
}

/** Everything that can be told about the tensors of the main graph. */
function inferFacts(graph: GraphProto, opset: number, sizes: Readonly<Record<string, readonly number[]>>) {
  const declared = new Map(
    [...graph.valueInfo, ...graph.output].map((value) => [value.name, factOfType(value.type)] as const),
  );
  const facts = startingFacts(graph, sizes);
  for (const node of sortNodes(graph)) {
    const outputs = describeOutputs(node, opset, facts);
    for (const [index, name] of node.output.entries()) {
      const fact = merge(tidy(outputs[index]), declared.get(name));
      if (name !== '' && fact !== undefined) facts.set(name, fact);
    }
  }
  return facts;
}

/**
 * Works out type and shape of every tensor of the main graph, following the arithmetic that shapes are computed with.
 * Unknown operators do not fail: their outputs have the shape the file declares for them, or are left out of the result.
 *
 * @param sizes dimensions to assume for some inputs, by name, in place of those the file declares
 */
export function inferShapes(
  proto: ModelProto,
  sizes: Readonly<Record<string, readonly number[]>> = {},
): Map<string, TensorShape> {
  const shapes = new Map<string, TensorShape>();
  if (proto.graph === undefined) return shapes;
  for (const [name, { type, dims }] of inferFacts(proto.graph, opsetOf(proto), sizes)) {
    if (dims !== null) shapes.set(name, { type, dims: [...dims] });
  }
  return shapes;
}

/** The values of the small 64-bit integer tensors that are the same in every run: constants, and sizes computed from shapes. */
export function inferIntegers(proto: ModelProto): Map<string, number[]> {
  const integers = new Map<string, number[]>();
  if (proto.graph === undefined) return integers;
  for (const [name, fact] of inferFacts(proto.graph, opsetOf(proto), {})) {
    const values = fact.type === 'int64' ? knownValues(fact) : undefined;
    if (values?.every(Number.isInteger)) integers.set(name, values);
  }
  return integers;
}

function knownDim(dim: Known | undefined): Known {
  return dim !== null && dim !== undefined && Number.isInteger(dim) && dim >= 0 ? dim : null;
}
