import type { ClassAgreement } from '../types.ts';
import type { Match, MatchableBox } from './agreement.ts';
import { classNameOf } from './classMap.ts';

/** Counts over pictures, by class id of the baseline. */
export type ClassTally = Map<number, { matched: number; lost: number; extra: number }>;

/** Adds one picture's match to the counts of each class; the lists are those that were matched. */
export function addToClassTally(
  tally: ClassTally,
  match: Match,
  baseline: readonly MatchableBox[],
  variant: readonly MatchableBox[],
): void {
  const add = (box: MatchableBox | undefined, what: 'matched' | 'lost' | 'extra') => {
    if (box === undefined) return;
    const counts = tally.get(box.classId) ?? { matched: 0, lost: 0, extra: 0 };
    counts[what] += 1;
    tally.set(box.classId, counts);
  };
  for (const pair of match.pairs) add(baseline[pair.baseline], 'matched');
  for (const index of match.lost) add(baseline[index], 'lost');
  for (const index of match.extra) add(variant[index], 'extra');
}

/** The agreement of each class that either model has boxes of, by class id. F1 is 2m / (2m + lost + extra). */
export function classAgreements(tally: ClassTally, classNames: readonly string[]): readonly ClassAgreement[] {
  return [...tally]
    .sort(([a], [b]) => a - b)
    .map(([classId, { matched, lost, extra }]) => ({
      classId,
      className: classNameOf(classNames, classId),
      matched,
      lost,
      extra,
      f1: (2 * matched) / (2 * matched + lost + extra),
    }));
}
