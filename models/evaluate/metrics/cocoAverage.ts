import type { ClassRecords } from './classRecords.ts';
import { areaRanges, iouThresholds, mostPerClass, recallPoints } from './rules.ts';

const ranges = areaRanges.length;
const thresholds = iouThresholds.length;

/** COCO's figures of one class; null where no object of the class is looked for in the range of area. */
export interface CocoClassFigures {
  /** Mean precision over the 101 recalls, per overlap threshold; all areas. */
  readonly averagePrecisions: readonly number[] | null;
  /** Precision at each of the 101 recalls, at overlap 0.5; all areas. */
  readonly precisions: Float64Array | null;
  /** Per range of area: mean over thresholds and recalls. */
  readonly ap: readonly (number | null)[];
  /** Per range of area, with up to 100 detections a picture: mean over thresholds of the greatest recall. */
  readonly ar: readonly (number | null)[];
  /** The same over all areas, with the best detection of each picture, and with the best 10. */
  readonly ar1: number | null;
  readonly ar10: number | null;
}

/** What one pass over a class counts: a place for each range of area and each threshold. */
interface Tally {
  readonly right: Uint32Array;
  readonly wrong: Uint32Array;
  /** Per range: wrong at every threshold. */
  readonly wrongAtAll: Uint32Array;
  /** Per threshold, all areas: right among the best 1 and 10 of each picture. */
  readonly rightOf1: Uint32Array;
  readonly rightOf10: Uint32Array;
  /** Precision at each detection that is right, in order of score: `wanted` places for each of the range's thresholds. */
  readonly precisions: readonly Float64Array[];
}

/**
 * Average precision and recall as COCO's evaluation computes them: precision at each of 101 recalls is the highest at this
 * recall or beyond it, 0 where the recall is never reached.
 * @param wanted objects of the class that are looked for, per range of area
 */
export function averageCoco(found: ClassRecords, wanted: readonly number[]): CocoClassFigures {
  const tally = tallyClass(found, wanted);
  const averages = wanted.map((count, range) =>
    count === 0 ? null : iouThresholds.map((_, threshold) => meanPrecision(tally, range, threshold, count)),
  );
  const all = wanted[0] ?? 0;
  const recallOf = (right: Uint32Array, start: number, count: number) =>
    count === 0 ? null : mean(iouThresholds.map((_, threshold) => (right[start + threshold] ?? 0) / count));
  const precisions = all === 0 ? null : new Float64Array(recallPoints.length);
  if (precisions !== null) readPrecisions(tally, 0, 0, all, precisions);
  return {
    averagePrecisions: averages[0] ?? null,
    precisions,
    ap: averages.map((values) => (values === null ? null : mean(values))),
    ar: wanted.map((count, range) => recallOf(tally.right, range * thresholds, count)),
    ar1: recallOf(tally.rightOf1, 0, all),
    ar10: recallOf(tally.rightOf10, 0, all),
  };
}

function tallyClass({ records, order }: ClassRecords, wanted: readonly number[]): Tally {
  const { ranks, cocoHits, cocoIgnored } = records;
  const tally: Tally = {
    right: new Uint32Array(ranges * thresholds),
    wrong: new Uint32Array(ranges * thresholds),
    wrongAtAll: new Uint32Array(ranges),
    rightOf1: new Uint32Array(thresholds),
    rightOf10: new Uint32Array(thresholds),
    precisions: wanted.map((count) => new Float64Array(count * thresholds)),
  };
  for (let place = 0; place < order.length; place += 1) {
    const index = order[place] ?? 0;
    const rank = ranks[index] ?? 0;
    if (rank >= mostPerClass) continue;
    for (let range = 0; range < ranges; range += 1) {
      const hits = cocoHits[4 * index + range] ?? 0;
      const ignored = cocoIgnored[4 * index + range] ?? 0;
      if (hits === 0 && ignored === 0) tally.wrongAtAll[range] = (tally.wrongAtAll[range] ?? 0) + 1;
      else count(tally, range, wanted[range] ?? 0, hits, ignored);
    }
    if (rank < 10) countBest(tally, rank, cocoHits[4 * index] ?? 0);
  }
  return tally;
}

function count(tally: Tally, range: number, wanted: number, hits: number, ignored: number): void {
  const precisions = tally.precisions[range];
  const wrongAtAll = tally.wrongAtAll[range] ?? 0;
  for (let threshold = 0; threshold < thresholds; threshold += 1) {
    const bit = 1 << threshold;
    const at = range * thresholds + threshold;
    if ((hits & bit) !== 0) {
      const right = (tally.right[at] ?? 0) + 1;
      tally.right[at] = right;
      if (precisions === undefined) continue;
      // The epsilon is COCO's own, against a division by zero that cannot happen here: it shows in the last digit.
      precisions[threshold * wanted + right - 1] =
        right / ((tally.wrong[at] ?? 0) + wrongAtAll + right + Number.EPSILON);
    } else if ((ignored & bit) === 0) tally.wrong[at] = (tally.wrong[at] ?? 0) + 1;
  }
}

function countBest(tally: Tally, rank: number, hits: number): void {
  for (let threshold = 0; threshold < thresholds; threshold += 1) {
    if ((hits & (1 << threshold)) === 0) continue;
    tally.rightOf10[threshold] = (tally.rightOf10[threshold] ?? 0) + 1;
    if (rank === 0) tally.rightOf1[threshold] = (tally.rightOf1[threshold] ?? 0) + 1;
  }
}

const scratch = new Float64Array(recallPoints.length);

function meanPrecision(tally: Tally, range: number, threshold: number, wanted: number): number {
  readPrecisions(tally, range, threshold, wanted, scratch);
  return mean(scratch);
}

/** Fills `into` with the precision at each recall. Only where a detection is right does recall rise or precision peak. */
function readPrecisions(tally: Tally, range: number, threshold: number, wanted: number, into: Float64Array): void {
  const start = threshold * wanted;
  const right = tally.right[range * thresholds + threshold] ?? 0;
  const precisions = tally.precisions[range] ?? scratch;
  let highest = 0;
  let point = recallPoints.length - 1;
  for (let found = right; found > 0; found -= 1) {
    // Points above the recall of this detection belong to those behind it.
    while (point >= 0 && (recallPoints[point] ?? 0) > found / wanted) {
      into[point] = highest;
      point -= 1;
    }
    highest = Math.max(highest, precisions[start + found - 1] ?? 0);
  }
  into.fill(highest, 0, point + 1);
}

function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
