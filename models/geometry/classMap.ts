/**
 * Which class of the baseline each class of the variant is. Names decide where every name of the variant is also one of
 * the baseline's; else the ids, where both have as many classes.
 * @returns baseline class id per variant class id; null where neither fits
 */
export function matchClassNames(baseline: readonly string[], variant: readonly string[]): readonly number[] | null {
  const ids = new Map(baseline.map((name, id) => [name, id]));
  // The own id where the name stands in the same place, so that a name given twice stays two classes.
  const byName = variant.flatMap((name, id) => (baseline[id] === name ? id : (ids.get(name) ?? [])));
  if (byName.length === variant.length) return byName;
  return baseline.length === variant.length ? [...baseline.keys()] : null;
}
