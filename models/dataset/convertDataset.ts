import { constants } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { readPictureSize } from '../detect/imageSize.ts';
import { StudioError } from '../errors.ts';
import { makeFolder } from '../files.ts';
import { formatQuantity } from '../format.ts';
import type { DatasetConvertReport, DatasetFormat } from '../types.ts';
import type { Dataset, DatasetImage } from './dataset.ts';
import { inParallel } from './inParallel.ts';
import type { LabelledPicture, WrittenDataset } from './labelledPicture.ts';
import { requireNewFolder, writeNewFolder } from './newFolder.ts';
import { openDataset } from './openDataset.ts';
import { writeCoco } from './writeCoco.ts';
import { writeVoc } from './writeVoc.ts';
import { writeYolo } from './writeYolo.ts';

const parallelFiles = 16;

/**
 * Writes the labels of a dataset in another format into a new folder, with copies of the pictures where asked for. The dataset
 * itself stays as it is.
 * @throws StudioError `no-images`, `bad-input` where the folder lies in the dataset or holds something, `file-unwritable`, and
 * what `openDataset` throws
 */
export async function convertDataset(
  { dataset: path, to, out, copyImages }: OperationInput<'convertDataset'>,
  { signal, report }: OperationContext,
): Promise<DatasetConvertReport> {
  const dataset = await openDataset(path, { signal });
  await requireNewFolder(out, dataset.root);
  const tell = (step: string, from: number, upTo: number) => (share: number) =>
    report({ step, fraction: from + share * (upTo - from) });
  const wanted = copyImages ? 'labels and pictures' : 'labels';
  const read = await readPictures(dataset, wanted, signal, tell('Reading labels', 0, copyImages ? 0.3 : 0.7));
  const { pictures, notes } = read;
  const classNames = nameClasses(dataset, pictures);
  const written = write(to, pictures, classNames, copyImages ? null : out);
  await writeNewFolder(out, async (folder) => {
    await writeFiles(folder, written, signal, tell('Writing labels', copyImages ? 0.3 : 0.7, copyImages ? 0.5 : 1));
    if (copyImages) await copyPictures(folder, pictures, written, signal, tell('Copying pictures', 0.5, 1));
  });
  return {
    out,
    from: dataset.format,
    to,
    opens: written.opens.map((file) => join(out, file)),
    images: pictures.length,
    objects: pictures.reduce((sum, { objects }) => sum + objects.length, 0),
    copiedImages: copyImages ? pictures.length : 0,
    notes: [
      ...dataset.notes,
      ...notes,
      ...boxesAlone(dataset.format, to),
      ...lossesOf(to, pictures),
      ...whereToPut(to, copyImages),
    ],
  };
}

/** What of a picture must be there: where a dataset states sizes, labels do not need it. */
type Wanted = 'labels' | 'labels and pictures';

/** Every picture with its size and objects; those that cannot be read are left out and told. */
export async function readPictures(
  dataset: Dataset,
  wanted: Wanted,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<{ pictures: LabelledPicture[]; notes: string[] }> {
  const placed = dataset.splits.flatMap(({ name, images }) => images.map((image) => ({ image, split: name })));
  if (placed.length === 0) throw new StudioError('no-images', `There are no pictures in ${dataset.path}.`);
  const names = nameFiles(placed.map(({ image }) => image));
  const read: (Omit<LabelledPicture, 'name'> | string)[] = [];
  let done = 0;
  await inParallel(placed, parallelFiles, signal, async ({ image, split }, index) => {
    read[index] = await readPicture(dataset, image, split, wanted);
    done += 1;
    tell(done / placed.length);
  });
  const pictures = read.flatMap((found, index) =>
    typeof found === 'string' ? [] : [{ ...found, name: names[index] ?? String(index) }],
  );
  const faults = read.filter((found) => typeof found === 'string');
  const [first] = faults;
  if (first !== undefined && pictures.length === 0) {
    throw new StudioError('no-images', `None of the ${placed.length} pictures could be read: ${first}`);
  }
  const many = formatQuantity(faults.length, 'picture was', 'pictures were');
  return { pictures, notes: first === undefined ? [] : [`${many} left out: ${first}`] };
}

async function readPicture(
  dataset: Dataset,
  image: DatasetImage,
  split: string,
  wanted: Wanted,
): Promise<Omit<LabelledPicture, 'name'> | string> {
  try {
    const { width, height } = image;
    const stated = width === undefined || height === undefined ? undefined : { width, height };
    const found = stated === undefined || wanted !== 'labels' ? await readPictureSize(image.path) : stated;
    const size = stated ?? found;
    const { objects } = await dataset.readTruth(image, size);
    return { path: image.path, split, size, objects };
  } catch (error) {
    if (error instanceof StudioError) return error.message;
    throw error;
  }
}

/** File names that are unique without regard to case and ending: labels are found by them. */
function nameFiles(images: readonly DatasetImage[]): string[] {
  const taken = new Set<string>();
  return images.map(({ path }) => {
    const ending = extname(path);
    const stem = basename(path, ending);
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${stem}-${number}`;
    taken.add(name.toLowerCase());
    return `${name}${ending}`;
  });
}

/** The names of the classes, with numbers for those beyond the ones that are named. */
export function nameClasses({ classNames }: Dataset, pictures: readonly LabelledPicture[]): string[] {
  let length = classNames.length;
  for (const { objects } of pictures) for (const { classId } of objects) length = Math.max(length, classId + 1);
  return Array.from({ length }, (_, id) => classNames[id] ?? String(id));
}

/** @param beside the folder that it is written to, where the pictures stay in their places */
function write(
  to: DatasetFormat,
  pictures: readonly LabelledPicture[],
  classNames: readonly string[],
  beside: string | null,
): WrittenDataset {
  switch (to) {
    case 'yolo':
      return writeYolo(pictures, classNames);
    case 'voc':
      return writeVoc(pictures, classNames);
    case 'coco':
      return writeCoco(pictures, classNames, (picture) =>
        beside === null ? picture.name : wayTo(beside, picture.path),
      );
  }
}

/** From the folder of a COCO file to a picture elsewhere. */
export function wayTo(out: string, path: string): string {
  return relative(join(resolve(out), 'annotations'), path).replaceAll(sep, '/');
}

/** Writes the label files of a dataset into a folder. */
export async function writeFiles(
  folder: string,
  { files }: Pick<WrittenDataset, 'files'>,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<void> {
  const entries = [...files].map(([file, text]) => ({ path: join(folder, file), text }));
  for (const parent of new Set(entries.map(({ path }) => dirname(path)))) await makeFolder(parent);
  let done = 0;
  await inParallel(entries, parallelFiles, signal, async ({ path, text }) => {
    await writeFile(path, text);
    done += 1;
    tell(done / entries.length);
  });
}

async function copyPictures(
  folder: string,
  pictures: readonly LabelledPicture[],
  { placeOf }: WrittenDataset,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<void> {
  for (const parent of new Set(pictures.map((picture) => dirname(join(folder, placeOf(picture))))))
    await makeFolder(parent);
  let done = 0;
  await inParallel(pictures, parallelFiles, signal, async (picture) => {
    // On file systems that can, the copy shares its blocks with the original.
    await copyFile(picture.path, join(folder, placeOf(picture)), constants.COPYFILE_FICLONE);
    done += 1;
    tell(done / pictures.length);
  });
}

/** What a COCO file may hold more than is read of it. */
export function boxesAlone(from: DatasetFormat, to: DatasetFormat): string[] {
  if (from !== 'coco' || to !== 'coco') return [];
  return ['What is written holds boxes, no outlines or masks, and numbers pictures, categories and annotations anew.'];
}

/** What a format cannot say. */
function lossesOf(to: DatasetFormat, pictures: readonly LabelledPicture[]): string[] {
  const objects = pictures.flatMap((picture) => picture.objects);
  const crowds = objects.filter(({ crowd }) => crowd).length;
  const ignored = objects.filter(({ crowd, ignore }) => ignore && !crowd).length;
  const empty = objects.filter(({ box: [x1, y1, x2, y2] }) => !(x2 > x1 && y2 > y1)).length;
  const count = (number: number, one: string, many: string, what: string) =>
    number === 0 ? [] : [`${formatQuantity(number, one, many)} ${what}`];
  const cannotSay = 'left out: YOLO labels cannot say it.';
  switch (to) {
    case 'coco':
      return count(
        ignored,
        'ignored or difficult object has',
        'ignored or difficult objects have',
        '"ignore": 1, which pycocotools does not look at.',
      );
    case 'voc':
      return count(crowds, 'crowd is', 'crowds are', 'marked as difficult.');
    case 'yolo':
      return [
        ...count(crowds, 'crowd was', 'crowds were', cannotSay),
        ...count(ignored, 'ignored or difficult object was', 'ignored or difficult objects were', cannotSay),
        ...count(empty, 'box without area was', 'boxes without area were', 'left out.'),
      ];
  }
}

function whereToPut(to: DatasetFormat, areCopied: boolean): string[] {
  if (areCopied) return [];
  switch (to) {
    case 'coco':
      return [];
    case 'voc':
      return ['The pictures stay where they are: put them into JPEGImages, or convert with copies.'];
    case 'yolo':
      return ['The pictures stay where they are: put them into the folders below images, or convert with copies.'];
  }
}
