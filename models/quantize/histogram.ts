/**
 * Counts of values in equal bins over -limit..limit. It grows with the values it sees: the width of a bin is fixed by the
 * first of them, so its size depends on their spread, not on their number. The same bins as those of onnxruntime's
 * calibration, so that thresholds can be compared.
 */
export interface Histogram {
  /** Half the range that the bins cover; 0 while all values were 0. */
  readonly limit: number;
  readonly counts: Float64Array;
  /** Smallest and largest value seen. */
  readonly min: number;
  readonly max: number;
  /** Sum of the squared values, and their number. */
  readonly squares: number;
  readonly values: number;
}

/** A spread that grows by more than this is cut: the outermost bins then hold what lies beyond. */
const mostBins = 1 << 20;

/** An empty histogram that begins with `bins` bins (even). */
export function makeHistogram(bins: number): Histogram {
  return { limit: 0, counts: new Float64Array(bins), min: 0, max: 0, squares: 0, values: 0 };
}

/** The histogram with more values counted in; the counts of the old one are used on. */
export function addToHistogram(histogram: Histogram, values: ArrayLike<number>): Histogram {
  const seen = summarize(values);
  if (seen.count === 0) return histogram;
  const grown = grow(histogram, Math.max(Math.abs(seen.min), Math.abs(seen.max)));
  countValues(grown.counts, grown.limit, values);
  const isFirst = histogram.values === 0;
  return {
    ...grown,
    min: isFirst ? seen.min : Math.min(histogram.min, seen.min),
    max: isFirst ? seen.max : Math.max(histogram.max, seen.max),
    squares: histogram.squares + seen.squares,
    values: histogram.values + seen.count,
  };
}

function summarize(values: ArrayLike<number>) {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
    squares += value * value;
  }
  return { min, max, squares, count: values.length };
}

/** Room for magnitudes up to `limit`: as many bins of the same width more at either end as that takes. */
function grow(histogram: Histogram, limit: number): Pick<Histogram, 'limit' | 'counts'> {
  const { counts } = histogram;
  if (limit <= histogram.limit) return { limit: histogram.limit, counts };
  if (histogram.limit === 0) {
    // Zeros lie in the bin above the middle, whatever its width.
    return { limit, counts };
  }
  const width = (2 * histogram.limit) / counts.length;
  const more = Math.min(Math.floor((limit - histogram.limit) / width) + 1, (mostBins - counts.length) >> 1);
  const wider = new Float64Array(counts.length + 2 * more);
  wider.set(counts, more);
  return { limit: more * width + histogram.limit, counts: wider };
}

/** Bins are half open, [edge, next edge), but for the last, which holds its upper edge too. */
function countValues(counts: Float64Array, limit: number, values: ArrayLike<number>): void {
  const last = counts.length - 1;
  const width = (2 * limit) / counts.length;
  const binsPerUnit = limit === 0 ? 0 : 1 / width;
  const middle = counts.length / 2;
  for (let index = 0; index < values.length; index += 1) {
    const bin = Math.floor((values[index] ?? 0) * binsPerUnit + middle);
    const within = bin < 0 ? 0 : Math.min(bin, last);
    counts[within] = (counts[within] ?? 0) + 1;
  }
}

/** Where bin `index` begins. */
export function edgeOf({ limit, counts }: Histogram, index: number): number {
  return -limit + (2 * limit * index) / counts.length;
}
