import { extname, sep } from 'node:path';
import type { Box } from '../types.ts';

/** More rows than any picture has objects: the file is something else. */
const maximumRows = 20_000;
/** Shares beyond this are pixels. */
const largestShare = 2;

/** Keypoints behind a box: how many, and 2 or 3 values for each, as `kpt_shape` in data.yaml says. */
export type KeypointShape = readonly [count: number, values: number];

/** One object of a label file. */
interface YoloRow {
  /** From 1. */
  readonly line: number;
  readonly classId: number;
  /** [left, top, right, bottom] as shares of the picture's width and height. */
  readonly edges: Box;
}

export interface YoloRows {
  readonly rows: readonly YoloRow[];
  /** Lines that say nothing usable, as sentences. */
  readonly faults: readonly string[];
}

/**
 * Where the labels of a picture may lie, in order: under `labels` instead of the last folder named `images`, or beside the
 * picture; the name is the picture's, ending in .txt.
 */
export function labelPathsOf(image: string): string[] {
  const stem = image.slice(0, image.length - extname(image).length);
  const parts = `${stem}.txt`.split(sep);
  const images = parts.lastIndexOf('images', parts.length - 2);
  const beside = parts.join(sep);
  return images < 0 ? [beside] : [[...parts.slice(0, images), 'labels', ...parts.slice(images + 1)].join(sep), beside];
}

/**
 * One object a line: class, then the middle, width and height as shares of the picture, perhaps keypoints behind them. An even
 * number of more values is an outline or an oriented box, x and y in turn: its bounding box is taken.
 */
export function parseYoloRows(text: string, keypoints?: KeypointShape): YoloRows {
  const rows: YoloRow[] = [];
  const faults: string[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    if (rows.length === maximumRows) {
      faults.push(`There are more than ${maximumRows.toLocaleString('en')} objects; the rest is left out.`);
      break;
    }
    const row = parseRow(trimmed, keypoints);
    if (typeof row === 'string') faults.push(`Line ${index + 1}: ${row}`);
    else rows.push({ line: index + 1, ...row });
  }
  return { rows, faults };
}

/** The object of a line, or what is wrong with it. */
function parseRow(line: string, keypoints: KeypointShape | undefined): Omit<YoloRow, 'line'> | string {
  const values = line.split(/[\s,]+/).map(Number);
  const [classId = Number.NaN, ...shares] = values;
  if (values.some((value) => !Number.isFinite(value))) return 'not all of its values are numbers.';
  if (shares.length < 4) return `it has ${values.length} values; a box needs 5 (class, x, y, width, height).`;
  if (!Number.isInteger(classId) || classId < 0 || classId > 65_535) return `"${classId}" is no class number.`;
  const isOutline = shares.length > 5 && shares.length % 2 === 0 && !holdsKeypoints(shares, keypoints);
  const edges = isOutline ? boundOutline(shares) : spreadBox(shares);
  if (Math.max(...edges.map(Math.abs)) > largestShare) {
    return 'its values are pixels; YOLO labels are shares of the picture, 0 to 1.';
  }
  return { classId, edges };
}

/**
 * Whether a box and keypoints make up these values. Where data.yaml does not tell, a mark of visibility does: every third value
 * is 0, 1 or 2, and one of them is 2, which no share is.
 */
function holdsKeypoints(shares: readonly number[], shape: KeypointShape | undefined): boolean {
  if (shape !== undefined) return shares.length === 4 + shape[0] * shape[1];
  const marks = shares.filter((_, index) => index >= 4 && (index - 4) % 3 === 2);
  const areMarks = (shares.length - 4) % 3 === 0 && marks.every((mark) => mark === 0 || mark === 1 || mark === 2);
  return areMarks && marks.includes(2);
}

function spreadBox([x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function boundOutline(shares: readonly number[]): Box {
  const edges: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at + 1 < shares.length; at += 2) {
    const [x = 0, y = 0] = [shares[at], shares[at + 1]];
    edges[0] = Math.min(edges[0], x);
    edges[1] = Math.min(edges[1], y);
    edges[2] = Math.max(edges[2], x);
    edges[3] = Math.max(edges[3], y);
  }
  return edges;
}
