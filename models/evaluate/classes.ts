import { StudioError } from '../errors.ts';
import { matchClassNames } from '../geometry/classMap.ts';

/**
 * Which class of the baseline each class of the variant is, by name or else by id.
 * @returns baseline class id per variant class id
 * @throws StudioError `bad-input` when neither fits
 */
export function mapClasses(
  baseline: readonly string[],
  variant: readonly string[],
  paths: { readonly baseline: string; readonly variant: string },
): readonly number[] {
  const classes = matchClassNames(baseline, variant);
  if (classes !== null) return classes;
  throw new StudioError(
    'bad-input',
    `${paths.variant} knows ${variant.length} classes and ${paths.baseline} ${baseline.length}, and their names differ.`,
    { hint: 'Compare models that were made for the same classes.' },
  );
}
