import type { RecordSource } from './classRecords.ts';
import { background, type MatchRecords, missedObject, notConfusable, ordinaryObject } from './records.ts';
import { areaRanges } from './rules.ts';

/** What records hold, counted in one pass. */
export interface RecordCounts {
  readonly classCount: number;
  pictures: number;
  objects: number;
  /** Per class. */
  readonly detections: Uint32Array;
  readonly ordinaryObjects: Uint32Array;
  /** 4 a class: objects looked for in each range of area. */
  readonly wanted: Uint32Array;
  /**
   * A row for each class that was predicted and one for nothing, a column for each class that was there and one for nothing.
   */
  readonly confusion: Uint32Array;
}

/** Counts pictures, detections and objects. @param classCount classes of the dataset */
export async function countRecords(source: RecordSource, classCount: number): Promise<RecordCounts> {
  const counts: RecordCounts = {
    classCount,
    pictures: 0,
    objects: 0,
    detections: new Uint32Array(classCount),
    ordinaryObjects: new Uint32Array(classCount),
    wanted: new Uint32Array(areaRanges.length * classCount),
    confusion: new Uint32Array((classCount + 1) ** 2),
  };
  for await (const records of source()) {
    counts.pictures += records.pictures.length;
    counts.objects += records.objectClasses.length;
    countDetections(records, counts);
    countObjects(records, counts);
  }
  return counts;
}

function increase(values: Uint32Array, index: number): void {
  values[index] = (values[index] ?? 0) + 1;
}

function countDetections({ classIds, truthClasses }: MatchRecords, counts: RecordCounts): void {
  const { classCount, detections, confusion } = counts;
  for (let index = 0; index < classIds.length; index += 1) {
    const predicted = classIds[index] ?? 0;
    increase(detections, predicted);
    const truth = truthClasses[index] ?? notConfusable;
    if (truth === notConfusable) continue;
    increase(confusion, predicted * (classCount + 1) + (truth === background ? classCount : truth));
  }
}

function countObjects({ objectClasses, objectRoles }: MatchRecords, counts: RecordCounts): void {
  const { classCount, ordinaryObjects, wanted, confusion } = counts;
  for (let index = 0; index < objectClasses.length; index += 1) {
    const classId = objectClasses[index] ?? 0;
    const roles = objectRoles[index] ?? 0;
    if ((roles & ordinaryObject) !== 0) increase(ordinaryObjects, classId);
    if ((roles & missedObject) !== 0) increase(confusion, classCount * (classCount + 1) + classId);
    for (let range = 0; range < areaRanges.length; range += 1) {
      if ((roles & (1 << range)) !== 0) increase(wanted, areaRanges.length * classId + range);
    }
  }
}
