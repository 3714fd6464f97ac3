import type { ImageDifference } from '../types.ts';

/** Sorts most harmed first: by lost boxes, then those under another class, extra and moved ones. */
export function compareHarm(a: ImageDifference, b: ImageDifference): number {
  return b.lost - a.lost || b.changedClass - a.changedClass || b.extra - a.extra || b.moved - a.moved;
}

/** The picture's difference under the variant that harms it most. */
export function worstOf(differences: readonly ImageDifference[]): ImageDifference | undefined {
  return [...differences].sort(compareHarm)[0];
}

/** Adds an item to a list kept sorted by harm and no longer than `limit`; among equals the earlier one stays first. */
export function keepMostHarmed<Item extends { readonly worst: ImageDifference }>(
  list: Item[],
  item: Item,
  limit: number,
): void {
  const after = list.findIndex((other) => compareHarm(item.worst, other.worst) < 0);
  if (after < 0) list.push(item);
  else list.splice(after, 0, item);
  if (list.length > limit) list.pop();
}
