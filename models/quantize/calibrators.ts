import type { Range } from './grid.ts';
import { edgeOf, type Histogram } from './histogram.ts';

/**
 * The range that leaves out the same share of values at either end, so that `percentile` per cent (50..100) lie inside, in
 * whole bins. The rule is that of onnxruntime's percentile calibration.
 */
export function percentileRange(histogram: Histogram, percentile: number): Range {
  const { counts, values, min, max } = histogram;
  if (percentile >= 100) return { min, max };
  const cut = (100 - percentile) / 200;
  // The first bin up to whose end at least this share of the values lies.
  const binReaching = (share: number): number => {
    let sum = 0;
    for (let bin = 0; bin < counts.length; bin += 1) {
      sum += (counts[bin] ?? 0) / values;
      if (sum >= share) return bin;
    }
    return counts.length;
  };
  return clampToSeen(histogram, edgeOf(histogram, binReaching(cut)), edgeOf(histogram, binReaching(1 - cut)));
}

/** Levels that the values are merged into when a threshold is tried by entropy. */
const entropyLevels = 128;
/** Thresholds are tried one by one, each at the cost of all bins: a histogram that has grown beyond this is made coarser. */
const mostEntropyBins = 4096;

/**
 * The range -t..t (within what was seen) in which the values, merged into 128 levels, keep most of their information: the t with
 * the least Kullback-Leibler divergence between the distribution, its tails gathered in the outermost bins, and its merged form
 * (Migacz, 8-bit inference with TensorRT, 2017).
 */
export function entropyRange(finest: Histogram): Range {
  const histogram = coarsen(finest, mostEntropyBins);
  const { counts } = histogram;
  const middle = counts.length >> 1;
  const half = entropyLevels >> 1;
  let best = { divergence: Number.POSITIVE_INFINITY, bins: middle };
  const below = runningSums(counts);
  const total = below.at(-1) ?? 0;
  for (let bins = half; bins <= middle; bins += 1) {
    const start = middle - bins;
    const end = Math.min(middle + bins + 1, counts.length);
    const inside = counts.subarray(start, end);
    const divergence = mergedDivergence(inside, below[start] ?? 0, total - (below[end] ?? total));
    if (divergence < best.divergence) best = { divergence, bins };
  }
  const end = Math.min(middle + best.bins + 1, counts.length);
  return clampToSeen(histogram, edgeOf(histogram, middle - best.bins), edgeOf(histogram, end));
}

/** The same histogram in at most `most` bins: neighbours are joined, outwards from the middle. */
function coarsen(histogram: Histogram, most: number): Histogram {
  const { counts, limit } = histogram;
  const joined = Math.ceil(counts.length / most);
  if (joined === 1) return histogram;
  const half = Math.ceil(counts.length / 2 / joined);
  const coarse = new Float64Array(2 * half);
  const shift = half * joined - counts.length / 2;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const to = Math.floor((bin + shift) / joined);
    coarse[to] = (coarse[to] ?? 0) + (counts[bin] ?? 0);
  }
  return { ...histogram, counts: coarse, limit: (limit * half * joined) / (counts.length / 2) };
}

/** `sums[i]` is the sum of the values before index i. */
function runningSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index += 1) sums[index + 1] = (sums[index] ?? 0) + (values[index] ?? 0);
  return sums;
}

/** Divergence of the counts, with `before` and `after` added to the first and last, from the same merged into levels. */
function mergedDivergence(inside: Float64Array, before: number, after: number): number {
  const last = inside.length - 1;
  const isFilled = (bin: number) =>
    (inside[bin] ?? 0) !== 0 || (bin === 0 && before !== 0) || (bin === last && after !== 0);
  const actual = Float64Array.from(inside);
  actual[0] = (actual[0] ?? 0) + before;
  actual[last] = (actual[last] ?? 0) + after;
  const merged = new Float64Array(inside.length);
  const perLevel = Math.floor(inside.length / entropyLevels);
  for (let level = 0; level < entropyLevels; level += 1) {
    const start = level * perLevel;
    const end = start + perLevel;
    // The last level takes what is left over, but spreads it over its own bins.
    const summed = level === entropyLevels - 1 ? inside.length : end;
    let sum = 0;
    let filled = 0;
    for (let bin = start; bin < summed; bin += 1) sum += inside[bin] ?? 0;
    for (let bin = start; bin < end; bin += 1) if (isFilled(bin)) filled += 1;
    if (filled > 0) merged.fill(sum / filled, start, end);
  }
  return smooth(actual) && smooth(merged) ? divergenceOf(actual, merged) : Number.POSITIVE_INFINITY;
}

/** Gives empty bins a little of the filled ones, so that no probability is zero; false where that cannot be. */
function smooth(counts: Float64Array): boolean {
  const little = 0.0001;
  let zeros = 0;
  for (const count of counts) if (count === 0) zeros += 1;
  const filled = counts.length - zeros;
  const taken = (little * zeros) / filled;
  if (filled === 0 || taken >= 1) return false;
  for (let bin = 0; bin < counts.length; bin += 1) {
    counts[bin] = (counts[bin] ?? 0) + (counts[bin] === 0 ? little : -taken);
  }
  return true;
}

function divergenceOf(p: Float64Array, q: Float64Array): number {
  const sumP = p.reduce((sum, value) => sum + value, 0);
  const sumQ = q.reduce((sum, value) => sum + value, 0);
  let divergence = 0;
  for (let bin = 0; bin < p.length; bin += 1) {
    const a = (p[bin] ?? 0) / sumP;
    if (a > 0) divergence += a * Math.log(a / ((q[bin] ?? 0) / sumQ));
  }
  return divergence;
}

/** Places tried for either end of the range in one round, and rounds; each narrows the place to a few of its steps. */
const triedPlaces = 64;
const rounds = 4;

/**
 * The range with the least expected squared error on `steps` steps: what lies inside is rounded (a twelfth of a squared step
 * each), what lies beyond is moved to the end.
 */
export function squaredErrorRange(histogram: Histogram, steps: number): Range {
  const { counts } = histogram;
  const places = Float64Array.from(counts, (_, bin) => (edgeOf(histogram, bin) + edgeOf(histogram, bin + 1)) / 2);
  const moments = [0, 1, 2].map((power) =>
    runningSums(Float64Array.from(counts, (count, bin) => count * (places[bin] ?? 0) ** power)),
  );
  const between = (power: number, from: number, to: number) =>
    (moments[power]?.[to] ?? 0) - (moments[power]?.[from] ?? 0);
  const width = (2 * histogram.limit) / counts.length;
  const binOf = (value: number) =>
    width === 0 ? 0 : Math.min(counts.length, Math.max(0, Math.round((value + histogram.limit) / width)));
  /** Squared distance to `end` of all values in bins from..to. */
  const moved = (from: number, to: number, end: number) =>
    between(2, from, to) - 2 * end * between(1, from, to) + end * end * between(0, from, to);
  const errorOf = (min: number, max: number) => {
    const [low, high] = [binOf(min), binOf(max)];
    const rounding = ((max - min) / steps) ** 2 / 12;
    return between(0, low, high) * rounding + moved(0, low, min) + moved(high, counts.length, max);
  };
  let best: Range = { min: Math.min(0, histogram.min), max: Math.max(0, histogram.max) };
  let span = { min: -best.min, max: best.max };
  for (let round = 0; round < rounds; round += 1) {
    const around = best;
    let least = errorOf(best.min, best.max);
    for (let i = 0; i <= triedPlaces; i += 1) {
      const min = Math.min(
        0,
        Math.max(histogram.min, around.min + span.min * (i / triedPlaces - (round === 0 ? 0 : 0.5))),
      );
      for (let k = 0; k <= triedPlaces; k += 1) {
        const max = Math.max(
          0,
          Math.min(histogram.max, around.max - span.max * (k / triedPlaces - (round === 0 ? 0 : 0.5))),
        );
        const error = errorOf(min, max);
        if (error >= least) continue;
        least = error;
        best = { min, max };
      }
    }
    span = { min: (4 * span.min) / triedPlaces, max: (4 * span.max) / triedPlaces };
  }
  return best;
}

/** A range never reaches beyond the values that were seen. */
function clampToSeen({ min, max }: Histogram, low: number, high: number): Range {
  return { min: Math.max(low, min), max: Math.min(high, max) };
}
