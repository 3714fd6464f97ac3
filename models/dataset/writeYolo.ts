import { extname } from 'node:path';
import { stringify } from 'yaml';
import { clipBox } from '../geometry/box.ts';
import type { PictureSize, TruthObject } from './dataset.ts';
import { type LabelledPicture, rounded, type WrittenDataset } from './labelledPicture.ts';

/** Shares are written to a hundred-millionth: less than a thousandth of a pixel in any picture. */
const decimals = 8;

/**
 * The label file of a picture: "class x y width height" as shares of the picture, a line for each object. Boxes are cut at
 * the edges of the picture, as readers demand; crowds, ignored objects and boxes without area cannot be said and are left out.
 */
function yoloLines(objects: readonly TruthObject[], { width, height }: PictureSize): string {
  const lines = objects.filter(isForYolo).flatMap(({ classId, box }) => {
    const [x1, y1, x2, y2] = clipBox(box, width, height);
    if (!(x2 > x1 && y2 > y1)) return [];
    const shares = [(x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height];
    return `${classId} ${shares.map((share) => rounded(share, decimals)).join(' ')}\n`;
  });
  return lines.join('');
}

function isForYolo({ crowd, ignore }: TruthObject): boolean {
  return !crowd && !ignore;
}

/** A dataset as `data.yaml`, `labels/SPLIT` and places for the pictures in `images/SPLIT`. */
export function writeYolo(pictures: readonly LabelledPicture[], classNames: readonly string[]): WrittenDataset {
  const files = new Map<string, string>();
  const splits = [...new Set(pictures.map(({ split }) => split))];
  const places = splits.map((split) => ({ split, place: `images/${split}` }));
  files.set('data.yaml', describeYolo(places, classNames));
  for (const { split, name, objects, size } of pictures) {
    files.set(`labels/${split}/${name.slice(0, name.length - extname(name).length)}.txt`, yoloLines(objects, size));
  }
  return { files, placeOf: ({ split, name }) => `images/${split}/${name}`, opens: ['data.yaml'] };
}

/** The text of a data.yaml. It knows train, val and test; whatever is neither of the last two is to train on. */
export function describeYolo(
  places: readonly { readonly split: string; readonly place: string }[],
  classNames: readonly string[],
): string {
  const byKey = new Map<string, string[]>();
  for (const { split, place } of places) {
    const key = split === 'val' || split === 'test' ? split : 'train';
    byKey.set(key, [...(byKey.get(key) ?? []), place]);
  }
  const splits = [...byKey].map(([key, [first, ...others]]) => [key, others.length === 0 ? first : [first, ...others]]);
  // A map and not a record, whose keys would be texts.
  return stringify({ ...Object.fromEntries(splits), names: new Map(classNames.map((name, id) => [id, name])) });
}
