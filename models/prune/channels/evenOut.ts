import type { ChannelGraph } from './followChannels.ts';
import { type ChannelGroup, membersAlong } from './groups.ts';
import { roundWidth } from './roundWidth.ts';

/** One member stays in place of another of its group. */
interface Swap {
  readonly group: ChannelGroup;
  readonly restored: number;
  readonly dropped: number;
  /** Importance that is lost. */
  readonly cost: number;
}

/** An axis of weights: how many of its channels are left, and how many should be. */
interface Width {
  current: number;
  readonly target: number;
}

/** Swaps of the best removed member of one cell against the worst remaining one of another cell of the group. */
function swapsOf(group: ChannelGroup, importance: ReadonlyMap<number, number>, removed: ReadonlySet<number>): Swap[] {
  const value = (member: number) => importance.get(member) ?? 0;
  const ends = group.cells.map((cell) => {
    const gone = cell.filter((member) => removed.has(member)).sort((a, b) => value(b) - value(a));
    const here = cell.filter((member) => !removed.has(member)).sort((a, b) => value(a) - value(b));
    return { restored: gone[0], dropped: here.length > 1 ? here[0] : undefined };
  });
  return ends.flatMap(({ restored }, to) =>
    ends.flatMap(({ dropped }, from) =>
      restored === undefined || dropped === undefined || from === to
        ? []
        : [{ group, restored, dropped, cost: value(dropped) - value(restored) }],
    ),
  );
}

/** The axes of weights on which each member lies, once a place, with the widths they have and should have. */
function measureWidths(
  graph: ChannelGraph,
  groups: readonly ChannelGroup[],
  step: number,
  removed: ReadonlySet<number>,
): Map<number, Width[]> {
  const shareOf = new Map<number, number>();
  for (const { members } of groups) {
    const share = members.filter((member) => !removed.has(member)).length / members.length;
    for (const member of members) shareOf.set(member, share);
  }
  const axesOf = new Map<number, Width[]>();
  for (const weights of graph.importance) {
    const members = membersAlong(graph, weights);
    let [current, wanted] = [0, 0];
    for (const member of members) {
      if (!removed.has(member)) current += 1;
      wanted += shareOf.get(member) ?? 1;
    }
    const width = { current, target: roundWidth(members.length, wanted, step, Math.min(step, members.length)) };
    for (const member of members) {
      const axes = axesOf.get(member);
      if (axes === undefined) axesOf.set(member, [width]);
      else axes.push(width);
    }
  }
  return axesOf;
}

/**
 * Swaps, in place, which members of a group go until the layers that read them see round widths too. Only needed where a
 * shuffle deals the outputs of a layer out to many others; how many members of each group stay is unchanged.
 */
export function evenOut(
  graph: ChannelGraph,
  groups: readonly ChannelGroup[],
  importance: ReadonlyMap<number, number>,
  step: number,
  removed: Set<number>,
): void {
  const dealt = groups.filter((group) => group.cells.length > 1 && group.members.some((member) => removed.has(member)));
  if (dealt.length === 0) return;
  const axesOf = measureWidths(graph, groups, step, removed);
  const axesAt = (member: number) => axesOf.get(member) ?? [];
  const apply = ({ restored, dropped }: Swap, sign: 1 | -1) => {
    for (const width of axesAt(restored)) width.current += sign;
    for (const width of axesAt(dropped)) width.current -= sign;
  };
  const gainOf = (swaps: readonly Swap[]) => {
    const touched = new Set(swaps.flatMap(({ restored, dropped }) => [...axesAt(restored), ...axesAt(dropped)]));
    const total = () => {
      let sum = 0;
      for (const { current, target } of touched) sum += Math.abs(current - target);
      return sum;
    };
    const before = total();
    for (const swap of swaps) apply(swap, 1);
    const after = total();
    for (const swap of swaps) apply(swap, -1);
    return before - after;
  };
  const best = (candidates: Iterable<readonly Swap[]>) => {
    let found: { swaps: readonly Swap[]; value: number } | undefined;
    for (const swaps of candidates) {
      const gain = gainOf(swaps);
      if (gain <= 0) continue;
      const value = gain - swaps.reduce((sum, swap) => sum + swap.cost, 0);
      if (found === undefined || value > found.value) found = { swaps, value };
    }
    return found;
  };
  for (;;) {
    const single = dealt.flatMap((group) => swapsOf(group, importance, removed));
    const found = best(single.map((swap) => [swap])) ?? best(pairsOf(single, axesAt));
    if (found === undefined) return;
    for (const swap of found.swaps) {
      apply(swap, 1);
      removed.delete(swap.restored);
      removed.add(swap.dropped);
    }
  }
}

/** Pairs of swaps of two groups of which the second takes away what the first has put somewhere. */
function* pairsOf(swaps: readonly Swap[], axesAt: (member: number) => readonly Width[]): Generator<readonly Swap[]> {
  for (const first of swaps) {
    const surplus = new Set(axesAt(first.restored));
    for (const second of swaps) {
      if (second.group !== first.group && axesAt(second.dropped).some((width) => surplus.has(width))) {
        yield [first, second];
      }
    }
  }
}
