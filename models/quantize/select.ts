import { create } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, type ModelProto, type NodeProto, type TensorProto } from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import { patternFinder } from '../graph/namePatterns.ts';
import { inferShapes } from '../graph/shapes.ts';
import { type GraphIndex, indexGraph } from '../graph/topology.ts';
import { macsOf } from '../inspect/cost.ts';
import type { Measured } from './calibrate.ts';
import { type Range, widthWithZero } from './grid.ts';
import { sumsDistanceBins, tailOf } from './headGuard.ts';
import { findDrownedLayers } from './noiseGuard.ts';
import { canJoinLayers, canOnlyBeRounded, dataInputs, isLayer, weightsOf } from './operators.ts';
import { stemOf } from './stemGuard.ts';

/** A Concat whose inputs' ranges differ by more than this leaves the smallest of them too few of the 256 steps. */
const largestConcatRatio = 8;

/** What is known of a graph while it is decided what becomes integer. */
export interface GraphFacts {
  readonly graph: GraphProto;
  readonly index: GraphIndex;
  readonly constants: Map<string, TensorProto>;
  /** True for tensors known to hold float32 values. */
  readonly isFloat: (tensor: string) => boolean;
  /** True for tensors whose element type is known. */
  readonly isTyped: (tensor: string) => boolean;
  /** Multiply-accumulates of one run of a node; null where a shape is not known. */
  readonly macsOf: (node: NodeProto) => number | null;
}

export interface Selection {
  /** Nodes that will run on integers (or, for fp16, in half precision). */
  readonly lowered: ReadonlySet<NodeProto>;
  /** Nodes that could have, but stay float, with the reason. */
  readonly float: readonly { readonly node: NodeProto; readonly why: string }[];
}

export interface SelectionOptions {
  readonly headGuard: boolean;
  /** The first layers stay float where that costs next to nothing. */
  readonly stemGuard?: boolean;
  readonly keep: readonly string[];
  /** Nodes, by their first output, that stay float for a reason found elsewhere. */
  readonly floatOutputs?: ReadonlyMap<string, string>;
}

/**
 * Decides which nodes run on integers: layers with constant weights, and what lies between them. Without `ranges` the largest
 * set that is possible is given (what calibration has to watch); with them the guard also looks at every Concat, and at
 * layers that rounding would drown.
 */
export function selectNodes(facts: GraphFacts, options: SelectionOptions, ranges?: Map<string, Measured>): Selection {
  const { graph, index, constants } = facts;
  const tail = tailOf(graph, index, constants);
  const stem = options.stemGuard === true ? stemOf(facts) : new Set<NodeProto>();
  const findPattern = patternFinder(options.keep);
  const float = new Map<NodeProto, string>();
  const integer = new Set<NodeProto>();
  for (const node of graph.node) {
    const layer = isLayer(node);
    const candidate = layer || canJoinLayers(node) || (!options.headGuard && canOnlyBeRounded(node));
    if (
      !candidate ||
      !dataInputs(node).every(facts.isFloat) ||
      !node.output.filter((name) => name !== '').every(facts.isFloat)
    )
      continue;
    const why =
      reasonForFloat(node, layer, facts, options, tail, findPattern, ranges) ??
      (stem.has(node) ? 'stem guard: rounding here disturbs every layer behind, and float costs little' : undefined);
    if (why === undefined) integer.add(node);
    else float.set(node, why);
  }
  if (options.headGuard && ranges !== undefined) {
    keepReadersOfGuardedConcats(facts, ranges, integer, float);
    for (const [layer, why] of findDrownedLayers(facts, [...integer].filter(isLayer), ranges)) {
      if (integer.delete(layer)) float.set(layer, why);
    }
  }
  dropUseless(facts, integer, options.headGuard ? new Set() : tail);
  return { lowered: integer, float: [...float].map(([node, why]) => ({ node, why })) };
}

function reasonForFloat(
  node: NodeProto,
  layer: boolean,
  facts: GraphFacts,
  options: SelectionOptions,
  tail: Set<NodeProto>,
  findPattern: (name: string) => string | undefined,
  ranges: Map<string, Range> | undefined,
): string | undefined {
  const pattern = findPattern(node.name);
  if (pattern !== undefined) return `kept by pattern ${pattern}`;
  const given = options.floatOutputs?.get(node.output[0] ?? '');
  if (given !== undefined) return given;
  if (layer && weightsOf(node, facts.constants) === undefined) return 'its weights are not constant';
  if (!options.headGuard) return undefined;
  if (sumsDistanceBins(node, facts.index, facts.constants)) return 'head guard: sums the distance bins (DFL)';
  if (tail.has(node)) return 'head guard: after the last convolutions';
  if (node.opType !== 'Concat' || ranges === undefined) return undefined;
  const ratio = rangeRatio(node, ranges);
  return ratio > largestConcatRatio ? `head guard: its inputs' ranges differ ${ratio.toFixed(1)}×` : undefined;
}

/** Widest range among a node's data inputs over the narrowest; inputs that are always zero do not count. */
export function rangeRatio(node: NodeProto, ranges: Map<string, Range>): number {
  const widths = dataInputs(node)
    .map((name) => ranges.get(name))
    .map((range) => (range === undefined ? 0 : widthWithZero(range)))
    .filter((width) => width > 0);
  return widths.length < 2 ? 1 : Math.max(...widths) / Math.min(...widths);
}

/** A float Concat helps only if what reads it reads floats: the layers right after a guarded Concat stay float as well. */
function keepReadersOfGuardedConcats(
  { index }: GraphFacts,
  ranges: Map<string, Range>,
  integer: Set<NodeProto>,
  float: Map<NodeProto, string>,
): void {
  for (const node of [...float.keys()]) {
    if (node.opType !== 'Concat' || rangeRatio(node, ranges) <= largestConcatRatio) continue;
    for (const reader of node.output.flatMap((name) => index.consumers.get(name) ?? [])) {
      if (integer.delete(reader))
        float.set(reader, `head guard: reads ${node.name}, whose inputs' ranges differ too much`);
    }
  }
}

/**
 * Takes back, until nothing changes, nodes other than layers that would gain nothing: those with no integer neighbour before
 * or after them would only be rounded between floats. Nodes of an unguarded tail need none after them.
 */
function dropUseless({ graph, index }: GraphFacts, integer: Set<NodeProto>, unguardedTail: Set<NodeProto>): void {
  const inputs = new Set(graph.input.map((input) => input.name));
  const comesFromInteger = (name: string) => {
    const producer = index.producers.get(name);
    return producer === undefined ? inputs.has(name) : integer.has(producer);
  };
  const goesToInteger = (name: string) => (index.consumers.get(name) ?? []).some((reader) => integer.has(reader));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of integer) {
      const useful = unguardedTail.has(node) || node.output.some(goesToInteger);
      if (isLayer(node) || (useful && dataInputs(node).some(comesFromInteger))) continue;
      integer.delete(node);
      changed = true;
    }
  }
}

/**
 * Decides which layers run on integers where nothing between them does (dynamic quantization); `refusal` says why a layer has no
 * integer form.
 */
export function selectLayers(
  facts: GraphFacts,
  options: SelectionOptions,
  refusal: (node: NodeProto, facts: GraphFacts) => string | undefined,
): Selection {
  const tail = tailOf(facts.graph, facts.index, facts.constants);
  const findPattern = patternFinder(options.keep);
  const integer = new Set<NodeProto>();
  const float: { node: NodeProto; why: string }[] = [];
  for (const node of facts.graph.node) {
    if (!isLayer(node) || !dataInputs(node).every(facts.isFloat)) continue;
    const why = reasonForFloat(node, true, facts, options, tail, findPattern, undefined) ?? refusal(node, facts);
    if (why === undefined) integer.add(node);
    else float.push({ node, why });
  }
  return { lowered: integer, float };
}

/**
 * Gathers the facts about a model's graph.
 * @param sizes dimensions to assume for inputs that leave them open
 */
export function factsOfModel(proto: ModelProto, sizes: Readonly<Record<string, readonly number[]>> = {}): GraphFacts {
  const graph = proto.graph ?? create(GraphProtoSchema);
  const shapes = inferShapes(proto, sizes);
  return {
    graph,
    index: indexGraph(graph),
    constants: constantsOf(graph),
    isFloat: (tensor) => shapes.get(tensor)?.type === 'float',
    isTyped: (tensor) => (shapes.get(tensor)?.type ?? '') !== '',
    macsOf: (node) => macsOf(node, shapes),
  };
}
