import { countingSort, indicesOf, sortByScore } from './sortByScore.ts';

/**
 * What is there, as parallel columns: the objects of one picture, or those of many, one picture after the other, and within a
 * picture class by class.
 */
export interface TruthColumns {
  /** Index into the dataset's classes. */
  readonly classIds: Uint16Array;
  /** 4 an object: left, top, width, height in image pixels. Not corners, because COCO's overlaps come from widths. */
  readonly boxes: Float64Array;
  /** Square pixels: of the segment where the dataset gives one, else of the box. */
  readonly areas: Float64Array;
  /** 1 for a crowd: any number of detections may lie in it. */
  readonly crowds: Uint8Array;
  /** 1 for what is not looked for: finding it is neither right nor wrong. Crowds are that too. */
  readonly ignored: Uint8Array;
}

/** What was found, in the same form; within a class by descending score. */
export interface DetectionColumns {
  readonly classIds: Uint16Array;
  /** 4 a detection: left, top, width, height in image pixels. */
  readonly boxes: Float64Array;
  readonly scores: Float64Array;
}

/** Where boxes lie: those of picture p at `starts[p]` up to `starts[p + 1]`. */
export interface GroupedBoxes<Columns> {
  readonly columns: Columns;
  readonly starts: Uint32Array;
}

/** The detections and the objects of one class in one picture: from `start` up to `end` in the columns of each. */
export interface ClassGroup {
  readonly found: DetectionColumns;
  readonly truth: TruthColumns;
  foundStart: number;
  foundEnd: number;
  truthStart: number;
  truthEnd: number;
}

/**
 * Groups objects by picture and class; within a class they keep their order.
 * @param pictures the picture of each object, 0 .. pictureCount - 1
 */
export function groupTruth(
  pictures: Uint32Array,
  pictureCount: number,
  classCount: number,
  truth: TruthColumns,
): GroupedBoxes<TruthColumns> {
  const byClass = countingSort(truth.classIds, classCount, indicesOf(pictures.length));
  const order = countingSort(pictures, pictureCount, byClass);
  return {
    columns: {
      classIds: pick16(truth.classIds, order),
      boxes: pickBoxes(truth.boxes, order),
      areas: pick64(truth.areas, order),
      crowds: pick8(truth.crowds, order),
      ignored: pick8(truth.ignored, order),
    },
    starts: startsOf(pictures, pictureCount),
  };
}

/** Groups detections by picture, class and descending score; equal scores keep their order. */
export function groupDetections(
  pictures: Uint32Array,
  pictureCount: number,
  classCount: number,
  found: DetectionColumns,
): GroupedBoxes<DetectionColumns> {
  const byClass = countingSort(found.classIds, classCount, sortByScore(found.scores));
  const order = countingSort(pictures, pictureCount, byClass);
  return {
    columns: {
      classIds: pick16(found.classIds, order),
      boxes: pickBoxes(found.boxes, order),
      scores: pick64(found.scores, order),
    },
    starts: startsOf(pictures, pictureCount),
  };
}

function startsOf(pictures: Uint32Array, pictureCount: number): Uint32Array {
  const starts = new Uint32Array(pictureCount + 1);
  for (let index = 0; index < pictures.length; index += 1) {
    const next = (pictures[index] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let picture = 0; picture < pictureCount; picture += 1) {
    starts[picture + 1] = (starts[picture + 1] ?? 0) + (starts[picture] ?? 0);
  }
  return starts;
}

function pick8(values: Uint8Array, order: Uint32Array): Uint8Array {
  const picked = new Uint8Array(order.length);
  for (let to = 0; to < order.length; to += 1) picked[to] = values[order[to] ?? 0] ?? 0;
  return picked;
}

function pick16(values: Uint16Array, order: Uint32Array): Uint16Array {
  const picked = new Uint16Array(order.length);
  for (let to = 0; to < order.length; to += 1) picked[to] = values[order[to] ?? 0] ?? 0;
  return picked;
}

function pick64(values: Float64Array, order: Uint32Array): Float64Array {
  const picked = new Float64Array(order.length);
  for (let to = 0; to < order.length; to += 1) picked[to] = values[order[to] ?? 0] ?? 0;
  return picked;
}

function pickBoxes(values: Float64Array, order: Uint32Array): Float64Array {
  const picked = new Float64Array(4 * order.length);
  for (let to = 0; to < order.length; to += 1) {
    const from = 4 * (order[to] ?? 0);
    picked[4 * to] = values[from] ?? 0;
    picked[4 * to + 1] = values[from + 1] ?? 0;
    picked[4 * to + 2] = values[from + 2] ?? 0;
    picked[4 * to + 3] = values[from + 3] ?? 0;
  }
  return picked;
}
