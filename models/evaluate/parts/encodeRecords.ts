import { StudioError } from '../../errors.ts';
import { background, type MatchRecords, makeRecords, notConfusable } from '../metrics/records.ts';

/** Bytes of a picture, a detection and an object. */
const [pictureBytes, detectionBytes, objectBytes] = [3 * 4, 2 + 8 + 2 + 8 + 8 + 2 + 1 + 2, 2 + 1];
/** The numbers of pictures, detections and objects, and the two ends of the starts. */
const fixedBytes = 3 * 4 + 2 * 4;

/** The columns in the order in which they are written. All numbers are little-endian, as every platform of ours has them. */
function columnsOf(records: MatchRecords) {
  return [
    records.pictures,
    records.detectionStarts,
    records.objectStarts,
    records.classIds,
    records.scores,
    records.ranks,
    records.cocoHits,
    records.cocoIgnored,
    records.interpolatedHits,
    records.voc,
    records.truthClasses,
    records.objectClasses,
    records.objectRoles,
  ];
}

/** Records as bytes: three counts, then column by column. */
export function encodeRecords(records: MatchRecords): Buffer {
  const counts = Uint32Array.of(records.pictures.length, records.classIds.length, records.objectClasses.length);
  return Buffer.concat(
    [counts, ...columnsOf(records)].map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength)),
  );
}

/**
 * Records from bytes, checked: nothing in them leads out of their columns, whoever wrote them.
 * @param classCount classes of the dataset
 * @param pictureCount pictures of the dataset
 * @throws StudioError `bad-input`
 */
export function decodeRecords(bytes: Buffer, path: string, classCount: number, pictureCount: number): MatchRecords {
  const wrong = () => new StudioError('bad-input', `${path} is damaged: its records do not fit together.`);
  if (bytes.length < fixedBytes) throw wrong();
  const [pictures, detections, objects] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)];
  const length = fixedBytes + pictures * pictureBytes + detections * detectionBytes + objects * objectBytes;
  if (bytes.length !== length) throw wrong();
  const records = makeRecords(pictures, detections, objects);
  let from = 12;
  for (const column of columnsOf(records)) {
    Buffer.from(column.buffer).set(bytes.subarray(from, from + column.byteLength));
    from += column.byteLength;
  }
  const sound =
    areStarts(records.detectionStarts, detections) &&
    areStarts(records.objectStarts, objects) &&
    records.pictures.every((place) => place < pictureCount) &&
    records.classIds.every((id) => id < classCount) &&
    records.objectClasses.every((id) => id < classCount) &&
    records.scores.every(Number.isFinite) &&
    records.truthClasses.every((id) => id < classCount || id === background || id === notConfusable);
  if (!sound) throw wrong();
  return records;
}

function areStarts(starts: Uint32Array, end: number): boolean {
  return (
    starts[0] === 0 &&
    starts.at(-1) === end &&
    starts.every((start, index) => index === 0 || start >= (starts[index - 1] ?? 0))
  );
}

/** Puts the records of pictures one after the other. */
export function joinRecords(parts: readonly MatchRecords[]): MatchRecords {
  const count = (pick: (records: MatchRecords) => { readonly length: number }) =>
    parts.reduce((sum, part) => sum + pick(part).length, 0);
  const joined = makeRecords(
    count((part) => part.pictures),
    count((part) => part.classIds),
    count((part) => part.objectClasses),
  );
  let [pictures, detections, objects] = [0, 0, 0];
  for (const part of parts) {
    joined.pictures.set(part.pictures, pictures);
    joined.detectionStarts.set(
      part.detectionStarts.map((start) => start + detections),
      pictures,
    );
    joined.objectStarts.set(
      part.objectStarts.map((start) => start + objects),
      pictures,
    );
    joined.classIds.set(part.classIds, detections);
    joined.scores.set(part.scores, detections);
    joined.ranks.set(part.ranks, detections);
    joined.cocoHits.set(part.cocoHits, 4 * detections);
    joined.cocoIgnored.set(part.cocoIgnored, 4 * detections);
    joined.interpolatedHits.set(part.interpolatedHits, detections);
    joined.voc.set(part.voc, detections);
    joined.truthClasses.set(part.truthClasses, detections);
    joined.objectClasses.set(part.objectClasses, objects);
    joined.objectRoles.set(part.objectRoles, objects);
    pictures += part.pictures.length;
    detections += part.classIds.length;
    objects += part.objectClasses.length;
  }
  return joined;
}
