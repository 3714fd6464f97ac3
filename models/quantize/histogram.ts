import type { Range } from './grid.ts';

/** Counts of values in equal bins over a fixed range: its size does not depend on how many values it has seen. */
export interface Histogram {
  readonly range: Range;
  readonly counts: Float64Array;
}

/** An empty histogram over a range that is known to hold every value to come. */
export function makeHistogram(range: Range, bins: number): Histogram {
  return { range, counts: new Float64Array(bins) };
}

/** Counts the values in. Values outside the range (rounding at its ends) go to the first or last bin. */
export function addToHistogram(histogram: Histogram, values: Float32Array): void {
  const { counts, range } = histogram;
  const last = counts.length - 1;
  const binsPerUnit = range.max > range.min ? counts.length / (range.max - range.min) : 0;
  const { min } = range;
  for (let index = 0; index < values.length; index += 1) {
    const bin = Math.min(last, Math.max(0, Math.floor(((values[index] ?? 0) - min) * binsPerUnit)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}

/**
 * The range that leaves out the same share of values at either end, so that `percentile` per cent (50..100) lie inside; the
 * values of a bin count as spread evenly over it.
 */
export function percentileRange(histogram: Histogram, percentile: number): Range {
  const { counts, range } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return range;
  const cut = (total * (100 - percentile)) / 200;
  const binWidth = (range.max - range.min) / counts.length;
  const low = binsBefore(counts, cut, (step) => step);
  const high = binsBefore(counts, cut, (step) => counts.length - 1 - step);
  return { min: range.min + low * binWidth, max: range.max - high * binWidth };
}

/** How many bins (with the fraction of the last), walked in the given order, hold `cut` values. */
function binsBefore(counts: Float64Array, cut: number, binAt: (step: number) => number): number {
  let passed = 0;
  for (let step = 0; step < counts.length; step += 1) {
    const count = counts[binAt(step)] ?? 0;
    if (passed + count > cut) return step + (cut - passed) / count;
    passed += count;
  }
  return counts.length;
}
