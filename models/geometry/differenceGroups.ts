import type { DifferenceGroup } from '../types.ts';
import { type Match, type MatchableBox, movedBelowIou } from './agreement.ts';
import { sizeOfBox } from './boxSize.ts';

/**
 * What differs in one picture, counted by kind, class and size; the lists are those that were matched. A box under another
 * class counts as lost and as extra too, as in the agreement. In no particular order.
 */
export function groupDifferences(
  match: Match,
  baseline: readonly MatchableBox[],
  variant: readonly MatchableBox[],
): readonly DifferenceGroup[] {
  const groups = new Map<string, DifferenceGroup>();
  const add = (kind: DifferenceGroup['kind'], box: MatchableBox | undefined) => {
    if (box === undefined) return;
    const size = sizeOfBox(box.box);
    const key = `${kind} ${box.classId} ${size}`;
    groups.set(key, { kind, classId: box.classId, size, count: (groups.get(key)?.count ?? 0) + 1 });
  };
  for (const index of match.lost) add('lost', baseline[index]);
  for (const index of match.extra) add('extra', variant[index]);
  for (const pair of match.changedClass) add('changed-class', baseline[pair.baseline]);
  for (const pair of match.pairs) if (pair.iou < movedBelowIou) add('moved', baseline[pair.baseline]);
  return [...groups.values()];
}
