import { StudioError } from '../../errors.ts';
import { formatQuantity } from '../../format.ts';
import { append, filled, type GrowingNumbers, growingNumbers } from './growing.ts';
import { type CocoId, showId } from './ids.ts';
import { type JsonCursor, skipValue } from './jsonCursor.ts';
import { RecordFault } from './recordFault.ts';
import { annotationReader, type CocoCategory, type CocoImage, readCategory, readImage } from './records.ts';

/** More than the largest public datasets have; beyond it memory would run out. */
const maximumImages = 5_000_000;
const maximumAnnotations = 40_000_000;
const maximumCategories = 65_536;
/** Notes beyond this number are only counted. */
const listedNotes = 20;

/** What is made of the records of a COCO file. */
export interface Gathering {
  /** A record that cannot be used refuses the whole file, or is left out with a note. */
  readonly unusable: 'refuse' | 'leave out';
  /** Whether a picture is of use only with the name of its file. */
  readonly needsFileNames: boolean;
}

/** What a COCO file says, annotations as columns: a large file has a million of them. */
export interface CocoFile {
  /** In the order of the file; no two have the same id. */
  readonly images: readonly CocoImage[];
  /** In the order of their ids where these are numbers, else of the file: the place is the class id. No two have the same id. */
  readonly categories: readonly CocoCategory[];
  readonly annotations: CocoAnnotations;
  /** How many segmentations are run-length masks. */
  readonly masks: number;
  /** Sentences about records that were left out. */
  readonly notes: readonly string[];
}

/** In the order of the file. */
export interface CocoAnnotations {
  /** Where the file has none, the place from 1. */
  readonly ids: readonly CocoId[];
  /** Place in `images`; -1 where the file has no such picture. */
  readonly imageIndices: Int32Array;
  /** Place in `categories`; -1 where the file has no such category. */
  readonly classIds: Int32Array;
  /** [x, y, width, height], as written. */
  readonly boxes: Float64Array;
  /** As written; NaN where the file has none. */
  readonly areas: Float64Array;
  /** Of `crowdFlag` and `ignoreFlag`. */
  readonly flags: Uint8Array;
}

/** Annotations as they are read. They may stand before the pictures and categories that they name. */
interface RawAnnotations {
  readonly ids: CocoId[];
  readonly imageIds: CocoId[];
  readonly categoryIds: CocoId[];
  readonly boxes: GrowingNumbers;
  readonly areas: GrowingNumbers;
  readonly flags: GrowingNumbers;
  masks: number;
}

/** Reads the records of the lists of a COCO file, each where the cursor is, and gives the file made of them in the end. */
export function gatherRecords(cursor: JsonCursor, { unusable, needsFileNames }: Gathering) {
  const images: CocoImage[] = [];
  const imageAt = new Map<CocoId, number>();
  const categories = new Map<CocoId, CocoCategory>();
  const raw: RawAnnotations = {
    ids: [],
    imageIds: [],
    categoryIds: [],
    boxes: growingNumbers(),
    areas: growingNumbers(),
    flags: growingNumbers(),
    masks: 0,
  };
  const notes: string[] = [];
  let noteCount = 0;
  const note = (message: string) => {
    noteCount += 1;
    if (notes.length < listedNotes) notes.push(message);
  };

  /** The reader of one record, which leaves it out where it may. */
  const orLeftOut = (read: (index: number) => void) => {
    if (unusable === 'refuse') return read;
    return (index: number) => {
      const start = cursor.at;
      try {
        read(index);
      } catch (error) {
        if (!(error instanceof RecordFault)) throw error;
        cursor.at = start;
        skipValue(cursor);
        note(error.message);
      }
    };
  };
  const limit = (count: number, maximum: number, what: string) => {
    if (count < maximum) return;
    throw new StudioError('dataset-invalid', `${cursor.path} has more than ${maximum.toLocaleString('en')} ${what}.`, {
      hint: 'Divide it into several files.',
    });
  };

  const addImage = (index: number) => {
    limit(images.length, maximumImages, 'pictures');
    const image = readImage(cursor, index, needsFileNames);
    if (imageAt.has(image.id)) {
      note(`${cursor.path}: two pictures have the id ${showId(image.id)}; the first counts.`);
      return;
    }
    imageAt.set(image.id, images.length);
    images.push(image);
  };
  const addCategory = (index: number) => {
    limit(categories.size, maximumCategories, 'categories');
    const category = readCategory(cursor, index);
    if (categories.has(category.id)) {
      const twice = `two categories have the id ${showId(category.id)}`;
      if (unusable === 'refuse') throw new RecordFault(cursor, twice);
      note(`${cursor.path}: ${twice}; the first counts.`);
      return;
    }
    categories.set(category.id, category);
  };
  const annotation = annotationReader(cursor);
  const addAnnotation = (index: number) => {
    limit(raw.ids.length, maximumAnnotations, 'annotations');
    annotation.read(index);
    raw.ids.push(annotation.id ?? raw.ids.length + 1);
    raw.imageIds.push(annotation.imageId);
    raw.categoryIds.push(annotation.categoryId);
    for (let side = 0; side < 4; side += 1) append(raw.boxes, annotation.box[side] ?? 0);
    append(raw.areas, annotation.area);
    append(raw.flags, annotation.flags);
    if (annotation.hasMask) raw.masks += 1;
  };

  const finish = (): CocoFile => {
    const sorted = sortCategories([...categories.values()]);
    const classAt = new Map(sorted.map(({ id }, index) => [id, index]));
    const unlisted = noteCount - notes.length;
    if (unlisted > 0) {
      notes.push(`${cursor.path}: ${formatQuantity(unlisted, 'more record')} could not be used.`);
    }
    return {
      images,
      categories: sorted,
      annotations: {
        ids: raw.ids,
        imageIndices: placesOf(raw.imageIds, imageAt),
        classIds: placesOf(raw.categoryIds, classAt),
        boxes: filled(raw.boxes).slice(),
        areas: filled(raw.areas).slice(),
        flags: Uint8Array.from(filled(raw.flags)),
      },
      masks: raw.masks,
      notes,
    };
  };
  const readers = {
    images: orLeftOut(addImage),
    annotations: orLeftOut(addAnnotation),
    categories: orLeftOut(addCategory),
  };
  return { readers, finish };
}

/** The place of each id, or -1. */
function placesOf(ids: readonly CocoId[], placeAt: ReadonlyMap<CocoId, number>): Int32Array {
  const places = new Int32Array(ids.length);
  for (const [row, id] of ids.entries()) places[row] = placeAt.get(id) ?? -1;
  return places;
}

/** Ids of categories have gaps (COCO's own run from 1 to 90 for 80 classes); detectors number the classes in their order. */
function sortCategories(categories: readonly CocoCategory[]): readonly CocoCategory[] {
  const areNumbers = categories.every(({ id }) => Number.isFinite(Number(id)));
  return areNumbers ? categories.toSorted((a, b) => Number(a.id) - Number(b.id)) : categories;
}
