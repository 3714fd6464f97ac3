import type { ClassRecords } from './classRecords.ts';
import { iouThresholds, recallPoints } from './rules.ts';

/**
 * The average precision that Ultralytics' training prints, per overlap threshold, of one class that has objects. Precision and
 * recall at every detection make a line, which is drawn on to recall 1 with precision 0 and back to recall 0 with precision 1;
 * from right to left precision never falls. The line is read at 101 recalls, straight between its points, and the area below
 * these readings is taken by the trapezoid rule. So even a perfect class stays at 0.995: the reading at recall 1 is 0.
 * @param objects objects of the class that are not ignored, at least 1
 */
export function averageInterpolated({ records, order }: ClassRecords, objects: number): number[] {
  const { interpolatedHits } = records;
  // Without detections there is no line to draw on: the first and the last point alone would make a half.
  if (order.length === 0) return iouThresholds.map(() => 0);
  const rightOnes: number[] = [];
  for (let place = 0; place < order.length; place += 1) {
    if ((interpolatedHits[order[place] ?? 0] ?? 0) !== 0) rightOnes.push(place);
  }
  return iouThresholds.map((_, threshold) => {
    const places = rightOnes.filter((place) => ((interpolatedHits[order[place] ?? 0] ?? 0) >> threshold) & 1);
    return areaBelow(makeLine(places, order.length, objects));
  });
}

/** A line that never rises, as its corners from left to right. */
interface Line {
  readonly recalls: readonly number[];
  readonly precisions: readonly number[];
}

/** @param places where the detections that are right stand among all `count` of the class, by descending score */
function makeLine(places: readonly number[], count: number, objects: number): Line {
  // From right to left, so that the highest precision so far is that of the line.
  const recalls = [1];
  const precisions = [0];
  let highest = 0;
  let next = count;
  for (let found = places.length; found > 0; found -= 1) {
    const place = places[found - 1] ?? 0;
    const recall = found / objects;
    // The wrong detections behind a right one lower precision at the same recall; the last of them is the line's corner.
    if (next > place + 1) {
      highest = Math.max(highest, found / next);
      recalls.push(recall);
      precisions.push(highest);
    }
    highest = Math.max(highest, found / (place + 1));
    recalls.push(recall);
    precisions.push(highest);
    next = place;
  }
  if (next > 0) {
    recalls.push(0);
    precisions.push(highest);
  }
  recalls.push(0);
  precisions.push(1);
  return { recalls: recalls.reverse(), precisions: precisions.reverse() };
}

/** Of several corners at one recall the last counts, which is the lowest. */
function areaBelow({ recalls, precisions }: Line): number {
  let area = 0;
  let corner = 0;
  let before = 0;
  for (const [index, recall] of recallPoints.entries()) {
    while (corner + 1 < recalls.length && (recalls[corner + 1] ?? 1) <= recall) corner += 1;
    const reading = readLine(recalls, precisions, corner, recall);
    if (index > 0) area += ((recall - (recallPoints[index - 1] ?? 0)) * (reading + before)) / 2;
    before = reading;
  }
  return area;
}

function readLine(recalls: readonly number[], precisions: readonly number[], corner: number, recall: number): number {
  const precision = precisions[corner] ?? 0;
  const start = recalls[corner] ?? 0;
  const end = recalls[corner + 1];
  if (end === undefined || start === recall) return precision;
  return precision + ((recall - start) * ((precisions[corner + 1] ?? 0) - precision)) / (end - start);
}
