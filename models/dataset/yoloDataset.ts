import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { readPictureSize } from '../detect/imageSize.ts';
import { StudioError } from '../errors.ts';
import type { Box } from '../types.ts';
import type {
  Dataset,
  DatasetImage,
  DatasetSplit,
  ImageTruth,
  LabelFlaw,
  PictureSize,
  TruthObject,
} from './dataset.ts';
import { noSuchSplit } from './dataset.ts';
import { type DataYaml, isPictureList, readDataYaml, readPictureList } from './dataYaml.ts';
import { judgeBox } from './judgeBox.ts';
import { listPictures } from './listPictures.ts';
import { findOrphanLabels } from './orphanLabels.ts';
import { readTextIfAny } from './textFile.ts';
import { type KeypointShape, labelPathsOf, parseYoloRows } from './yoloLabels.ts';

/** A label file is a few lines; whatever is larger is something else. */
const maximumLabelBytes = 4 * 2 ** 20;

/**
 * Opens a YOLO data.yaml.
 * @param split only this one is listed
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function openYoloFile(path: string, signal: AbortSignal, split?: string): Promise<Dataset> {
  const yaml = await readDataYaml(path);
  const wanted = yaml.splits.filter(({ name }) => split === undefined || name === split);
  if (wanted.length === 0) throw noSuchSplit(path, split ?? '', yaml.splits);
  const listed = await Promise.all(wanted.map((found) => listIfThere(yaml, found, signal)));
  const splits = listed.filter((found) => 'images' in found);
  const [missing, ...others] = listed.filter((found) => found instanceof StudioError);
  // Often only a part of a large dataset is there; what was asked for must be.
  if (missing !== undefined && (splits.length === 0 || split !== undefined)) throw missing;
  const { root, classNames, keypoints } = yaml;
  const gone = missing === undefined ? [] : [missing, ...others].map(({ message }) => message);
  const notes = [...yaml.notes, ...gone];
  return makeDataset({ path: yaml.path, root, classNames, notes, splits }, keypoints);
}

function makeDataset(parts: Omit<Dataset, 'format' | 'readTruth' | 'findOrphans'>, keypoints?: KeypointShape): Dataset {
  return {
    ...parts,
    format: 'yolo',
    readTruth: truthReader(parts.classNames, keypoints),
    findOrphans: (signal) =>
      findOrphanLabels(
        parts.splits.flatMap(({ images }) => images),
        signal,
      ),
  };
}

/** Files that name the classes of a folder without a data.yaml, one a line. */
const nameFiles = ['classes.txt', 'obj.names', '_darknet.labels', join('labels', 'classes.txt')];
const splitFolders: readonly (readonly [split: string, ...folders: string[]])[] = [
  ['train', 'train'],
  ['val', 'val', 'valid'],
  ['test', 'test'],
];

/**
 * Opens a folder of pictures with YOLO labels and no data.yaml: divided where it holds `images/train` or `train/images` and
 * the like, and with class names where a list of them lies there.
 */
export async function openYoloFolder(path: string, signal: AbortSignal): Promise<Dataset> {
  const root = resolve(path);
  const divided = splitFolders.flatMap(([name, ...folders]) => {
    const candidates = folders.flatMap((folder) => [join(root, 'images', folder), join(root, folder, 'images')]);
    const places = candidates.filter((place) => existsSync(place));
    return places.length === 0 ? [] : [{ name, places }];
  });
  const found = divided.length > 0 ? divided : [{ name: 'all', places: [root] }];
  const splits = await Promise.all(found.map((split) => listSplit({ root }, split, signal)));
  const texts = await Promise.all(nameFiles.map((file) => readTextIfAny(join(root, file), maximumLabelBytes)));
  const text = texts.find((candidate) => candidate !== null) ?? '';
  const classNames = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  return makeDataset({ path: root, root, classNames, notes: [], splits });
}

async function listIfThere(
  yaml: DataYaml,
  split: DataYaml['splits'][number],
  signal: AbortSignal,
): Promise<DatasetSplit | StudioError> {
  try {
    return await listSplit(yaml, split, signal);
  } catch (error) {
    if (error instanceof StudioError && error.code === 'file-not-found') return error;
    throw error;
  }
}

async function listSplit(
  { root }: Pick<DataYaml, 'root'>,
  { name, places }: DataYaml['splits'][number],
  signal: AbortSignal,
): Promise<DatasetSplit> {
  const paths = new Set<string>();
  for (const place of places) {
    // What a list names is taken as it stands: looking at each file would take longer than reading the list.
    const found = isPictureList(place) ? await readPictureList(place, root) : await listPictures([place], signal);
    for (const path of found) paths.add(path);
  }
  return { name, images: [...paths].map((path) => ({ path, id: imageId(root, path) })) };
}

/** The path below `root` with "/" between folders, or the whole path of a picture that lies elsewhere. */
function imageId(root: string, path: string): string {
  // Thousands of times quicker to compare than to resolve.
  if (path.startsWith(root + sep)) return path.slice(root.length + 1).replaceAll(sep, '/');
  return relative(root, path).replaceAll(sep, '/');
}

/** Reads the label file of a picture, whose classes are numbers into `classNames` (any number where it is empty). */
export function truthReader(
  classNames: readonly string[],
  keypoints?: KeypointShape,
): (image: DatasetImage, size?: PictureSize) => Promise<ImageTruth> {
  return async (image, size) => {
    for (const path of labelPathsOf(image.path)) {
      const text = await readTextIfAny(path, maximumLabelBytes).catch(tellAsFlaw);
      if (text === null) continue;
      if (typeof text !== 'string') return { path, objects: [], flaws: [text] };
      if (text.trim() === '') return { path, objects: [], flaws: [] };
      return { path, ...readYoloTruth(text, size ?? (await readPictureSize(image.path)), classNames, keypoints) };
    }
    return { path: null, objects: [], flaws: [] };
  };
}

function tellAsFlaw(error: unknown): LabelFlaw {
  if (error instanceof StudioError) return { kind: 'unreadable-label', message: error.message };
  throw error;
}

/** The objects of a label file's text in a picture of that size. As when training, a line that is there twice counts once. */
function readYoloTruth(
  text: string,
  { width, height }: PictureSize,
  classNames: readonly string[] = [],
  keypoints?: KeypointShape,
): Pick<ImageTruth, 'objects' | 'flaws'> {
  const { rows, faults } = parseYoloRows(text, keypoints);
  const objects: TruthObject[] = [];
  const flaws: LabelFlaw[] = faults.map((message) => ({ kind: 'unreadable-label', message }));
  const lines = new Map<string, number>();
  for (const [index, { line, classId, edges }] of rows.entries()) {
    const key = `${classId} ${edges.join(' ')}`;
    const twin = lines.get(key);
    if (twin !== undefined) {
      flaws.push({ kind: 'duplicate-box', message: `Line ${line}: it has the class and the box of line ${twin}.` });
      continue;
    }
    lines.set(key, line);
    const box: Box = [edges[0] * width, edges[1] * height, edges[2] * width, edges[3] * height];
    const where = `Line ${line}`;
    const flaw = judgeBox(box, width, height, where);
    if (flaw !== null) flaws.push(flaw);
    if (classNames.length > 0 && classId >= classNames.length) {
      flaws.push({ kind: 'unknown-class', message: `${where}: there is no class ${classId}.` });
      continue;
    }
    const area = Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
    objects.push({ id: index + 1, classId, box, area, crowd: false, ignore: false });
  }
  return { objects, flaws };
}
