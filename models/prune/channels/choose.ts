import { patternFinder } from '../../graph/namePatterns.ts';
import { findId } from './channelIds.ts';
import { evenOut } from './evenOut.ts';
import type { ChannelGraph } from './followChannels.ts';
import type { ChannelGroup } from './groups.ts';
import { roundWidth } from './roundWidth.ts';

/** How many channels of which groups go. */
export interface RemovalOptions {
  /** Share of the channels that go. */
  readonly amount: number;
  /** `global` ranks the channels of all groups together, `layer` takes the same share of every group. */
  readonly scope: 'global' | 'layer';
  /** Globs on layer names: groups with such a layer keep all their channels. */
  readonly keep: readonly string[];
  /** Widths become multiples of this where they change. */
  readonly roundTo: number;
  /** Shares for groups with a layer of that name; the first that fits counts, before `amount`. */
  readonly ratios: readonly { readonly pattern: string; readonly amount: number }[];
  /** At least this many channels of a layer stay; 8 unless given. */
  readonly leastChannels?: number;
}

const usualLeast = 8;

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Members of a group that stay when `wanted` are asked for: the named layer's width is what is rounded. */
function roundMembers(group: ChannelGroup, wanted: number, options: RemovalOptions): number {
  const { members, multiplicity } = group;
  const { roundTo, leastChannels = usualLeast } = options;
  const step = roundTo / greatestDivisor(roundTo, multiplicity);
  const least = Math.min(members.length, Math.max(1, Math.ceil(leastChannels / multiplicity)));
  return roundWidth(members.length, wanted, step, least);
}

/** Which share of each group stays before rounding. */
function wantedMembers(
  groups: readonly ChannelGroup[],
  importance: ReadonlyMap<number, number>,
  options: RemovalOptions,
): Map<ChannelGroup, number> {
  const wanted = new Map<ChannelGroup, number>();
  const ranked: ChannelGroup[] = [];
  const finders = options.ratios.map(({ pattern, amount }) => ({ find: patternFinder([pattern]), amount }));
  const isKept = patternFinder(options.keep);
  for (const group of groups) {
    const ratio = finders.find(({ find }) => group.layers.some((name) => find(name) !== undefined));
    if (group.layers.some((name) => isKept(name) !== undefined)) wanted.set(group, group.members.length);
    else if (ratio !== undefined) wanted.set(group, group.members.length * (1 - ratio.amount));
    else if (options.scope === 'layer') wanted.set(group, group.members.length * (1 - options.amount));
    else ranked.push(group);
  }
  // Every channel counts once in the ranking, also one that stands for several.
  const values = ranked
    .flatMap(({ members, multiplicity }) =>
      members.flatMap((member) => new Array<number>(multiplicity).fill(importance.get(member) ?? 0)),
    )
    .sort((a, b) => a - b);
  const count = Math.round(options.amount * values.length);
  const threshold = count === 0 ? Number.NEGATIVE_INFINITY : (values[count - 1] ?? 0);
  for (const group of ranked) {
    wanted.set(group, group.members.filter((member) => (importance.get(member) ?? 0) > threshold).length);
  }
  return wanted;
}

/** The members that go: in every group the least important ones, as many as the options ask for after rounding. */
export function chooseRemoval(
  graph: ChannelGraph,
  groups: readonly ChannelGroup[],
  importance: ReadonlyMap<number, number>,
  options: RemovalOptions,
): Set<number> {
  const removed = new Set<number>();
  for (const [group, wanted] of wantedMembers(groups, importance, options)) {
    const stay = roundMembers(group, wanted, options);
    const order = [...group.members].sort((a, b) => (importance.get(a) ?? 0) - (importance.get(b) ?? 0));
    for (const member of order.slice(0, order.length - stay)) removed.add(member);
  }
  evenOut(graph, groups, importance, options.roundTo, removed);
  leaveSome(graph, importance, removed);
  return removed;
}

/** Restores, in place, the most important channel of every tensor that would lose all it has. */
function leaveSome(graph: ChannelGraph, importance: ReadonlyMap<number, number>, removed: Set<number>): void {
  for (const { axes } of graph.tensors.values()) {
    for (const ids of axes) {
      if (ids === null) continue;
      const members = [...ids].map((id) => findId(graph.channels, id));
      if (!members.every((member) => removed.has(member))) continue;
      members.sort((a, b) => (importance.get(b) ?? 0) - (importance.get(a) ?? 0));
      for (const member of members.slice(0, 1)) removed.delete(member);
    }
  }
}
