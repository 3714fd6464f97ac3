import type { GraphProto, NodeProto } from 'onnx-buf';
import type { OperationContext, OperationInput } from '../api.ts';
import { readWholeModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { assumeSizes } from '../inspect/sizes.ts';
import { nodeLabel } from '../quantize/layerName.ts';
import type { ChangedNode, GraphDifferenceReport, GraphStage, StagedNode, StageSummary } from '../types.ts';
import { findChanges, makeReadable, operatorOf, type ReadableGraph } from './nodeChanges.ts';
import { findStages } from './stages.ts';

const nowhere: GraphStage = { part: 'backbone', stride: null };

/**
 * Which nodes of the baseline's graph a variant lacks, has more, or has with other operators, attributes, weights or inputs. Nodes
 * are the same by name or, where names are missing or double, by what they make. Rounding (QuantizeLinear, DequantizeLinear) on the
 * way to a node is a property of that node and does not make its inputs others.
 * @throws StudioError about a model, as `readWholeModel`
 */
export async function compareGraphs(
  input: OperationInput<'graphDifference'>,
  context: OperationContext,
): Promise<GraphDifferenceReport> {
  const baseline = await readWholeModel(input.baseline);
  context.signal.throwIfAborted();
  const variant = await readWholeModel(input.variant);
  context.signal.throwIfAborted();
  const [before, after] = [baseline.proto.graph, variant.proto.graph];
  if (before === undefined || after === undefined) throw new Error('a model that was read has a graph');
  const declared = inferShapes(baseline.proto);
  const { sizes } = assumeSizes(baseline.proto, before.input, declared);
  const shapes = sizes === undefined ? declared : inferShapes(baseline.proto, sizes);
  return { ...input, ...findDifferences(before, after, findStages(before, shapes)) };
}

/** The same for graphs at hand; `stages` are those of the baseline. */
export function findDifferences(
  before: GraphProto,
  after: GraphProto,
  stages: ReadonlyMap<NodeProto, GraphStage>,
): Omit<GraphDifferenceReport, 'baseline' | 'variant'> {
  const baseline = makeReadable(before);
  const variant = makeReadable(after);
  const pairs = pairNodes(before, after);
  const renamed = new Map<string, string>();
  for (const [own, twin] of pairs) {
    for (const [at, name] of twin.output.entries()) renamed.set(name, own.output[at] ?? name);
  }
  const stageOf = (node: NodeProto) => stages.get(node) ?? nowhere;
  const changed: ChangedNode[] = [];
  const same: GraphStage[] = [];
  for (const [own, twin] of pairs) {
    const changes = findChanges(own, twin, baseline, variant, (name) => renamed.get(name) ?? name);
    if (changes.length === 0) same.push(stageOf(own));
    else changed.push({ ...stagedNode(own, stageOf(own)), changes });
  }
  const removed = nodesOf(before)
    .filter((node) => !pairs.has(node))
    .map((node) => stagedNode(node, stageOf(node)));
  const twins = new Map([...pairs].map(([own, twin]) => [twin, own]));
  const added = nodesOf(after)
    .filter((node) => !twins.has(node))
    .map((node) => stagedNode(node, stageOfAdded(node, variant, twins, stageOf)));
  return {
    nodes: { baseline: nodesOf(before).length, variant: nodesOf(after).length, same: same.length },
    stages: summarizeStages({ same, added, removed, changed }),
    added,
    removed,
    changed,
  };
}

/** Constants are weights, not work. */
function nodesOf(graph: GraphProto): readonly NodeProto[] {
  return graph.node.filter(({ opType }) => opType !== 'Constant');
}

function stagedNode(node: NodeProto, stage: GraphStage): StagedNode {
  return { name: nodeLabel(node), operator: operatorOf(node), stage };
}

/** Which node of the second graph each node of the first is, in the order of the first. */
function pairNodes(before: GraphProto, after: GraphProto): ReadonlyMap<NodeProto, NodeProto> {
  const [left, right] = [nodesOf(before), nodesOf(after)];
  const pairs = new Map<NodeProto, NodeProto>();
  const taken = new Set<NodeProto>();
  for (const keyOf of [(node: NodeProto) => node.name, (node: NodeProto) => node.output[0] ?? '']) {
    const ownKeys = uniqueBy(left, keyOf);
    const keys = uniqueBy(right, keyOf);
    for (const [key, own] of ownKeys) {
      const twin = keys.get(key);
      if (twin === undefined || taken.has(twin) || pairs.has(own)) continue;
      pairs.set(own, twin);
      taken.add(twin);
    }
  }
  return new Map(
    left.flatMap((own): [NodeProto, NodeProto][] => {
      const twin = pairs.get(own);
      return twin === undefined ? [] : [[own, twin]];
    }),
  );
}

/** Nodes by a key that is theirs alone. */
function uniqueBy(nodes: readonly NodeProto[], keyOf: (node: NodeProto) => string): ReadonlyMap<string, NodeProto> {
  const found = new Map<string, NodeProto>();
  const double = new Set(['']);
  for (const node of nodes) {
    const key = keyOf(node);
    if (found.has(key)) double.add(key);
    found.set(key, node);
  }
  for (const key of double) found.delete(key);
  return found;
}

/** An added node works where the known node before it does, or, when it has none (it rounds weights), the one behind it. */
function stageOfAdded(
  node: NodeProto,
  { index }: ReadableGraph,
  twins: ReadonlyMap<NodeProto, NodeProto>,
  stageOf: (node: NodeProto) => GraphStage,
): GraphStage {
  const before = (one: NodeProto) => index.producers.get(one.input[0] ?? '');
  const behind = (one: NodeProto) => index.consumers.get(one.output[0] ?? '')?.[0];
  for (const step of [before, behind]) {
    const seen = new Set<NodeProto>();
    for (let at = step(node); at !== undefined && !seen.has(at); at = step(at)) {
      seen.add(at);
      const own = twins.get(at);
      if (own !== undefined) return stageOf(own);
    }
  }
  return nowhere;
}

const parts = ['backbone', 'neck', 'head'] as const;

function summarizeStages(found: {
  readonly same: readonly GraphStage[];
  readonly added: readonly StagedNode[];
  readonly removed: readonly StagedNode[];
  readonly changed: readonly StagedNode[];
}): readonly StageSummary[] {
  const summaries = new Map<
    string,
    { stage: GraphStage; same: number; added: number; removed: number; changed: number }
  >();
  const count = (stage: GraphStage, what: 'same' | 'added' | 'removed' | 'changed') => {
    const key = `${stage.part} ${stage.stride}`;
    const summary = summaries.get(key) ?? { stage, same: 0, added: 0, removed: 0, changed: 0 };
    summary[what] += 1;
    summaries.set(key, summary);
  };
  for (const stage of found.same) count(stage, 'same');
  for (const what of ['added', 'removed', 'changed'] as const) for (const { stage } of found[what]) count(stage, what);
  return [...summaries.values()].sort(
    ({ stage: a }, { stage: b }) => parts.indexOf(a.part) - parts.indexOf(b.part) || (a.stride ?? 0) - (b.stride ?? 0),
  );
}
