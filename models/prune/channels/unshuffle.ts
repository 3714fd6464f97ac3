import type { GraphProto, ModelProto, NodeProto } from 'onnx-buf';
import { constantsOf } from '../../graph/constants.ts';
import { makeNode } from '../../graph/nodes.ts';
import { inferShapes } from '../../graph/shapes.ts';
import { integersOf, makeInt64Tensor } from '../../graph/tensors.ts';
import { indexGraph, namesIn, removeUnused, sortNodes, uniqueName } from '../../graph/topology.ts';
import { type IndexTensor, moveIndices } from './moveIndices.ts';
import { matchReshape } from './reshapeParts.ts';

/** Above this many elements a shuffle is left as it is. */
const maximumElements = 2 ** 24;

/** A tensor that is another with some channels picked, in some order. */
interface Pick {
  readonly name: string;
  readonly axis: number;
  readonly positions: readonly number[];
}

/** Nodes that only move elements, and what they come to. */
interface Shuffle {
  readonly picks: readonly Pick[];
  readonly nodes: readonly NodeProto[];
}

interface Tracing {
  readonly graph: GraphProto;
  readonly consumers: ReadonlyMap<string, readonly NodeProto[]>;
  readonly outputs: ReadonlySet<string>;
  readonly dims: (name: string) => readonly number[] | undefined;
  readonly integers: (node: NodeProto) => (input: number) => readonly number[] | undefined;
}

/** True for a reshape that cuts one axis into several: where a shuffle begins. */
function cutsAxis(from: readonly number[], to: readonly number[]): boolean {
  return matchReshape(from, to).some((part) => part.to.length > 1);
}

/** Reads a tensor of indices as positions picked along one axis of the source; undefined where it is anything else. */
function asPick(name: string, moved: IndexTensor, source: readonly number[]): Pick | undefined {
  const { dims, indices } = moved;
  if (dims.length !== source.length) return undefined;
  // Channels are the second axis of every tensor that is shuffled.
  const axis = 1;
  if (dims.some((dim, index) => index !== axis && dim !== source[index])) return undefined;
  const inner = source.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const [batch = 1, size = 1, picked = 1] = [source[0], source[1], dims[1]];
  const positions = Array.from({ length: picked }, (_, at) => Math.floor((indices[at * inner] ?? 0) / inner) % size);
  for (let block = 0; block < batch; block += 1) {
    for (const [at, position] of positions.entries()) {
      const from = (block * size + position) * inner;
      const to = (block * picked + at) * inner;
      for (let offset = 0; offset < inner; offset += 1) if (indices[to + offset] !== from + offset) return undefined;
    }
  }
  return { name, axis, positions };
}

/**
 * Follows elements from a tensor through one reader and all that only moves them further on. Gives the tensors that are then
 * used for something else, each as a pick of channels; undefined where one of them is not.
 */
function tracePicks(first: NodeProto, source: string, dims: readonly number[], tracing: Tracing): Shuffle | undefined {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const picks: Pick[] = [];
  const nodes: NodeProto[] = [];
  const start = { dims, indices: Int32Array.from({ length: count }, (_, index) => index) };
  const open: { node: NodeProto; read: string; data: IndexTensor }[] = [{ node: first, read: source, data: start }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, read, data } = next;
    nodes.push(node);
    const outputDims = node.output.map((name) => tracing.dims(name));
    const known = outputDims.filter((each) => each !== undefined);
    if (node.input[0] !== read || known.length < outputDims.length) return undefined;
    const moved = moveIndices(node, data, tracing.integers(node), known);
    if (moved === undefined) return undefined;
    for (const [index, name] of node.output.entries()) {
      const result = moved[index];
      if (result === undefined) return undefined;
      const readers = tracing.consumers.get(name) ?? [];
      const movers = readers.filter((reader) => movesOn(reader, name, tracing));
      if (movers.length < readers.length || tracing.outputs.has(name)) {
        const pick = asPick(name, result, dims);
        if (pick === undefined) return undefined;
        picks.push(pick);
      }
      for (const mover of movers) open.push({ node: mover, read: name, data: result });
    }
  }
  return { picks, nodes };
}

const movers = new Set([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Transpose',
  'Slice',
  'Gather',
  'Split',
]);

/** True for a node that only moves what it reads as its data. */
function movesOn(node: NodeProto, name: string, { integers }: Tracing): boolean {
  if (!movers.has(node.opType) || node.input[0] !== name) return false;
  return (node.opType !== 'Gather' || integers(node)(1) !== undefined) && node.input.indexOf(name, 1) < 0;
}

/**
 * Replaces, in place, channel shuffles (Reshape, Transpose and Reshape or Slice, Gather, Split) by Gathers along the channels,
 * which go on working whichever channels are left. The model gives the very same results. Only tensors of fixed sizes are
 * looked at.
 */
export function unshuffle(proto: ModelProto, graph: GraphProto): void {
  const shapes = inferShapes(proto);
  const constants = constantsOf(graph);
  const taken = namesIn(graph);
  const tracing: Tracing = {
    graph,
    consumers: indexGraph(graph).consumers,
    outputs: new Set(graph.output.map((output) => output.name)),
    dims: (name) => {
      const dims = shapes.get(name)?.dims;
      const known = dims?.filter((dim) => dim !== null);
      return known?.length === dims?.length ? known : undefined;
    },
    integers: (node) => (input) => {
      const tensor = constants.get(node.input[input] ?? '');
      return tensor === undefined ? undefined : integersOf(tensor);
    },
  };
  const replaced = new Map<string, NodeProto>();
  /** Parts of shuffles that are replaced as a whole: what one of them begins anew is replaced with it. */
  const covered = new Set<NodeProto>();
  for (const node of sortNodes(graph)) {
    if (covered.has(node)) continue;
    const source = node.input[0] ?? '';
    const from = node.opType === 'Reshape' ? tracing.dims(source) : undefined;
    const to = tracing.dims(node.output[0] ?? '');
    if (from === undefined || to === undefined || from.length < 3 || !cutsAxis(from, to)) continue;
    if (constants.has(source) || from.reduce((product, dim) => product * dim, 1) > maximumElements) continue;
    const shuffle = tracePicks(node, source, from, tracing);
    for (const part of shuffle?.nodes ?? []) covered.add(part);
    for (const { name, axis, positions } of shuffle?.picks ?? []) {
      const indices = uniqueName(taken, `${name}_channels`);
      graph.initializer.push(makeInt64Tensor(indices, [positions.length], positions));
      replaced.set(
        name,
        makeNode('Gather', [source, indices], [name], {
          name: uniqueName(taken, `${name}_pick`),
          attributes: { axis: { int: axis } },
        }),
      );
    }
  }
  if (replaced.size === 0) return;
  graph.node = graph.node.flatMap((node) => {
    const picks = node.output.flatMap((name) => replaced.get(name) ?? []);
    if (picks.length === 0) return [node];
    // A Split may have parts that are picks and parts that are not read at all.
    return picks;
  });
  removeUnused(graph);
}
