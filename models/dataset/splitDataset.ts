import { join } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { StudioError } from '../errors.ts';
import type { DatasetSplitReport } from '../types.ts';
import { assignSplits, type SplitGroup } from './assignSplits.ts';
import { boxesAlone, nameClasses, readPictures, wayTo, writeFiles } from './convertDataset.ts';
import { groupPictures } from './groupPictures.ts';
import type { LabelledPicture, WrittenDataset } from './labelledPicture.ts';
import { requireNewFolder, writeNewFolder } from './newFolder.ts';
import { openDataset } from './openDataset.ts';
import { writeCoco } from './writeCoco.ts';
import { describeYolo } from './writeYolo.ts';

const splitNames = ['train', 'val', 'test'] as const;

/**
 * Divides the pictures of a dataset anew, whatever split they are in: for YOLO as lists of pictures and a data.yaml, for COCO
 * and VOC as a COCO file for every split. Pictures with the same content or look stay together. The pictures and labels stay as
 * they are and where they are.
 * @throws StudioError `bad-input` where no ratio is above 0, the folder lies in the dataset or holds something; `no-images`,
 * `file-unwritable`, and what `openDataset` throws
 */
export async function splitDataset(
  { dataset: path, out, ratios, seed, stratify, groupSimilar }: OperationInput<'splitDataset'>,
  { signal, report }: OperationContext,
): Promise<DatasetSplitReport> {
  const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
  if (total === 0) throw new StudioError('bad-input', 'One of the ratios must be above 0.');
  const shares = ratios.map((ratio) => ratio / total);
  const dataset = await openDataset(path, { signal });
  await requireNewFolder(out, dataset.root);
  const tell = (step: string, from: number, upTo: number) => (share: number) =>
    report({ step, fraction: from + share * (upTo - from) });
  const { pictures: read, notes } = await readPictures(dataset, 'labels', signal, tell('Reading labels', 0, 0.3));
  // In an order that does not depend on how they were divided before.
  const pictures = withoutRepeats(read).sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = pictures.map((picture) => picture.path);
  const together = await groupPictures(
    paths,
    groupSimilar,
    signal,
    tell('Looking for pictures that look the same', 0.3, 0.95),
  );
  const members = addSingles(together, pictures.length);
  const groups = members.map((indices) => summarizeGroup(indices.flatMap((index) => pictures[index] ?? [])));
  const assigned = assignSplits(groups, shares, seed, stratify);
  const divided = divide(pictures, members, assigned);
  const classNames = nameClasses(dataset, pictures);
  const names = splitNames.slice(0, shares.length).filter((_, split) => (shares[split] ?? 0) > 0);
  const written =
    dataset.format === 'yolo'
      ? writeLists(divided, names, classNames)
      : writeCoco(divided, classNames, (picture) => wayTo(out, picture.path));
  await writeNewFolder(out, (folder) => writeFiles(folder, written, signal, tell('Writing', 0.95, 1)));
  return {
    out,
    opens: written.opens.map((file) => join(out, file)),
    seed,
    splits: names.map((name) => describeSplit(name, divided, classNames.length)),
    classNames,
    groups: { count: together.length, images: together.flat().length },
    notes: [...dataset.notes, ...notes, ...boxesAlone(dataset.format, 'coco')],
  };
}

/** A picture may be in several lists. */
function withoutRepeats(pictures: readonly LabelledPicture[]): LabelledPicture[] {
  return [...new Map(pictures.map((picture) => [picture.path, picture])).values()];
}

/** The groups, and one for each picture that is in none. */
function addSingles(groups: readonly number[][], count: number): number[][] {
  const grouped = new Set(groups.flat());
  const singles = Array.from({ length: count }, (_, index) => index).filter((index) => !grouped.has(index));
  return [...groups, ...singles.map((index) => [index])];
}

function summarizeGroup(pictures: readonly LabelledPicture[]): SplitGroup {
  const objects = new Map<number, number>();
  for (const picture of pictures) {
    for (const { classId } of picture.objects) objects.set(classId, (objects.get(classId) ?? 0) + 1);
  }
  return { images: pictures.length, objects };
}

/** The pictures in their order, each with its new split. */
function divide(
  pictures: readonly LabelledPicture[],
  members: readonly number[][],
  assigned: Int32Array,
): LabelledPicture[] {
  const splitOf = new Map<number, string>();
  for (const [group, indices] of members.entries()) {
    for (const index of indices) splitOf.set(index, splitNames[assigned[group] ?? 0] ?? 'train');
  }
  return pictures.map((picture, index) => ({ ...picture, split: splitOf.get(index) ?? 'train' }));
}

/** A list of pictures for every split, by their whole paths: labels are found from there. */
function writeLists(
  pictures: readonly LabelledPicture[],
  names: readonly string[],
  classNames: readonly string[],
): WrittenDataset {
  const files = new Map<string, string>();
  const places = names.map((split) => ({ split, place: `${split}.txt` }));
  files.set('data.yaml', describeYolo(places, classNames));
  for (const { split, place } of places) {
    const own = pictures.filter((picture) => picture.split === split);
    files.set(place, own.map(({ path }) => `${path}\n`).join(''));
  }
  return { files, placeOf: ({ path }) => path, opens: ['data.yaml'] };
}

function describeSplit(
  name: string,
  pictures: readonly LabelledPicture[],
  classes: number,
): DatasetSplitReport['splits'][number] {
  const own = pictures.filter((picture) => picture.split === name);
  const objectsByClass: number[] = new Array(classes).fill(0);
  for (const { objects } of own) {
    for (const { classId } of objects) objectsByClass[classId] = (objectsByClass[classId] ?? 0) + 1;
  }
  const objects = own.reduce((sum, picture) => sum + picture.objects.length, 0);
  return { name, images: own.length, objects, share: own.length / Math.max(1, pictures.length), objectsByClass };
}
