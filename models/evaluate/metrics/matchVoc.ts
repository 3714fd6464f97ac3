import type { ClassGroup } from './boxColumns.ts';
import { pixelOverlapAt } from './overlap.ts';
import { vocHit, vocIgnored } from './records.ts';

/** Which objects of a group are used up; reused from group to group. */
let taken = new Uint8Array(64);

/**
 * Matching by the rules of the VOC devkit, one class in one picture, best score first: a detection stands for the object it
 * overlaps most, whether or not another has it. It is right where that overlap reaches the threshold and it is the first; where
 * the object is ignored ("difficult"), it is neither right nor wrong.
 * @param threshold 0..1
 * @param verdicts per detection, filled with `vocHit`, `vocIgnored` or left at 0
 */
export function matchVoc(group: ClassGroup, threshold: number, verdicts: Uint8Array): void {
  const { found, foundStart, foundEnd, truth, truthStart, truthEnd } = group;
  if (taken.length < truthEnd - truthStart) taken = new Uint8Array(2 * (truthEnd - truthStart));
  else taken.fill(0, 0, truthEnd - truthStart);
  for (let detection = foundStart; detection < foundEnd; detection += 1) {
    let best = 0;
    let match = -1;
    for (let object = truthStart; object < truthEnd; object += 1) {
      const overlap = pixelOverlapAt(found.boxes, detection, truth.boxes, object);
      if (overlap <= best) continue;
      best = overlap;
      match = object;
    }
    if (match < 0 || best < threshold) continue;
    if (truth.ignored[match] === 1) verdicts[detection] = vocIgnored;
    else if (taken[match - truthStart] === 0) {
      taken[match - truthStart] = 1;
      verdicts[detection] = vocHit;
    }
  }
}
