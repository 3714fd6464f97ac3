import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Box } from '../types.ts';
import type { CocoAnnotations } from './coco/gatherRecords.ts';
import { notCoco, readCocoFile } from './coco/readCocoFile.ts';
import { type CocoImage, crowdFlag, ignoreFlag } from './coco/records.ts';
import type { Dataset, DatasetImage, ImageTruth, LabelFlaw, TruthObject } from './dataset.ts';
import { judgeBox } from './judgeBox.ts';

/**
 * Opens a COCO JSON file; its pictures are looked for beside it and in the folders where they usually lie.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function openCocoFile(path: string, signal: AbortSignal): Promise<Dataset> {
  const absolute = resolve(path);
  const file = await readCocoFile(absolute, {
    signal,
    unusable: 'leave out',
    needsFileNames: true,
    needs: ['images'],
  });
  const { annotations } = file; // they stay in memory, the rest of the file does not
  if (file.images.length === 0 && file.notes.length === 0) throw notCoco(absolute, 'its list "images" is empty');
  const name = splitOf(absolute);
  const { folder, nameOf, notes } = findPictures(absolute, file.images);
  const images = file.images.map(({ id: number, isQuoted, fileName, width, height }): DatasetImage => {
    const path = resolve(folder, nameOf(fileName));
    const id = isQuoted ? String(number) : number; // as it is written: strings are ranked by their letters
    return width === undefined || height === undefined ? { path, id } : { path, id, width, height };
  });
  const readTruth = truthReader(absolute, annotations, images);
  const masks = file.masks === 0 ? [] : [`${file.masks} run-length masks were passed over; the boxes count.`];
  return {
    format: 'coco',
    path: absolute,
    root: folder,
    classNames: file.categories.map((category) => category.name),
    splits: [{ name, images, categoryIds: file.categories.map(({ id }) => id) }],
    notes: [...notes, ...masks, ...file.notes],
    readTruth: async (image) => readTruth(image),
    findOrphans: async () => {
      const { ids, imageIndices } = annotations;
      return ids.filter((_, row) => imageIndices[row] === -1).map((id) => `Annotation ${id}`);
    },
  };
}

/** "val" of instances_val2017.json, of val.json and of valid/_annotations.coco.json. */
function splitOf(path: string): string {
  const words = `${basename(dirname(path))}/${basename(path)}`.toLowerCase();
  const found = /(?<![a-z])(train|valid|val|test)(?:ation)?(?:\d|[^a-z]|$)/g;
  const last = [...words.matchAll(found)].at(-1)?.[1];
  return last === undefined ? 'all' : last.replace('valid', 'val');
}

/** Files written on Windows separate folders by "\". */
function portable(fileName: string): string {
  return fileName.replaceAll('\\', '/');
}

/** Where the pictures lie. */
interface PicturePlaces {
  readonly folder: string;
  /** From a name in the file to one below the folder. */
  readonly nameOf: (fileName: string) => string;
  readonly notes: readonly string[];
}

/**
 * The folder that the names of the pictures start at: the first usual one that holds one of the first pictures. Where none
 * does, the folders in the names are those of another machine, and the last part of each name counts.
 */
function findPictures(path: string, images: readonly CocoImage[]): PicturePlaces {
  const own = dirname(path);
  const above = dirname(own);
  const stem = basename(path).replace(/\.json$/i, '');
  const last = stem.slice(stem.lastIndexOf('_') + 1);
  const split = splitOf(path);
  const inside = ['', 'images', 'data', 'JPEGImages', last, split, `${split}2017`, `${split}2014`];
  const names = [...inside, ...inside.map((name) => join('images', name))];
  const folders = [own, above].flatMap((base) => names.map((name) => join(base, name)));
  const probes = images.slice(0, 5);
  for (const nameOf of [portable, (fileName: string) => basename(portable(fileName))]) {
    const holds = (folder: string) => probes.some(({ fileName }) => existsSync(resolve(folder, nameOf(fileName))));
    const folder = folders.find(holds);
    if (folder !== undefined) return { folder, nameOf, notes: [] };
  }
  const [first] = probes;
  const notes =
    first === undefined ? [] : [`Its pictures (${first.fileName} ...) were found neither beside it nor in "images".`];
  return { folder: own, nameOf: portable, notes };
}

function truthReader(
  path: string,
  annotations: CocoAnnotations,
  images: readonly DatasetImage[],
): (image: DatasetImage) => ImageTruth {
  const { starts, order } = groupByImage(annotations, images.length);
  // By id and not by path: two entries may name the same file.
  const places = new Map(images.map(({ id }, index) => [id, index]));
  return (image) => {
    const index = places.get(image.id);
    if (index === undefined) return { path: null, objects: [], flaws: [] };
    const rows = order.subarray(starts[index], starts[index + 1]);
    const { width, height } = image;
    const size = width === undefined || height === undefined ? {} : { size: { width, height } };
    return { path, ...readObjects(annotations, rows, image), ...size };
  };
}

/** Annotations by picture, in the order of the file: those of picture n are `order[starts[n]]` up to `order[starts[n + 1]]`. */
function groupByImage({ imageIndices }: CocoAnnotations, count: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (const index of imageIndices) if (index >= 0) starts[index + 1] = (starts[index + 1] ?? 0) + 1;
  for (let index = 0; index < count; index += 1) starts[index + 1] = (starts[index + 1] ?? 0) + (starts[index] ?? 0);
  const next = starts.slice();
  const order = new Int32Array(starts[count] ?? 0);
  for (const [row, index] of imageIndices.entries()) {
    if (index < 0) continue;
    const place = next[index] ?? 0;
    order[place] = row;
    next[index] = place + 1;
  }
  return { starts, order };
}

function readObjects(
  { ids, classIds, boxes, areas, flags }: CocoAnnotations,
  rows: Int32Array,
  { width = Infinity, height = Infinity }: DatasetImage,
): Pick<ImageTruth, 'objects' | 'flaws'> {
  const objects: TruthObject[] = [];
  const flaws: LabelFlaw[] = [];
  for (const row of rows) {
    const id = ids[row] ?? row + 1;
    const where = `Annotation ${id}`;
    const [x = 0, y = 0, w = 0, h = 0] = boxes.subarray(4 * row, 4 * row + 4);
    const box: Box = [x, y, x + w, y + h];
    const flaw = judgeBox(box, width, height, where);
    if (flaw !== null) flaws.push(flaw);
    const classId = classIds[row] ?? -1;
    if (classId < 0) {
      flaws.push({ kind: 'unknown-class', message: `${where}: its category is not among the categories.` });
      continue;
    }
    const area = areas[row] ?? Number.NaN;
    const flag = flags[row] ?? 0;
    objects.push({
      id,
      classId,
      box,
      area: Number.isNaN(area) ? w * h : area,
      crowd: (flag & crowdFlag) !== 0,
      ignore: (flag & ignoreFlag) !== 0,
    });
  }
  return { objects, flaws };
}
