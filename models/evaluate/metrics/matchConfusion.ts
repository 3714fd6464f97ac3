import type { ClassGroup } from './boxColumns.ts';
import { overlapAt } from './overlap.ts';
import { background, type MatchRecords, missedObject, notConfusable } from './records.ts';
import { confusionThresholds } from './rules.ts';

/** Per object the detection that has it, and their overlap; reused from picture to picture. */
const scratch = { holders: new Int32Array(64), overlaps: new Float64Array(64) };

/**
 * Matching for the confusion matrix, whatever the classes, in one picture: a detection stands for the object it overlaps most,
 * and of the detections that stand for an object the one that overlaps it most has it. Ignored objects are left out.
 * @param picture all detections and objects of the picture
 */
export function matchConfusion(picture: ClassGroup, { truthClasses, objectRoles }: MatchRecords): void {
  const { found, foundStart, foundEnd, truth, truthStart, truthEnd } = picture;
  const objects = truthEnd - truthStart;
  if (scratch.holders.length < objects) {
    scratch.holders = new Int32Array(2 * objects);
    scratch.overlaps = new Float64Array(2 * objects);
  }
  scratch.holders.fill(-1, 0, objects);
  for (let detection = foundStart; detection < foundEnd; detection += 1) {
    const counts = (found.scores[detection] ?? 0) > confusionThresholds.confidence;
    truthClasses[detection] = counts ? background : notConfusable;
    if (counts) claimObject(picture, detection);
  }
  for (let object = 0; object < objects; object += 1) {
    if (truth.ignored[truthStart + object] === 1) continue;
    const holder = scratch.holders[object] ?? -1;
    if (holder >= 0) truthClasses[holder] = truth.classIds[truthStart + object] ?? 0;
    else objectRoles[truthStart + object] = (objectRoles[truthStart + object] ?? 0) | missedObject;
  }
}

function claimObject({ found, truth, truthStart, truthEnd }: ClassGroup, detection: number): void {
  let best: number = confusionThresholds.iou;
  let match = -1;
  for (let object = truthStart; object < truthEnd; object += 1) {
    if (truth.ignored[object] === 1) continue;
    const overlap = overlapAt(found.boxes, detection, truth.boxes, object, false);
    if (overlap <= best) continue;
    best = overlap;
    match = object - truthStart;
  }
  if (match < 0) return;
  if ((scratch.holders[match] ?? -1) >= 0 && (scratch.overlaps[match] ?? 0) >= best) return;
  scratch.holders[match] = detection;
  scratch.overlaps[match] = best;
}
