import { StudioError } from '../../errors.ts';
import { type GroupedBoxes, groupTruth, type TruthColumns } from '../metrics/boxColumns.ts';
import type { NamedClass } from '../metrics/figures.ts';
import { maximumClasses } from '../metrics/rules.ts';
import { readBox, readFinite, readFlag } from './fields.ts';
import { append, filled, type GrowingNumbers, growingNumbers } from './growing.ts';
import { type CocoId, compareIds, readId, showId } from './ids.ts';
import {
  expectEnd,
  isList,
  isObject,
  isText,
  type JsonCursor,
  readItems,
  readMembers,
  readText,
  skipValue,
  startCursor,
  wantedNames,
} from './jsonCursor.ts';
import { readJsonBytes } from './readJsonBytes.ts';

/** A COCO file of annotations, its pictures and classes by number: both in ascending order of their ids, as COCO ranks them. */
export interface Annotations {
  readonly path: string;
  /** Number of each picture by its id. */
  readonly pictures: ReadonlyMap<CocoId, number>;
  /** A class bears the id of its category where all of these are numbers, else its place. */
  readonly classes: readonly NamedClass[];
  /** Number of each class by its id. */
  readonly classNumbers: ReadonlyMap<CocoId, number>;
  readonly truth: GroupedBoxes<TruthColumns>;
  /** Sentences about what was left out or may be misread. */
  readonly warnings: readonly string[];
}

const fileNames = wantedNames('images', 'annotations', 'categories');
const imageNames = wantedNames('id');
const categoryNames = wantedNames('id', 'name');
const annotationNames = wantedNames('image_id', 'category_id', 'bbox', 'area', 'iscrowd', 'ignore', 'id');

interface RawImages {
  readonly ids: Set<CocoId>;
  /** All ids stand in quotes: they are ranked by their letters, "10" before "9". */
  allText: boolean;
}

/** The annotations as they stand in the file. */
interface RawAnnotations {
  readonly imageIds: CocoId[];
  readonly categoryIds: CocoId[];
  readonly boxes: GrowingNumbers;
  readonly areas: GrowingNumbers;
  readonly crowds: GrowingNumbers;
  withoutArea: number;
  ignoredWithoutCrowd: number;
  zeroIds: number;
}

/**
 * Reads a COCO file of annotations (instances) for measuring boxes. As in COCO's own code a crowd is ignored, and the field
 * "ignore" is not looked at.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function readAnnotations(path: string): Promise<Annotations> {
  const cursor = startCursor(path, await readJsonBytes(path));
  const images: RawImages = { ids: new Set(), allText: true };
  const categories = new Map<CocoId, string>();
  const raw: RawAnnotations = {
    imageIds: [],
    categoryIds: [],
    boxes: growingNumbers(),
    areas: growingNumbers(),
    crowds: growingNumbers(),
    withoutArea: 0,
    ignoredWithoutCrowd: 0,
    zeroIds: 0,
  };
  if (!isObject(cursor)) throw notAnnotations(path, 'it is not a JSON object');
  const seen = new Set<number>();
  readMembers(cursor, fileNames, (name) => {
    if (!isList(cursor)) throw notAnnotations(path, `"${fileNames[name]}" is not a list`);
    seen.add(name);
    readItems(cursor, (index) => {
      if (name === 0) readImage(cursor, index, images);
      else if (name === 1) readAnnotation(cursor, index, raw);
      else readCategory(cursor, index, categories);
    });
  });
  expectEnd(cursor);
  for (const [index, name] of fileNames.entries()) {
    if (!seen.has(index)) throw notAnnotations(path, `it has no "${name}"`);
  }
  if (categories.size > maximumClasses) throw notAnnotations(path, `it has more than ${maximumClasses} categories`);
  return arrange(path, images, categories, raw);
}

function notAnnotations(path: string, why: string): StudioError {
  return new StudioError('dataset-invalid', `${path} is no COCO file of annotations: ${why}.`, {
    hint: 'It needs the lists "images", "annotations" and "categories".',
  });
}

function readImage(cursor: JsonCursor, index: number, images: RawImages): void {
  let found = false;
  readMembers(cursor, imageNames, () => {
    images.allText &&= isText(cursor);
    images.ids.add(readId(cursor, `image ${index}`));
    found = true;
  });
  if (!found) throw notAnnotations(cursor.path, `image ${index} has no id`);
}

function readCategory(cursor: JsonCursor, index: number, categories: Map<CocoId, string>): void {
  let id: CocoId | undefined;
  let title: string | undefined;
  readMembers(cursor, categoryNames, (name) => {
    if (name === 0) id = readId(cursor, `category ${index}`);
    else if (isText(cursor)) title = readText(cursor);
    else skipValue(cursor);
  });
  if (id === undefined) throw notAnnotations(cursor.path, `category ${index} has no id`);
  if (categories.has(id)) throw notAnnotations(cursor.path, `two categories have the id ${showId(id)}`);
  categories.set(id, title ?? (typeof id === 'number' ? `class ${id}` : id));
}

const box = new Float64Array(4);

function readAnnotation(cursor: JsonCursor, index: number, raw: RawAnnotations): void {
  const what = `annotation ${index}`;
  let imageId: CocoId | undefined;
  let categoryId: CocoId | undefined;
  let hasBox = false;
  let area: number | undefined;
  let crowd = false;
  let ignore = false;
  readMembers(cursor, annotationNames, (name) => {
    switch (name) {
      case 0:
        imageId = readId(cursor, `the image of ${what}`);
        break;
      case 1:
        categoryId = readId(cursor, `the category of ${what}`);
        break;
      case 2:
        readBox(cursor, what, box);
        hasBox = true;
        break;
      case 3:
        area = readFinite(cursor, `the area of ${what}`);
        break;
      case 4:
        crowd = readFlag(cursor);
        break;
      case 5:
        ignore = readFlag(cursor);
        break;
      default:
        if (readId(cursor, what) === 0) raw.zeroIds += 1;
    }
  });
  if (imageId === undefined || categoryId === undefined || !hasBox) {
    const missing = imageId === undefined ? 'image_id' : categoryId === undefined ? 'category_id' : 'bbox';
    throw new StudioError('dataset-invalid', `${cursor.path}: ${what} has no ${missing}.`);
  }
  raw.imageIds.push(imageId);
  raw.categoryIds.push(categoryId);
  for (const value of box) append(raw.boxes, value);
  append(raw.areas, area ?? (box[2] ?? 0) * (box[3] ?? 0));
  append(raw.crowds, crowd ? 1 : 0);
  if (area === undefined) raw.withoutArea += 1;
  if (ignore && !crowd) raw.ignoredWithoutCrowd += 1;
}

function arrange(
  path: string,
  { ids, allText }: Readonly<RawImages>,
  categories: ReadonlyMap<CocoId, string>,
  raw: RawAnnotations,
): Annotations {
  const compare = allText ? (a: CocoId, b: CocoId) => compareIds(String(a), String(b)) : compareIds;
  const pictures = new Map([...ids].sort(compare).map((id, index) => [id, index]));
  const categoryIds = [...categories.keys()].sort(compareIds);
  const classNumbers = new Map(categoryIds.map((id, index) => [id, index]));
  const areNumbers = categoryIds.every((id) => typeof id === 'number');
  const classes = categoryIds.map((id, index) => ({
    id: areNumbers ? Number(id) : index,
    name: categories.get(id) ?? '',
  }));
  const kept: number[] = [];
  const pictureOf: number[] = [];
  const classOf: number[] = [];
  for (const [index, imageId] of raw.imageIds.entries()) {
    const picture = pictures.get(imageId);
    const classNumber = classNumbers.get(raw.categoryIds[index] ?? '');
    if (picture === undefined || classNumber === undefined) continue;
    kept.push(index);
    pictureOf.push(picture);
    classOf.push(classNumber);
  }
  const boxes = filled(raw.boxes);
  const truth: TruthColumns = {
    classIds: Uint16Array.from(classOf),
    boxes: Float64Array.from({ length: 4 * kept.length }, (_, at) => boxes[4 * (kept[at >> 2] ?? 0) + (at & 3)] ?? 0),
    areas: Float64Array.from(kept, (index) => raw.areas.values[index] ?? 0),
    crowds: Uint8Array.from(kept, (index) => raw.crowds.values[index] ?? 0),
    ignored: Uint8Array.from(kept, (index) => raw.crowds.values[index] ?? 0),
  };
  return {
    path,
    pictures,
    classes,
    classNumbers,
    truth: groupTruth(Uint32Array.from(pictureOf), pictures.size, classes.length, truth),
    warnings: findOddities(path, raw, raw.imageIds.length - kept.length),
  };
}

function findOddities(path: string, raw: RawAnnotations, leftOut: number): string[] {
  const warnings: string[] = [];
  const count = (number: number) => `${number} ${number === 1 ? 'annotation' : 'annotations'}`;
  if (leftOut > 0) {
    const many = `${count(leftOut)} ${leftOut === 1 ? 'was' : 'were'} left out`;
    warnings.push(`${path}: ${many}, of an image or a category that is not listed.`);
  }
  if (raw.withoutArea > 0) {
    warnings.push(`${path}: ${count(raw.withoutArea)} without an area: that of the box was taken.`);
  }
  if (raw.ignoredWithoutCrowd > 0) {
    const many = count(raw.ignoredWithoutCrowd);
    warnings.push(`${path}: ${many} with "ignore" but not "iscrowd": as in pycocotools, that counts for nothing.`);
  }
  if (raw.zeroIds > 0) {
    warnings.push(
      `${path}: an annotation has the id 0. pycocotools takes what finds it for wrong; here it counts as found.`,
    );
  }
  return warnings;
}
