import type { Range } from './grid.ts';

/** What all values of a tensor lie within, found before they are counted. */
export interface Spread extends Range {
  /** The least magnitude. */
  readonly least: number;
}

/**
 * Counts of a tensor's values, or of their magnitudes, in bins of equal width. The bins are fixed before anything is counted, so the
 * counts depend neither on the order of the pictures nor, in size, on their number. They are the bins of numpy.histogram, to the
 * bit: onnxruntime's Python quantizer uses that, and its thresholds are edges of bins.
 */
export interface Histogram {
  readonly spread: Spread;
  /** Where bins begin, one more than there are bins; a bin holds its lower edge, the last one its upper edge too. */
  readonly edges: Float32Array;
  readonly counts: Float64Array;
  readonly ofMagnitudes: boolean;
}

/** Empty bins from zero outwards over everything that was seen, equally far to either side. */
export function histogramOfValues(spread: Spread, bins: number): Histogram {
  const limit = Math.max(Math.abs(spread.min), Math.abs(spread.max));
  return { spread, edges: equalBins(-limit, limit, bins), counts: new Float64Array(bins), ofMagnitudes: false };
}

/** Empty bins from the least magnitude to the largest. */
export function histogramOfMagnitudes(spread: Spread, bins: number): Histogram {
  const limit = Math.max(Math.abs(spread.min), Math.abs(spread.max));
  return { spread, edges: equalBins(spread.least, limit, bins), counts: new Float64Array(bins), ofMagnitudes: true };
}

/** Edges in single precision, each step of the arithmetic rounded as NumPy rounds it. */
function equalBins(from: number, to: number, bins: number): Float32Array {
  const [first, last] = from === to ? [from - 0.5, to + 0.5] : [from, to];
  const step = Math.fround(Math.fround(last - first) / bins);
  const edges = Float32Array.from({ length: bins + 1 }, (_, index) => Math.fround(index * step) + first);
  edges[bins] = last;
  return edges;
}

/** Counts values in. What lies beyond the outermost edges is counted in the outermost bins. */
export function countValues({ edges, counts, ofMagnitudes }: Histogram, values: Float32Array): void {
  const last = counts.length - 1;
  const first = edges[0] ?? 0;
  const binsPerUnit = counts.length / ((edges[counts.length] ?? 0) - first);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? 0;
    const place = ofMagnitudes ? Math.abs(value) : value;
    const near = (place - first) * binsPerUnit;
    let bin = near > 0 ? (near < last ? Math.trunc(near) : last) : 0;
    // Computed places are off by a rounding; the edges decide.
    if (place < (edges[bin] ?? 0)) bin -= 1;
    else if (place >= (edges[bin + 1] ?? 0)) bin += 1;
    const within = bin < 0 ? 0 : Math.min(bin, last);
    counts[within] = (counts[within] ?? 0) + 1;
  }
}

/** The number of values that were counted. */
export function countOf({ counts }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
