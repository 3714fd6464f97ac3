import { extname } from 'node:path';
import type { Box } from '../types.ts';
import type { TruthObject } from './dataset.ts';
import type { LabelledPicture, WrittenDataset } from './labelledPicture.ts';

/**
 * A dataset as `Annotations`, `ImageSets/Main` and places for the pictures in `JPEGImages`. Pixels are whole and counted from
 * 1, as in the development kit, so that an edge moves by half a pixel at most; a box covers one pixel at least and ends at the
 * edge of its picture. Ignored objects and crowds are marked as difficult.
 */
export function writeVoc(pictures: readonly LabelledPicture[], classNames: readonly string[]): WrittenDataset {
  const files = new Map<string, string>();
  for (const picture of pictures) files.set(`Annotations/${stemOf(picture)}.xml`, annotationText(picture, classNames));
  for (const split of new Set(pictures.map((picture) => picture.split))) {
    const own = pictures.filter((picture) => picture.split === split);
    files.set(`ImageSets/Main/${split}.txt`, own.map((picture) => `${stemOf(picture)}\n`).join(''));
  }
  return { files, placeOf: ({ name }) => `JPEGImages/${name}`, opens: ['.'] };
}

function stemOf({ name }: LabelledPicture): string {
  return name.slice(0, name.length - extname(name).length);
}

function annotationText({ name, size, objects }: LabelledPicture, classNames: readonly string[]): string {
  const { width, height } = size;
  const texts = objects.map((object) => objectText(object, classNames, width, height));
  return `<annotation>
  <filename>${escapeXml(name)}</filename>
  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>
${texts.join('')}</annotation>
`;
}

function objectText(
  { classId, box, crowd, ignore }: TruthObject,
  classNames: readonly string[],
  width: number,
  height: number,
) {
  const [xmin, ymin, xmax, ymax] = pixelsOf(box, width, height);
  return `  <object>
    <name>${escapeXml(classNames[classId] ?? String(classId))}</name>
    <difficult>${crowd || ignore ? 1 : 0}</difficult>
    <bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>
  </object>
`;
}

/** First and last pixel of a box, from 1. */
function pixelsOf([x1, y1, x2, y2]: Box, width: number, height: number): Box {
  const [left, right] = pixelRange(x1, x2, width);
  const [top, bottom] = pixelRange(y1, y2, height);
  return [left, top, right, bottom];
}

function pixelRange(from: number, to: number, length: number): [first: number, last: number] {
  const first = Math.min(Math.max(Math.round(from) + 1, 1), length);
  return [first, Math.min(Math.max(Math.round(to), first), length)];
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (character) => escapes[character] ?? character);
}
