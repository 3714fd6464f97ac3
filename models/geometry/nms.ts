import type { CandidateSet } from '../types.ts';
import { iouAt } from './iou.ts';

/** Candidates beyond this number are cut by score before selection. */
export const maximumCandidates = 30_000;

/** `suppressedBy` of a candidate that no other suppressed. */
const notSuppressed = -1;
/** `suppressedBy` of a candidate whose score is too low, or whose box lies outside the picture. */
const belowConfidence = -2;
/** `suppressedBy` of a candidate that came after the greatest number of boxes was reached. */
const beyondLimit = -3;

export interface SelectionOptions {
  /** Scores must be above this, 0..1. */
  readonly confidence: number;
  /** A box is suppressed by a better one of its class that overlaps it by more than this, 0..1. */
  readonly iou: number;
  readonly maxDetections: number;
  /** False for heads that have selected already: then only the score and the number limit apply. */
  readonly nms: boolean;
  /** Size of the picture in pixels: boxes with no area inside it are left out. */
  readonly width: number;
  readonly height: number;
}

export interface Selection {
  /** Indices into the candidates, by descending score, ties by index. */
  readonly kept: Uint32Array;
  /**
   * Per candidate: the index of the kept candidate that suppressed it; -1 where none did, -2 below the confidence or outside
   * the picture, -3 beyond the greatest number of boxes.
   */
  readonly suppressedBy: Int32Array;
}

/**
 * Greedy class-aware non-maximum suppression. Deterministic: equal scores go by index. Boxes are compared as they are,
 * unclipped, in image pixels; overlaps are the same in input pixels because both axes are only shifted and scaled.
 */
export function selectDetections(candidates: CandidateSet, options: SelectionOptions): Selection {
  const { boxes, classIds } = candidates;
  const suppressedBy = new Int32Array(candidates.count).fill(belowConfidence);
  const order = orderByScore(candidates.scores, eligible(candidates, options));
  // The kept boxes of a class form a chain in the order they were kept: first[class] -> next[kept] -> ...
  let classCount = 1;
  for (let candidate = 0; candidate < classIds.length; candidate += 1) {
    classCount = Math.max(classCount, 1 + (classIds[candidate] ?? 0));
  }
  const first = new Int32Array(classCount).fill(-1);
  const last = new Int32Array(classCount).fill(-1);
  const next = new Int32Array(candidates.count).fill(-1);
  const kept = new Uint32Array(Math.min(order.length, options.maxDetections));
  let count = 0;
  for (const candidate of order) {
    if (count === kept.length) {
      suppressedBy[candidate] = beyondLimit;
      continue;
    }
    const classId = classIds[candidate] ?? 0;
    const better = options.nms ? findOverlapping(boxes, candidate, first[classId] ?? -1, next, options.iou) : -1;
    suppressedBy[candidate] = better === -1 ? notSuppressed : better;
    if (better !== -1) continue;
    const previous = last[classId] ?? -1;
    if (previous === -1) first[classId] = candidate;
    else next[previous] = candidate;
    last[classId] = candidate;
    kept[count] = candidate;
    count += 1;
  }
  return { kept: kept.slice(0, count), suppressedBy };
}

/** The first box of a chain that overlaps the candidate by more than `iou`, or -1. */
function findOverlapping(boxes: Float32Array, candidate: number, first: number, next: Int32Array, iou: number): number {
  for (let better = first; better !== -1; better = next[better] ?? -1) {
    if (iouAt(boxes, candidate, better) > iou) return better;
  }
  return -1;
}

function eligible({ count, boxes, scores }: CandidateSet, options: SelectionOptions): Uint32Array {
  const indices = new Uint32Array(count);
  let found = 0;
  for (let index = 0; index < count; index += 1) {
    if ((scores[index] ?? 0) <= options.confidence) continue;
    const start = 4 * index;
    const width = Math.min(boxes[start + 2] ?? 0, options.width) - Math.max(boxes[start] ?? 0, 0);
    const height = Math.min(boxes[start + 3] ?? 0, options.height) - Math.max(boxes[start + 1] ?? 0, 0);
    if (width <= 0 || height <= 0) continue;
    indices[found] = index;
    found += 1;
  }
  return indices.subarray(0, found);
}

/**
 * The given indices by descending score, ties by ascending index, at most `maximumCandidates` of them.
 * Scores must not be negative or NaN.
 */
export function orderByScore(scores: Float32Array, indices: Uint32Array): Uint32Array {
  // One number per candidate sorts natively, without a comparator: the bits of a positive float32 rise with its value
  // and take 31 bits, which leaves 22 bits of a double's 53 for the index.
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  // Loops, since `from` with a function takes several times as long.
  const keys = new Float64Array(indices.length);
  for (let place = 0; place < keys.length; place += 1) {
    const index = indices[place] ?? 0;
    keys[place] = (0x7fffffff - (bits[index] ?? 0)) * 0x400000 + index;
  }
  keys.sort();
  const order = new Uint32Array(Math.min(keys.length, maximumCandidates));
  for (let place = 0; place < order.length; place += 1) order[place] = (keys[place] ?? 0) % 0x400000;
  return order;
}
