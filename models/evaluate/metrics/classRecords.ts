import { type MatchRecords, makeRecords } from './records.ts';
import { countingSort, indicesOf, sortByScore } from './sortByScore.ts';

/** The detections of one class over all pictures. */
export interface ClassRecords {
  readonly records: MatchRecords;
  /** Indices into the columns of detections, by descending score; equal scores by picture, then by rank. */
  readonly order: Uint32Array;
}

/** Records that can be gone through again and again, in memory or on disk. */
export type RecordSource = () => Iterable<MatchRecords> | AsyncIterable<MatchRecords>;

/**
 * Puts the detections of a span of classes together, class by class. Objects are left out.
 * @param counts detections of each class of the dataset
 * @param from first class, @param to the class after the last
 */
export async function gatherClasses(
  source: RecordSource,
  counts: Uint32Array,
  from: number,
  to: number,
): Promise<ClassRecords[]> {
  const total = counts.subarray(from, to).reduce((sum, count) => sum + count, 0);
  const records = makeRecords(0, total, 0);
  const places = new Uint32Array(total);
  let end = 0;
  for await (const part of source()) end = copyClasses(part, from, to, records, places, end);
  const byPicture = sortByPlace(places);
  const scores = new Float64Array(total);
  for (let at = 0; at < total; at += 1) scores[at] = records.scores[byPicture[at] ?? 0] ?? 0;
  const byScore = sortByScore(scores);
  for (let at = 0; at < total; at += 1) byScore[at] = byPicture[byScore[at] ?? 0] ?? 0;
  const order = countingSort(records.classIds, to, byScore);
  let start = 0;
  return Array.from(counts.subarray(from, to), (count) => {
    start += count;
    return { records, order: order.subarray(start - count, start) };
  });
}

/** Copies what is of the wanted classes behind `end`; gives the new end. */
function copyClasses(
  part: MatchRecords,
  from: number,
  to: number,
  into: MatchRecords,
  places: Uint32Array,
  end: number,
): number {
  let next = end;
  for (let picture = 0; picture < part.pictures.length; picture += 1) {
    const stop = part.detectionStarts[picture + 1] ?? 0;
    for (let index = part.detectionStarts[picture] ?? 0; index < stop; index += 1) {
      const classId = part.classIds[index] ?? 0;
      if (classId < from || classId >= to) continue;
      places[next] = part.pictures[picture] ?? 0;
      into.classIds[next] = classId;
      into.scores[next] = part.scores[index] ?? 0;
      into.ranks[next] = part.ranks[index] ?? 0;
      into.interpolatedHits[next] = part.interpolatedHits[index] ?? 0;
      into.voc[next] = part.voc[index] ?? 0;
      for (let range = 0; range < 4; range += 1) {
        into.cocoHits[4 * next + range] = part.cocoHits[4 * index + range] ?? 0;
        into.cocoIgnored[4 * next + range] = part.cocoIgnored[4 * index + range] ?? 0;
      }
      next += 1;
    }
  }
  return next;
}

/** Indices by place of the picture; within a picture as they are. Pictures mostly come in order already. */
function sortByPlace(places: Uint32Array): Uint32Array {
  const order = indicesOf(places.length);
  for (let index = 1; index < places.length; index += 1) {
    if ((places[index] ?? 0) < (places[index - 1] ?? 0)) {
      return order.sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
    }
  }
  return order;
}
