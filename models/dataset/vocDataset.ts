import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import type {
  Dataset,
  DatasetImage,
  DatasetSplit,
  ImageTruth,
  LabelFlaw,
  PictureSize,
  TruthObject,
} from './dataset.ts';
import { kindOf } from './fileKinds.ts';
import { joinDatasets } from './joinDatasets.ts';
import { judgeBox } from './judgeBox.ts';
import { readText, readTextIfAny } from './textFile.ts';
import { readVocAnnotation, scanVocNames } from './vocFile.ts';

const maximumXmlBytes = 16 * 2 ** 20;
const maximumListBytes = 64 * 2 ** 20;
/** Files that are read at once. */
const parallelReads = 32;

/** Where the parts of a VOC dataset lie. */
export interface VocPlaces {
  readonly root: string;
  readonly annotations: string;
  readonly pictures: string;
  /** The split that they are, where every split has a folder of its own. */
  readonly split?: string;
}

/**
 * Opens a folder of Pascal VOC annotations. The classes are those of its objects, by name, which for VOC itself is the
 * published order. ImageSets/Main divides it, or else it is one split "all".
 * @param places several where every split has a folder of its own
 * @param split any list in ImageSets/Main, for this one alone
 * @throws StudioError `file-unreadable`, `dataset-invalid`
 */
export async function openVocFolder(
  path: string,
  places: readonly VocPlaces[],
  signal: AbortSignal,
  split?: string,
): Promise<Dataset> {
  const found = await Promise.all(places.map(listPlaces));
  const files = found.flatMap(({ annotations, places: { annotations: folder } }) =>
    [...annotations.values()].map((name) => join(folder, name)),
  );
  const classNames = await findClasses(files, signal);
  return joinDatasets(path, await Promise.all(found.map((one) => makeDataset(one, classNames, split))));
}

/** What lies in the places: file names by their stems. */
interface ListedPlaces {
  readonly places: VocPlaces;
  readonly annotations: ReadonlyMap<string, string>;
  readonly pictures: ReadonlyMap<string, string>;
}

async function listPlaces(places: VocPlaces): Promise<ListedPlaces> {
  const annotations = await list(places.annotations, '.xml');
  const pictures = (await list(places.pictures)).filter(isPicture);
  const byStem = (names: readonly string[]) => new Map(names.map((name) => [stemOf(name), name]));
  return { places, annotations: byStem(annotations), pictures: byStem(pictures) };
}

async function makeDataset(
  { places, annotations, pictures }: ListedPlaces,
  classNames: readonly string[],
  split: string | undefined,
): Promise<Dataset> {
  const imageOf = (stem: string): DatasetImage => {
    const name = pictures.get(stem) ?? `${stem}.jpg`;
    return { path: join(places.pictures, name), id: stem };
  };
  const asked = split === undefined ? null : await readImageSet(places.root, split);
  const sets = asked === null ? await readImageSets(places.root) : [asked];
  const splits = sets.map(({ name, lines }) => ({ name, stems: lines.map((line) => stemOfLine(line, pictures)) }));
  const whole = { name: places.split ?? 'all', stems: [...pictures.keys()] };
  const divided = places.split === undefined && splits.length > 0 ? splits : [whole];
  const classIds = new Map(classNames.map((name, id) => [name, id]));
  return {
    format: 'voc',
    path: places.root,
    root: places.root,
    classNames,
    splits: divided.map(({ name, stems }): DatasetSplit => ({ name, images: stems.map(imageOf) })),
    notes: [],
    readTruth: async (image, size) => {
      const file = annotations.get(stemOf(basename(image.path)));
      if (file === undefined) return { path: null, objects: [], flaws: [] };
      return readVocTruth(join(places.annotations, file), (name) => classIds.get(name), size);
    },
    findOrphans: async () => {
      const orphans = [...annotations].filter(([stem]) => !pictures.has(stem));
      return orphans.map(([, name]) => join(places.annotations, name));
    },
  };
}

async function list(folder: string, ending?: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    const visible = names.filter((name) => !name.startsWith('.'));
    return visible.filter((name) => ending === undefined || extname(name).toLowerCase() === ending).sort();
  } catch (error) {
    throw readFailure(folder, error);
  }
}

const isPicture = (name: string) => kindOf(name) === 'image';

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

async function findClasses(files: readonly string[], signal: AbortSignal): Promise<string[]> {
  const classes = new Set<string>();
  for (let from = 0; from < files.length; from += parallelReads) {
    signal.throwIfAborted();
    const part = files.slice(from, from + parallelReads);
    const texts = await Promise.all(part.map((file) => readText(file, maximumXmlBytes)));
    for (const text of texts) for (const name of scanVocNames(text)) classes.add(name);
  }
  return [...classes].sort();
}

/** A list of pictures, as its lines stand. */
interface ImageSet {
  readonly name: string;
  readonly lines: readonly string[];
}

async function readImageSet(root: string, name: string): Promise<ImageSet | null> {
  if (basename(name) !== name) return null;
  const text = await readTextIfAny(join(root, 'ImageSets', 'Main', `${name}.txt`), maximumListBytes);
  return text === null ? null : { name, lines: text.split(/\r?\n/).flatMap((line) => line.trim() || []) };
}

/** The lists of ImageSets/Main; those of single classes (aeroplane_train.txt) are no splits. */
async function readImageSets(root: string): Promise<ImageSet[]> {
  const read = await Promise.all(['train', 'val', 'trainval', 'test'].map((name) => readImageSet(root, name)));
  const found = read.filter((set) => set !== null);
  const names = found.map((set) => set.name);
  const isDivided = names.includes('train') && names.includes('val');
  return isDivided ? found.filter(({ name }) => name !== 'trainval') : found;
}

/**
 * The picture that a line of a list names: "000005", "000005 -1" (what stands behind is whether a class is there), or
 * "JPEGImages/000005.jpg", as other programs write it.
 * @param pictures by their stems, which may hold spaces
 */
function stemOfLine(line: string, pictures: ReadonlyMap<string, string>): string {
  const plain = line.replace(/\s+-?[01]$/, '');
  const file = basename(plain.replaceAll('\\', '/'));
  const stem = isPicture(file) ? stemOf(file) : file;
  return [line, plain, stem].find((candidate) => pictures.has(candidate)) ?? stem;
}

/** What a VOC annotation file says of a picture; a file that cannot be read is a flaw of its own. */
export async function readVocTruth(
  path: string,
  classIdOf: (name: string) => number | undefined,
  size: PictureSize | undefined,
): Promise<ImageTruth> {
  try {
    const annotation = readVocAnnotation(path, await readText(path, maximumXmlBytes));
    const { width, height } = size ?? annotation.size ?? { width: Infinity, height: Infinity };
    const objects: TruthObject[] = [];
    const flaws: LabelFlaw[] = [];
    for (const [index, object] of annotation.objects.entries()) {
      const where = `Object ${index + 1}`;
      if (object === null) {
        flaws.push({ kind: 'unreadable-label', message: `${where}: it has no name or no box.` });
        continue;
      }
      const [x1, y1, x2, y2] = object.box;
      // A box from pixel n to pixel n is taken for a slip of the hand, though the development kit counts it as one pixel.
      const written = judgeBox([x1 + 1, y1 + 1, x2, y2], width, height, where);
      if (written !== null) flaws.push(written);
      const classId = classIdOf(object.name);
      if (classId === undefined) {
        flaws.push({ kind: 'unknown-class', message: `${where}: there is no class "${object.name}".` });
        continue;
      }
      const area = Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
      objects.push({ id: index + 1, classId, box: object.box, area, crowd: false, ignore: object.difficult });
    }
    return { path, objects, flaws, ...(annotation.size === undefined ? {} : { size: annotation.size }) };
  } catch (error) {
    if (error instanceof StudioError) {
      return { path, objects: [], flaws: [{ kind: 'unreadable-label', message: error.message }] };
    }
    throw error;
  }
}
