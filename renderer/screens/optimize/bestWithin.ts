import type { ComparedModel } from '../../../models/types.ts';

/** Models that lose no more than `maxDrop` of agreement with the baseline, which loses nothing. */
function within(models: readonly ComparedModel[], maxDrop: number): readonly ComparedModel[] {
  // F1 comes from counts, so that a bound such as 0.02 is met only up to rounding.
  return models.filter(({ agreement }) => 1 - (agreement?.f1 ?? 1) <= maxDrop + 1e-9);
}

function least(models: readonly ComparedModel[], figure: (model: ComparedModel) => number): ComparedModel | null {
  return models.reduce<ComparedModel | null>(
    (best, model) => (best === null || figure(model) < figure(best) ? model : best),
    null,
  );
}

/** A time that is not the provider's that was asked for says nothing of how fast a model is. */
const isTimed = ({ provider }: ComparedModel) => provider.invalidBecause === undefined;

/** The model with the lowest median latency among those that drop by no more than `maxDrop`. */
export function fastestWithin(models: readonly ComparedModel[], maxDrop: number): ComparedModel | null {
  return least(within(models, maxDrop).filter(isTimed), ({ latency }) => latency.p50);
}

/** The smallest file among those that also take no longer than `milliseconds`; null where none is so fast. */
export function smallestWithin(
  models: readonly ComparedModel[],
  maxDrop: number,
  milliseconds: number,
): ComparedModel | null {
  const fastEnough = within(models, maxDrop).filter((model) => isTimed(model) && model.latency.p50 <= milliseconds);
  return least(fastEnough, ({ bytes }) => bytes);
}
