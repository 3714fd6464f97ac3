import { findId, reasonToStay } from './channelIds.ts';
import type { ChannelGraph, ChannelLayer } from './followChannels.ts';
import type { WeightAxis } from './rule.ts';

/** Channels that are made by the same layers: what is chosen is how many of them stay, and which. */
export interface ChannelGroup {
  /** The first layer whose outputs all lie in the group, else the first that has any there. */
  readonly name: string;
  /** Names of all layers that make the channels, in graph order. */
  readonly layers: readonly string[];
  /** Ids that stand for the sets of channels that go together. */
  readonly members: readonly number[];
  /** Channels of the named layer that each member stands for: 2 where two attention heads lose the same channels. */
  readonly multiplicity: number;
  /** The members by where they lie: what is in one cell lies on the very same tensors. */
  readonly cells: readonly (readonly number[])[];
}

/** A layer that keeps all its outputs, and why. */
export interface KeptLayer {
  readonly name: string;
  readonly why: string;
}

export interface ChannelGroups {
  readonly groups: readonly ChannelGroup[];
  readonly kept: readonly KeptLayer[];
}

/** Cells of other sizes cannot be cut to widths that kernels like, and are chosen from together with their siblings. */
const kernelBlock = 8;

/** For every position along an axis of weights the id that stands for its set; -1 where it must stay. */
export function membersAlong({ channels, tensors }: ChannelGraph, { tensor, axis }: WeightAxis): Int32Array {
  const ids = tensors.get(tensor)?.axes[axis] ?? new Int32Array();
  return ids.map((id) => (reasonToStay(channels, id) === undefined ? findId(channels, id) : -1));
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The layers that make each channel that may go, as indices. Layers that share their weights count once. */
function producersOf(graph: ChannelGraph, alongLayers: readonly Int32Array[]): Map<number, number[]> {
  const producers = new Map<number, number[]>();
  const seen = new Set<string>();
  for (const [index, { outputs, makes }] of graph.layers.entries()) {
    const key = `${outputs.axis} ${outputs.tensor}`;
    if (seen.has(key) || !makes) continue;
    seen.add(key);
    for (const member of new Set(alongLayers[index])) if (member >= 0) append(producers, member, index);
  }
  return producers;
}

/** A text for every channel that may go that tells all axes of all tensors on which it lies. */
function placesOf(graph: ChannelGraph, candidates: ReadonlyMap<number, unknown>): Map<number, string> {
  const places = new Map<number, number[]>();
  let place = 0;
  for (const { axes } of graph.tensors.values()) {
    for (const ids of axes) {
      if (ids === null) continue;
      place += 1;
      for (const member of new Set(ids.map((id) => findId(graph.channels, id)))) {
        if (candidates.has(member)) append(places, member, place);
      }
    }
  }
  return new Map([...places].map(([member, list]) => [member, list.join(' ')]));
}

/** Why no output of a layer may go. */
function whyKept({ channels, tensors }: ChannelGraph, { outputs }: ChannelLayer): string {
  const ids = tensors.get(outputs.tensor)?.axes[outputs.axis];
  if (ids == null) return 'it has a single output channel';
  return `its channels must stay: ${reasonToStay(channels, ids[0] ?? 0) ?? 'they are tied to others that do'}`;
}

/** Gathers channels into groups, and says of every other layer why it keeps what it has. */
export function groupChannels(graph: ChannelGraph): ChannelGroups {
  const alongLayers = graph.layers.map(({ outputs }) => membersAlong(graph, outputs));
  const producers = producersOf(graph, alongLayers);
  const places = placesOf(graph, producers);
  const byProducers = new Map<string, number[]>();
  for (const [member, layers] of producers) append(byProducers, layers.join(' '), member);
  const groups: ChannelGroup[] = [];
  for (const members of byProducers.values()) {
    const byPlaces = new Map<string, number[]>();
    for (const member of members) append(byPlaces, places.get(member) ?? '', member);
    const cells = [...byPlaces.values()];
    const indices = producers.get(members[0] ?? -1) ?? [];
    const makeGroup = (parts: readonly number[][]) => describeGroup(graph, alongLayers, indices, parts);
    if (cells.every((cell) => cell.length % kernelBlock === 0)) groups.push(...cells.map((cell) => makeGroup([cell])));
    else groups.push(makeGroup(cells));
  }
  const kept = graph.layers
    .filter((_, index) => alongLayers[index]?.every((member) => member < 0) ?? true)
    .map((layer) => ({ name: layer.name, why: whyKept(graph, layer) }));
  return { groups, kept };
}

function describeGroup(
  graph: ChannelGraph,
  alongLayers: readonly Int32Array[],
  indices: readonly number[],
  cells: readonly number[][],
): ChannelGroup {
  const members = cells.flat().sort((a, b) => a - b);
  const own = new Set(members);
  const named = indices.find((index) => alongLayers[index]?.every((member) => own.has(member))) ?? indices[0] ?? 0;
  const positions = alongLayers[named]?.filter((member) => own.has(member)).length ?? members.length;
  return {
    name: graph.layers[named]?.name ?? '',
    layers: indices.map((index) => graph.layers[index]?.name ?? ''),
    members,
    multiplicity: Math.max(1, Math.round(positions / members.length)),
    cells,
  };
}
