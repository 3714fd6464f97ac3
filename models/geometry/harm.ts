import type { ImageDifference } from '../types.ts';

/** Sorts most harmed first: by lost boxes, then those under another class, extra and moved ones. */
export function compareHarm(a: Harm, b: Harm): number {
  return b.lost - a.lost || b.changedClass - a.changedClass || b.extra - a.extra || b.moved - a.moved;
}

type Harm = Pick<ImageDifference, 'lost' | 'extra' | 'moved' | 'changedClass'>;
