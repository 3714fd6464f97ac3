import { type AxisIds, findId } from './channelIds.ts';
import type { ChannelGraph } from './followChannels.ts';

/** What is left of every tensor when some channels are gone. */
export interface Remaining {
  /** Positions along an axis that stay, ascending; null where all do. */
  readonly positions: (ids: AxisIds) => readonly number[] | null;
  /** Sizes of a tensor, or undefined where they were never known. */
  readonly dims: (name: string) => readonly number[] | undefined;
}

/** @param removed ids that stand for the sets of channels that go */
export function remainingAfter({ channels, tensors }: ChannelGraph, removed: ReadonlySet<number>): Remaining {
  const known = new Map<Int32Array, readonly number[] | null>();
  const positions = (ids: AxisIds) => {
    if (ids === null) return null;
    const found = known.get(ids);
    if (found !== undefined) return found;
    const left: number[] = [];
    for (const [position, id] of ids.entries()) if (!removed.has(findId(channels, id))) left.push(position);
    const result = left.length === ids.length ? null : left;
    known.set(ids, result);
    return result;
  };
  return {
    positions,
    dims: (name) => {
      const operand = tensors.get(name);
      return operand?.dims.map((dim, axis) => positions(operand.axes[axis] ?? null)?.length ?? dim);
    },
  };
}
