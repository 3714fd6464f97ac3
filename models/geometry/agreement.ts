import type { Agreement, Box } from '../types.ts';
import { boxIou } from './iou.ts';

/** What matching needs to know of a detection. */
export interface MatchableBox {
  readonly classId: number;
  readonly score: number;
  readonly box: Box;
}

/** How the boxes of one picture under two models correspond. Numbers are indices into the lists that were matched. */
export interface Match {
  readonly pairs: readonly { readonly baseline: number; readonly variant: number; readonly iou: number }[];
  /** Baseline boxes the variant did not find. */
  readonly lost: readonly number[];
  /** Variant boxes the baseline does not have. */
  readonly extra: readonly number[];
  /** A lost and an extra box in the same place, so the variant saw the thing and named it differently. */
  readonly changedClass: readonly { readonly baseline: number; readonly variant: number; readonly iou: number }[];
}

/** A matched pair that overlaps less than this counts as moved: a person sees the difference at once. */
export const movedBelowIou = 0.9;

/** Indices by descending score; equal scores keep their order. */
function indicesByScore(boxes: readonly MatchableBox[], indices: readonly number[]): number[] {
  return [...indices].sort((a, b) => (boxes[b]?.score ?? 0) - (boxes[a]?.score ?? 0) || a - b);
}

/**
 * Gives every variant box in `order` the free baseline box it overlaps most (at least `iouThreshold`, ties to the lower
 * index) among those `mayMatch` allows.
 */
function matchGreedily(
  baseline: readonly MatchableBox[],
  variant: readonly MatchableBox[],
  order: readonly number[],
  free: Set<number>,
  iouThreshold: number,
  mayMatch: (baseline: MatchableBox, variant: MatchableBox) => boolean,
): { baseline: number; variant: number; iou: number }[] {
  const pairs: { baseline: number; variant: number; iou: number }[] = [];
  for (const index of order) {
    const box = variant[index];
    if (box === undefined) continue;
    let best = -1;
    let bestIou = iouThreshold;
    for (const candidate of free) {
      const other = baseline[candidate];
      if (other === undefined || !mayMatch(other, box)) continue;
      const iou = boxIou(other.box, box.box);
      if (iou > bestIou || (iou === bestIou && (best < 0 || candidate < best))) {
        best = candidate;
        bestIou = iou;
      }
    }
    if (best < 0) continue;
    free.delete(best);
    pairs.push({ baseline: best, variant: index, iou: bestIou });
  }
  return pairs;
}

/**
 * Matches the variant's boxes of one picture to the baseline's, which are taken as truth: in descending order of
 * variant score (ties by index) each takes the free baseline box of its class that it overlaps most, if IoU >=
 * `iouThreshold`; every baseline box is taken once. That is the matching of COCO's evaluation with one threshold.
 * Boxes are in image pixels.
 */
export function matchBoxes(
  baseline: readonly MatchableBox[],
  variant: readonly MatchableBox[],
  iouThreshold = 0.5,
): Match {
  const free = new Set(baseline.keys());
  const order = indicesByScore(variant, [...variant.keys()]);
  const pairs = matchGreedily(baseline, variant, order, free, iouThreshold, (a, b) => a.classId === b.classId);
  const taken = new Set(pairs.map((pair) => pair.variant));
  const lost = [...free];
  const extra = order.filter((index) => !taken.has(index));
  const changedClass = matchGreedily(baseline, variant, extra, free, iouThreshold, (a, b) => a.classId !== b.classId);
  return { pairs, lost, extra: extra.sort((a, b) => a - b), changedClass };
}

/** Pairs of a match that lie visibly apart. */
export function countMoved(match: Match): number {
  return match.pairs.filter((pair) => pair.iou < movedBelowIou).length;
}

/** Sums over pictures, from which an `Agreement` follows. */
export interface AgreementTally {
  images: number;
  matched: number;
  lost: number;
  extra: number;
  changedClass: number;
  iouSum: number;
  scoreShiftSum: number;
  scoreErrorSum: number;
}

/** A tally over no picture. */
export function emptyTally(): AgreementTally {
  return { images: 0, matched: 0, lost: 0, extra: 0, changedClass: 0, iouSum: 0, scoreShiftSum: 0, scoreErrorSum: 0 };
}

/** Adds one picture's match to the tally; the lists are those that were matched. */
export function addToTally(
  tally: AgreementTally,
  match: Match,
  baseline: readonly MatchableBox[],
  variant: readonly MatchableBox[],
): void {
  tally.images += 1;
  tally.matched += match.pairs.length;
  tally.lost += match.lost.length;
  tally.extra += match.extra.length;
  tally.changedClass += match.changedClass.length;
  for (const pair of match.pairs) {
    tally.iouSum += pair.iou;
    const shift = (variant[pair.variant]?.score ?? 0) - (baseline[pair.baseline]?.score ?? 0);
    tally.scoreShiftSum += shift;
    tally.scoreErrorSum += Math.abs(shift);
  }
}

/**
 * Agreement over all pictures of a tally. With m matched, l lost and e extra boxes: precision m / (m + e), recall
 * m / (m + l), F1 2m / (2m + l + e); each is 1 where nothing could go wrong (0 / 0).
 */
export function agreementFrom(tally: AgreementTally): Agreement {
  const { images, matched, lost, extra, changedClass, iouSum, scoreShiftSum, scoreErrorSum } = tally;
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  return {
    f1: share(2 * matched, 2 * matched + lost + extra),
    precision: share(matched, matched + extra),
    recall: share(matched, matched + lost),
    matched,
    lost,
    extra,
    changedClass,
    meanIou: matched === 0 ? null : iouSum / matched,
    scoreShift: matched === 0 ? null : scoreShiftSum / matched,
    scoreError: matched === 0 ? null : scoreErrorSum / matched,
    images,
  };
}
