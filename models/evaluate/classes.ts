import { StudioError } from '../errors.ts';

/**
 * Which class of the baseline each class of the variant is. Names decide where every name of the variant is also one of
 * the baseline's; else the ids, where both have as many classes.
 * @returns baseline class id per variant class id
 * @throws StudioError `bad-input` when neither fits
 */
export function mapClasses(
  baseline: readonly string[],
  variant: readonly string[],
  paths: { readonly baseline: string; readonly variant: string },
): number[] {
  const ids = new Map(baseline.map((name, id) => [name, id]));
  const byName = variant.flatMap((name) => ids.get(name) ?? []);
  if (byName.length === variant.length) return byName;
  if (baseline.length === variant.length) return [...baseline.keys()];
  throw new StudioError(
    'bad-input',
    `${paths.variant} knows ${variant.length} classes and ${paths.baseline} ${baseline.length}, and their names differ.`,
    { hint: 'Compare models that were made for the same classes.' },
  );
}
