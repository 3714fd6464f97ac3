import type { ClassGroup } from './boxColumns.ts';
import { overlapAt } from './overlap.ts';
import type { MatchRecords } from './records.ts';
import { reachedThresholds } from './rules.ts';

/** Per object the thresholds at which a better detection has it; reused from group to group. */
let taken = new Uint16Array(64);

/**
 * Matching for the 101-point interpolated figures, one class in one picture: at every threshold each detection stands for the
 * one object it overlaps most, and of the detections that stand for an object the one with the highest score is right. There
 * are no ranges of area and no crowds: ignored objects are left out.
 */
export function matchInterpolated(group: ClassGroup, { interpolatedHits }: MatchRecords): void {
  const { found, foundStart, foundEnd, truth, truthStart, truthEnd } = group;
  if (taken.length < truthEnd - truthStart) taken = new Uint16Array(2 * (truthEnd - truthStart));
  else taken.fill(0, 0, truthEnd - truthStart);
  for (let detection = foundStart; detection < foundEnd; detection += 1) {
    let best = 0;
    let match = -1;
    for (let object = truthStart; object < truthEnd; object += 1) {
      if (truth.ignored[object] === 1) continue;
      const overlap = overlapAt(found.boxes, detection, truth.boxes, object, false);
      if (overlap <= best) continue;
      best = overlap;
      match = object - truthStart;
    }
    if (match < 0) continue;
    const reached = reachedThresholds(best);
    interpolatedHits[detection] = reached & ~(taken[match] ?? 0);
    taken[match] = (taken[match] ?? 0) | reached;
  }
}
