/**
 * The p-quantile (0 <= p <= 1) of values in ascending order, by linear interpolation between the two nearest: type 7 of
 * Hyndman and Fan (1996), "Sample Quantiles in Statistical Packages", which numpy and R use by default. NaN without values.
 */
export function quantile(ascending: readonly number[], p: number): number {
  const position = (ascending.length - 1) * p;
  const below = Math.floor(position);
  const low = ascending[below] ?? Number.NaN;
  const high = ascending[below + 1] ?? low;
  return low + (high - low) * (position - below);
}

/** The median of values in any order; NaN without values. */
export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
