import type { ClassGroup, DetectionColumns, GroupedBoxes, TruthColumns } from './boxColumns.ts';
import { matchCoco } from './matchCoco.ts';
import { matchConfusion } from './matchConfusion.ts';
import { matchInterpolated } from './matchInterpolated.ts';
import { matchVoc } from './matchVoc.ts';
import { type MatchRecords, makeRecords, ordinaryObject } from './records.ts';
import { vocThreshold } from './rules.ts';

/**
 * Matches the detections of pictures with their objects, by the rules of every figure.
 * @param pictures the place of each picture in the whole dataset
 * @param truth and @param found grouped by the same pictures (`groupTruth`, `groupDetections`)
 */
export function matchPictures(
  pictures: Uint32Array,
  truth: GroupedBoxes<TruthColumns>,
  found: GroupedBoxes<DetectionColumns>,
): MatchRecords {
  const records = makeRecords(pictures.length, found.columns.scores.length, truth.columns.areas.length);
  records.pictures.set(pictures);
  records.detectionStarts.set(found.starts);
  records.objectStarts.set(truth.starts);
  records.classIds.set(found.columns.classIds);
  records.scores.set(found.columns.scores);
  records.objectClasses.set(truth.columns.classIds);
  const { ignored } = truth.columns;
  for (let object = 0; object < ignored.length; object += 1) {
    records.objectRoles[object] = ignored[object] === 0 ? ordinaryObject : 0;
  }
  const group: ClassGroup = {
    found: found.columns,
    truth: truth.columns,
    foundStart: 0,
    foundEnd: 0,
    truthStart: 0,
    truthEnd: 0,
  };
  for (let picture = 0; picture < pictures.length; picture += 1) {
    group.foundStart = found.starts[picture] ?? 0;
    group.foundEnd = found.starts[picture + 1] ?? 0;
    group.truthStart = truth.starts[picture] ?? 0;
    group.truthEnd = truth.starts[picture + 1] ?? 0;
    matchConfusion(group, records);
    matchClasses(group, records);
  }
  return records;
}

/** Goes through the classes of one picture; `group` holds the whole picture at first, then one class after the other. */
function matchClasses(group: ClassGroup, records: MatchRecords): void {
  const { foundEnd, truthEnd } = group;
  let detection = group.foundStart;
  let object = group.truthStart;
  while (detection < foundEnd || object < truthEnd) {
    const foundClass = detection < foundEnd ? (group.found.classIds[detection] ?? 0) : Number.POSITIVE_INFINITY;
    const truthClass = object < truthEnd ? (group.truth.classIds[object] ?? 0) : Number.POSITIVE_INFINITY;
    const classId = Math.min(foundClass, truthClass);
    group.foundStart = detection;
    group.truthStart = object;
    while (detection < foundEnd && group.found.classIds[detection] === classId) {
      records.ranks[detection] = Math.min(detection - group.foundStart, 0xffff);
      detection += 1;
    }
    while (object < truthEnd && group.truth.classIds[object] === classId) object += 1;
    group.foundEnd = detection;
    group.truthEnd = object;
    matchCoco(group, records);
    if (group.truthStart === group.truthEnd || group.foundStart === group.foundEnd) continue;
    matchInterpolated(group, records);
    matchVoc(group, vocThreshold, records.voc);
  }
}
