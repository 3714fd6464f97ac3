import type { Range } from './grid.ts';
import { countOf, type Histogram } from './histogram.ts';

/**
 * The range that reaches equally far to either side, though not beyond what was seen, and holds `percentile` per cent of the values,
 * in whole bins: the rule of onnxruntime's percentile calibration.
 * @param histogram counts of magnitudes
 * @param percentile 50..100
 */
export function percentileRange(histogram: Histogram, percentile: number): Range {
  const { counts, edges, spread } = histogram;
  if (percentile >= 100) return { min: spread.min, max: spread.max };
  const total = countOf(histogram);
  const share = percentile / 100;
  let sum = 0;
  let bin = 0;
  for (; bin < counts.length; bin += 1) {
    sum += (counts[bin] ?? 0) / total;
    if (sum >= share) break;
  }
  const reach = edges[bin] ?? 0;
  return clampToSeen(histogram, -reach, reach);
}

/** Levels that the values are merged into when a threshold is tried by entropy. */
const entropyLevels = 128;
/**
 * The range -t..t (within what was seen) in which the values, merged into 128 levels, keep most of their information: the t with
 * the least Kullback-Leibler divergence between the distribution, its tails gathered in the outermost bins, and its merged form
 * (Migacz, 8-bit inference with TensorRT, 2017).
 * @param histogram counts of values
 */
export function entropyRange(histogram: Histogram): Range {
  const { counts, edges } = histogram;
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
  return clampToSeen(histogram, edges[middle - best.bins] ?? 0, edges[end] ?? 0);
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
 * @param histogram counts of values
 */
export function squaredErrorRange(histogram: Histogram, steps: number): Range {
  const { counts, edges, spread } = histogram;
  const places = Float64Array.from(counts, (_, bin) => ((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2);
  const moments = [0, 1, 2].map((power) =>
    runningSums(Float64Array.from(counts, (count, bin) => count * (places[bin] ?? 0) ** power)),
  );
  const between = (power: number, from: number, to: number) =>
    (moments[power]?.[to] ?? 0) - (moments[power]?.[from] ?? 0);
  const first = edges[0] ?? 0;
  const width = ((edges[counts.length] ?? 0) - first) / counts.length;
  const binOf = (value: number) => Math.min(counts.length, Math.max(0, Math.round((value - first) / width)));
  /** Squared distance to `end` of all values in bins from..to. */
  const moved = (from: number, to: number, end: number) =>
    between(2, from, to) - 2 * end * between(1, from, to) + end * end * between(0, from, to);
  const errorOf = (min: number, max: number) => {
    const [low, high] = [binOf(min), binOf(max)];
    const rounding = ((max - min) / steps) ** 2 / 12;
    return between(0, low, high) * rounding + moved(0, low, min) + moved(high, counts.length, max);
  };
  let best: Range = { min: Math.min(0, spread.min), max: Math.max(0, spread.max) };
  let span = { min: -best.min, max: best.max };
  for (let round = 0; round < rounds; round += 1) {
    const around = best;
    let least = errorOf(best.min, best.max);
    for (let i = 0; i <= triedPlaces; i += 1) {
      const min = Math.min(
        0,
        Math.max(spread.min, around.min + span.min * (i / triedPlaces - (round === 0 ? 0 : 0.5))),
      );
      for (let k = 0; k <= triedPlaces; k += 1) {
        const max = Math.max(
          0,
          Math.min(spread.max, around.max - span.max * (k / triedPlaces - (round === 0 ? 0 : 0.5))),
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
function clampToSeen({ spread: { min, max } }: Histogram, low: number, high: number): Range {
  return { min: Math.max(low, min), max: Math.min(high, max) };
}
