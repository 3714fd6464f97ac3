import { existsSync } from 'node:fs';
import { extname, sep } from 'node:path';
import { StudioError } from '../errors.ts';
import { comparableName, placeNames } from '../geometry/classMap.ts';
import type { LabelFile } from '../types.ts';
import type { ImageTruth, LabelFlaw, PictureSize } from './dataset.ts';
import { keepDataset } from './keptDatasets.ts';
import { readVocTruth } from './vocDataset.ts';
import { truthReader } from './yoloDataset.ts';

/** Problems beyond this number are only counted. */
const listedProblems = 5;

/** What is marked in a picture, and what its class ids mean; no names where ids are a model's own. */
interface FoundTruth {
  readonly truth: ImageTruth;
  readonly classNames: readonly string[];
}

/**
 * What is marked in a picture, to be shown over it: by the first of the datasets that holds it, else by labels that lie beside
 * it (YOLO or VOC). Null where there are none. Classes are found by name among those of the model.
 * @param size of the picture turned by its EXIF orientation
 * @param modelClasses names of the model's classes
 */
export async function findLabels(
  image: string,
  size: PictureSize,
  modelClasses: readonly string[],
  datasets: readonly string[],
): Promise<LabelFile | null> {
  for (const path of datasets) {
    const found = await findInDataset(path, image, size);
    if (found !== null) return labelFileOf(found, modelClasses);
  }
  return labelFileOf(await findBeside(image, size, modelClasses), modelClasses);
}

async function findInDataset(path: string, image: string, size: PictureSize): Promise<FoundTruth | null> {
  try {
    const { dataset, imageAt } = await keepDataset(path);
    const entry = imageAt.get(image);
    return entry === undefined ? null : { truth: await dataset.readTruth(entry, size), classNames: dataset.classNames };
  } catch (error) {
    // A dataset that has gone must not keep anyone from looking at the picture.
    if (error instanceof StudioError) return null;
    throw error;
  }
}

const readYoloTruthOf = truthReader([]);

async function findBeside(image: string, size: PictureSize, modelClasses: readonly string[]): Promise<FoundTruth> {
  const truth = await readYoloTruthOf({ path: image, id: image }, size);
  const annotation = truth.path === null ? vocPathsOf(image).find((path) => existsSync(path)) : undefined;
  if (annotation === undefined) return { truth, classNames: [] };
  const classIds = new Map(modelClasses.map((name, id) => [comparableName(name), id]));
  const classIdOf = (name: string) => classIds.get(comparableName(name));
  return { truth: await readVocTruth(annotation, classIdOf, size), classNames: [] };
}

/** Where a VOC annotation of a picture may lie: under `Annotations` instead of `JPEGImages`, or beside it. */
function vocPathsOf(image: string): string[] {
  const parts = `${image.slice(0, image.length - extname(image).length)}.xml`.split(sep);
  const beside = parts.join(sep);
  const pictures = parts.lastIndexOf('JPEGImages', parts.length - 2);
  return pictures < 0 ? [beside] : [parts.with(pictures, 'Annotations').join(sep), beside];
}

/** Faults are sentences in `problems`: a bad label must not keep anyone from looking at the picture. */
function labelFileOf({ truth, classNames }: FoundTruth, modelClasses: readonly string[]): LabelFile | null {
  const { path, objects, flaws } = truth;
  if (path === null) return null;
  const idOf = mapClasses(classNames, modelClasses);
  const shown = objects.filter(({ box: [x1, y1, x2, y2] }) => x2 > x1 && y2 > y1);
  const known = shown.flatMap(({ classId, box }) => {
    const id = idOf(classId);
    return id === null ? [] : [{ classId: id, box }];
  });
  const foreign = new Set(
    shown.filter(({ classId }) => idOf(classId) === null).map(({ classId }) => classNames[classId]),
  );
  const unknown = [...foreign].map(
    (name): LabelFlaw => ({ kind: 'unknown-class', message: `The model has no class "${name}".` }),
  );
  return { path, objects: known, problems: listProblems([...flaws, ...unknown]) };
}

/**
 * The model's class for one of the dataset: by name where they share any, else by number; null where the model has no such
 * class.
 */
function mapClasses(
  classNames: readonly string[],
  modelClasses: readonly string[],
): (classId: number) => number | null {
  const places = placeNames(classNames, modelClasses);
  if (places.every((place) => place === null)) return (classId) => classId;
  return (classId) => places[classId] ?? null;
}

function listProblems(flaws: readonly LabelFlaw[]): string[] {
  const messages = flaws.map(({ message }) => message);
  const more = messages.length - listedProblems;
  return more > 0 ? [...messages.slice(0, listedProblems), `${more} more are left out here.`] : messages;
}
