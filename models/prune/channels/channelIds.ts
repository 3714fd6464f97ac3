/** Ids of the channels along one axis of a tensor, one a position; null for an axis whose size cannot change. */
export type AxisIds = Int32Array | null;

/** Sets of channel ids that stay or go together, and why some of them must stay (a union-find structure). */
export interface ChannelIds {
  readonly parents: number[];
  /** By the id that stands for a set. */
  readonly reasons: Map<number, string>;
}

export function createChannelIds(): ChannelIds {
  return { parents: [], reasons: new Map() };
}

/** `count` new channels, each a set of its own. */
export function freshIds(channels: ChannelIds, count: number): Int32Array {
  const first = channels.parents.length;
  for (let id = first; id < first + count; id += 1) channels.parents.push(id);
  return Int32Array.from({ length: count }, (_, position) => first + position);
}

/** The id that stands for the set of a channel. */
export function findId({ parents }: ChannelIds, id: number): number {
  let current = id;
  for (let parent = parents[current] ?? current; parent !== current; parent = parents[current] ?? current) {
    const above = parents[parent] ?? parent;
    parents[current] = above;
    current = above;
  }
  return current;
}

/** Joins the sets of two channels. A reason to stay holds for both; of two reasons the one of the older set remains. */
export function uniteIds(channels: ChannelIds, a: number, b: number): void {
  const left = findId(channels, a);
  const right = findId(channels, b);
  if (left === right) return;
  const [root, child] = left < right ? [left, right] : [right, left];
  channels.parents[child] = root;
  const reason = channels.reasons.get(root) ?? channels.reasons.get(child);
  channels.reasons.delete(child);
  if (reason !== undefined) channels.reasons.set(root, reason);
}

/** Makes channels stay. The first reason given is the one that is remembered. */
export function protectIds(channels: ChannelIds, ids: AxisIds, reason: string): void {
  for (const id of ids ?? []) {
    const root = findId(channels, id);
    if (!channels.reasons.has(root)) channels.reasons.set(root, reason);
  }
}

/** Why a channel must stay; undefined where it may go. */
export function reasonToStay(channels: ChannelIds, id: number): string | undefined {
  return channels.reasons.get(findId(channels, id));
}

/**
 * Unites axes position by position, since an operator combines them so. Where one of them cannot change, none can.
 * @param axes all of the same length
 * @param reason why the others stay where one is fixed
 */
export function tieAxes(channels: ChannelIds, axes: readonly AxisIds[], reason: string): AxisIds {
  const [first, ...others] = axes.filter((axis) => axis !== null);
  if (first === undefined) return null;
  for (const other of others) {
    for (let position = 0; position < first.length; position += 1) {
      uniteIds(channels, first[position] ?? 0, other[position] ?? 0);
    }
  }
  if (others.length + 1 < axes.length) protectIds(channels, first, reason);
  return first;
}
