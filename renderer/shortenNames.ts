/**
 * Names for narrow columns: what a variant's name adds to the baseline's (the first), so that "sample-int8" stands as
 * "int8" beside "sample". Names that do not start with the baseline's stay whole.
 */
export function shortenNames(names: readonly string[]): string[] {
  const [baseline = ''] = names;
  return names.map((name, index) => {
    if (index === 0 || baseline === '' || !name.startsWith(baseline)) return name;
    return name.slice(baseline.length).replace(/^[-_ .·]+/, '') || name;
  });
}
