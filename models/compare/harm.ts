import { compareHarm } from '../geometry/harm.ts';
import type { ImageDifference } from '../types.ts';

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
