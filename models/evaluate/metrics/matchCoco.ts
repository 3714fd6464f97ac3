import type { ClassGroup } from './boxColumns.ts';
import { overlapAt } from './overlap.ts';
import type { MatchRecords } from './records.ts';
import { areaRanges, iouThresholds, mostPerClass } from './rules.ts';

/** Buffers that are reused from group to group; they grow as needed. */
const scratch = {
  overlaps: new Float64Array(1024),
  /** Per detection the greatest overlap with any object. */
  greatest: new Float64Array(mostPerClass),
  order: new Uint32Array(64),
  taken: new Uint16Array(64),
};

/** Every threshold. */
const allThresholds = (1 << iouThresholds.length) - 1;

/**
 * COCO's matching of one class in one picture, for every range of area and every threshold. In descending order of score each
 * detection takes the object it overlaps most that is still free, at least by the threshold. Objects that are looked for in
 * the range come first: an ignored one is taken only where none of them fits. A crowd is never used up. A detection that took
 * an ignored object, or none while its own area lies outside the range, is neither right nor wrong. Only the 100 best count.
 */
export function matchCoco(group: ClassGroup, records: MatchRecords): void {
  const { truth, truthStart, truthEnd } = group;
  const detections = Math.min(group.foundEnd - group.foundStart, mostPerClass);
  const objects = truthEnd - truthStart;
  const meet = detections > 0 && objects > 0 && fillOverlaps(group, detections, objects);
  for (let range = 0; range < areaRanges.length; range += 1) {
    const [least, most] = areaRanges[range] ?? [0, 0];
    for (let object = truthStart; object < truthEnd; object += 1) {
      const area = truth.areas[object] ?? 0;
      const lookedFor = truth.ignored[object] === 0 && area >= least && area <= most;
      if (lookedFor) records.objectRoles[object] = (records.objectRoles[object] ?? 0) | (1 << range);
    }
    if (meet) matchRange(group, detections, objects, range, records);
    ignoreOutside(group, detections, least, most, range, records);
  }
}

/** Fills the table of overlaps, a row a detection; false where none reaches the lowest threshold. */
function fillOverlaps({ found, foundStart, truth, truthStart }: ClassGroup, detections: number, objects: number) {
  if (scratch.overlaps.length < detections * objects) scratch.overlaps = new Float64Array(2 * detections * objects);
  if (scratch.order.length < objects) {
    scratch.order = new Uint32Array(2 * objects);
    scratch.taken = new Uint16Array(2 * objects);
  }
  const lowest = iouThresholds[0] ?? 0;
  let highest = 0;
  let cell = 0;
  for (let detection = foundStart; detection < foundStart + detections; detection += 1) {
    let greatest = 0;
    for (let object = truthStart; object < truthStart + objects; object += 1) {
      const overlap = overlapAt(found.boxes, detection, truth.boxes, object, truth.crowds[object] === 1);
      scratch.overlaps[cell] = overlap;
      greatest = Math.max(greatest, overlap);
      cell += 1;
    }
    scratch.greatest[detection - foundStart] = greatest;
    highest = Math.max(highest, greatest);
  }
  return highest >= lowest;
}

function matchRange(
  group: ClassGroup,
  detections: number,
  objects: number,
  range: number,
  records: MatchRecords,
): void {
  const { truth, foundStart, truthStart } = group;
  const { overlaps, order, taken } = scratch;
  const wanted = orderObjects(truthStart, objects, range, records);
  for (let place = 0; place < objects; place += 1) taken[place] = 0;
  for (let detection = 0; detection < detections; detection += 1) {
    const row = detection * objects;
    let hits = 0;
    let ignored = 0;
    for (let threshold = 0; threshold < iouThresholds.length; threshold += 1) {
      const bit = 1 << threshold;
      let best = Math.min(iouThresholds[threshold] ?? 1, 1 - 1e-10);
      if ((scratch.greatest[detection] ?? 0) < best) break; // thresholds rise: nothing reaches this one or those above
      let match = -1;
      for (let place = 0; place < objects; place += 1) {
        const object = order[place] ?? 0;
        const free = ((taken[place] ?? 0) & bit) === 0 || truth.crowds[truthStart + object] === 1;
        if (!free) continue;
        if (match >= 0 && match < wanted && place >= wanted) break;
        const overlap = overlaps[row + object] ?? 0;
        if (overlap < best) continue; // of equal overlaps the last counts
        best = overlap;
        match = place;
      }
      if (match < 0) continue;
      taken[match] = (taken[match] ?? 0) | bit;
      if (match < wanted) hits |= bit;
      else ignored |= bit;
    }
    const to = 4 * (foundStart + detection) + range;
    records.cocoHits[to] = hits;
    records.cocoIgnored[to] = ignored;
  }
}

/** Puts the objects that are looked for first, in their order, then the others; gives the number of the first. */
function orderObjects(truthStart: number, objects: number, range: number, records: MatchRecords): number {
  let wanted = 0;
  for (let object = 0; object < objects; object += 1) {
    if (((records.objectRoles[truthStart + object] ?? 0) >> range) & 1) {
      scratch.order[wanted] = object;
      wanted += 1;
    }
  }
  let place = wanted;
  for (let object = 0; object < objects; object += 1) {
    if (((records.objectRoles[truthStart + object] ?? 0) >> range) & 1) continue;
    scratch.order[place] = object;
    place += 1;
  }
  return wanted;
}

/** Detections outside the range are no fault wherever they took nothing. */
function ignoreOutside(
  { found, foundStart }: ClassGroup,
  detections: number,
  least: number,
  most: number,
  range: number,
  records: MatchRecords,
): void {
  for (let detection = foundStart; detection < foundStart + detections; detection += 1) {
    const area = (found.boxes[4 * detection + 2] ?? 0) * (found.boxes[4 * detection + 3] ?? 0);
    if (area >= least && area <= most) continue;
    const to = 4 * detection + range;
    records.cocoIgnored[to] = allThresholds & ~(records.cocoHits[to] ?? 0);
  }
}
