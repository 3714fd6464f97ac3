/** The name of a class of a model, or "class 7" where it has none. */
export function classNameOf(names: readonly string[], classId: number): string {
  return names[classId] ?? `class ${classId}`;
}

/** What is the same of two names of one class: their case and the signs between their words are not. */
export function comparableName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

/**
 * Where each of the names stands among others, null where it does not; the own place where it stands there too, so that a name
 * given twice stays two classes.
 */
export function placeNames(names: readonly string[], others: readonly string[]): readonly (number | null)[] {
  const known = others.map(comparableName);
  return names.map(comparableName).map((name, own) => {
    const place = known[own] === name ? own : known.indexOf(name);
    return place < 0 ? null : place;
  });
}

/**
 * Which class of the baseline each class of the variant is. Names decide where every name of the variant is also one of
 * the baseline's; else the ids, where both have as many classes.
 * @returns baseline class id per variant class id; null where neither fits
 */
export function matchClassNames(baseline: readonly string[], variant: readonly string[]): readonly number[] | null {
  const byName = placeNames(variant, baseline).filter((place) => place !== null);
  if (byName.length === variant.length) return byName;
  return baseline.length === variant.length ? [...baseline.keys()] : null;
}
