/** At most `count` items, evenly spread over the list, in its order. */
export function evenlySpread<Item>(items: readonly Item[], count: number): Item[] {
  const share = Math.min(1, count / items.length);
  return items.filter((_, index) => Math.floor((index + 1) * share + 1e-9) > Math.floor(index * share + 1e-9));
}
