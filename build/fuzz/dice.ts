import { seededRandom } from '../../models/random.ts';

/** Seeded choices: the same seed makes the same ones, in the order in which they are asked for. */
export interface Dice {
  /** A whole number from 0 up to but without `limit`. */
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
  /** One of a list; undefined for an empty one. */
  readonly pick: <Item>(items: readonly Item[]) => Item | undefined;
}

export function makeDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(limit * random());
  return { below, chance: (share) => random() < share, pick: (items) => items[below(items.length)] };
}
