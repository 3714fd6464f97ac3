import type { TruthObject } from '../dataset/dataset.ts';
import type { DatasetFormat, Detection } from '../types.ts';
import { groupDetections, groupTruth } from './metrics/boxColumns.ts';
import { matchPictures } from './metrics/matchPictures.ts';
import type { MatchRecords } from './metrics/records.ts';

/** One picture: what a model found and what is there. */
export interface MeasuredPicture {
  /** Place among the pictures of the dataset. */
  readonly place: number;
  readonly detections: readonly Pick<Detection, 'classId' | 'score' | 'box'>[];
  readonly truth: readonly Pick<TruthObject, 'classId' | 'box' | 'area' | 'crowd' | 'ignore'>[];
}

/**
 * Matches what a model found in a picture with what is there; `computeFigures` makes figures of many.
 * @param classOf the dataset's class of each class of the model; detections of classes it does not have are left out
 * @param classCount classes of the dataset; objects of others are left out
 * @param format in COCO's files only crowds are ignored, as in COCO's own code
 */
export function recordPicture(
  { place, detections, truth }: MeasuredPicture,
  classOf: readonly (number | null)[],
  classCount: number,
  format: DatasetFormat,
): MatchRecords {
  const found = detections.flatMap(({ classId, score, box }) => {
    const known = classOf[classId] ?? null;
    return known === null ? [] : [{ classId: known, score, box }];
  });
  const objects = truth.filter(({ classId }) => classId < classCount);
  return matchPictures(
    Uint32Array.of(place),
    groupTruth(new Uint32Array(objects.length), 1, classCount, {
      classIds: Uint16Array.from(objects, ({ classId }) => classId),
      boxes: sidesOf(objects),
      areas: Float64Array.from(objects, ({ area }) => area),
      crowds: Uint8Array.from(objects, ({ crowd }) => (crowd ? 1 : 0)),
      ignored: Uint8Array.from(objects, ({ crowd, ignore }) => (crowd || (ignore && format !== 'coco') ? 1 : 0)),
    }),
    groupDetections(new Uint32Array(found.length), 1, classCount, {
      classIds: Uint16Array.from(found, ({ classId }) => classId),
      boxes: sidesOf(found),
      scores: Float64Array.from(found, ({ score }) => score),
    }),
  );
}

/** Left, top, width and height, one box after the other. */
function sidesOf(boxes: readonly Pick<Detection, 'box'>[]): Float64Array {
  const sides = new Float64Array(4 * boxes.length);
  for (const [index, { box }] of boxes.entries()) {
    sides[4 * index] = box[0];
    sides[4 * index + 1] = box[1];
    sides[4 * index + 2] = box[2] - box[0];
    sides[4 * index + 3] = box[3] - box[1];
  }
  return sides;
}
