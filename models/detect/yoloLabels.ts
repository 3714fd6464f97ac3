import { open } from 'node:fs/promises';
import { extname, sep } from 'node:path';
import { readFailure, systemErrorCode } from '../files.ts';
import type { Box, LabelFile, LabelledObject } from '../types.ts';

/** A label file is a few lines; whatever is larger is something else. */
const maximumBytes = 4 * 2 ** 20;
const maximumObjects = 20_000;
/** Problems beyond this number are only counted. */
const listedProblems = 5;
/** Shares may reach over the edge by this much: tools round. */
const edgeTolerance = 0.01;

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
 * The YOLO labels of a picture of `width` x `height` oriented pixels; null where there is no label file. Faults of the file
 * are sentences in `problems`: a bad label must not keep anyone from looking at the picture.
 */
export async function readLabelsOf(image: string, width: number, height: number): Promise<LabelFile | null> {
  for (const path of labelPathsOf(image)) {
    try {
      const text = await readCapped(path);
      if (text === null)
        return {
          path,
          objects: [],
          problems: [`It is larger than ${maximumBytes / 2 ** 20} MB, so it is no label file.`],
        };
      return { path, ...parseYoloLabels(text, width, height) };
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') continue;
      return { path, objects: [], problems: [readFailure(path, error).message] };
    }
  }
  return null;
}

/** The text of a file, or null where it is too large. */
async function readCapped(path: string): Promise<string | null> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return size > maximumBytes ? null : await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/**
 * One object a line: class, then the middle, width and height as shares of the picture; keypoints behind them are not read.
 * An odd number of further values is the outline of a segment, x and y in turn: its bounding box is taken.
 */
export function parseYoloLabels(text: string, width: number, height: number): Pick<LabelFile, 'objects' | 'problems'> {
  const objects: LabelledObject[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    if (objects.length === maximumObjects) {
      problems.push(`There are more than ${maximumObjects.toLocaleString('en')} objects; the rest is left out.`);
      break;
    }
    const object = parseLine(line, width, height);
    if (typeof object === 'string') problems.push(`Line ${index + 1}: ${object}`);
    else objects.push(object);
  }
  const more = problems.length - listedProblems;
  const listed = more > 0 ? [...problems.slice(0, listedProblems), `${more} more lines could not be read.`] : problems;
  return { objects, problems: listed };
}

/** The object of a line, or what is wrong with it. */
function parseLine(line: string, width: number, height: number): LabelledObject | string {
  const values = line
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [classId = Number.NaN, ...shares] = values;
  if (values.some((value) => !Number.isFinite(value))) return 'not all of its values are numbers.';
  if (shares.length < 4) return `it has ${values.length} values; a box needs 5 (class, x, y, width, height).`;
  if (!Number.isInteger(classId) || classId < 0 || classId > 65_535) return `"${classId}" is no class number.`;
  const corners = shares.length > 4 && shares.length % 2 === 0 ? boundOutline(shares) : spreadBox(shares);
  const [left, top, right, bottom] = corners;
  if (!(right > left && bottom > top)) return 'its box has no area.';
  if (Math.min(left, top) < -edgeTolerance || Math.max(right, bottom) > 1 + edgeTolerance) {
    return Math.max(...shares) > 2
      ? 'its values are pixels; YOLO labels are shares of the picture, 0 to 1.'
      : 'its box reaches out of the picture.';
  }
  return { classId, box: [left * width, top * height, right * width, bottom * height] };
}

function spreadBox([x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function boundOutline(shares: readonly number[]): Box {
  const xs = shares.filter((_, index) => index % 2 === 0);
  const ys = shares.filter((_, index) => index % 2 === 1);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
