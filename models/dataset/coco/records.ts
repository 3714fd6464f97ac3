import { readBox, readFinite, readFlag, skipNull } from './fields.ts';
import { type CocoId, readId } from './ids.ts';
import { isObject, isText, type JsonCursor, readMembers, readText, skipValue, wantedNames } from './jsonCursor.ts';
import { RecordFault } from './recordFault.ts';

const maximumFileName = 32_768;

const imageNames = wantedNames('id', 'file_name', 'width', 'height');
const categoryNames = wantedNames('id', 'name');
const annotationNames = wantedNames(
  'image_id',
  'category_id',
  'bbox',
  'area',
  'iscrowd',
  'ignore',
  'id',
  'segmentation',
);
/** The first three names, a bit each. */
const neededFields = 0b111;

/** A box around many objects. */
export const crowdFlag = 1;
/** An object that is not looked for. */
export const ignoreFlag = 2;

/** A picture of a COCO file. */
export interface CocoImage {
  readonly id: CocoId;
  /** Whether its id is written as a string. */
  readonly isQuoted: boolean;
  /** Empty where the file names none. */
  readonly fileName: string;
  /** In pixels; one is not given without the other. */
  readonly width?: number;
  readonly height?: number;
}

/** A category of a COCO file. */
export interface CocoCategory {
  readonly id: CocoId;
  readonly name: string;
}

/** @throws RecordFault */
export function readImage(cursor: JsonCursor, index: number, needsFileName: boolean): CocoImage {
  requireObject(cursor, 'image', index);
  let id: CocoId | undefined;
  let isQuoted = false;
  let fileName = '';
  let width: number | undefined;
  let height: number | undefined;
  readMembers(cursor, imageNames, (name) => {
    if (name === 0) {
      isQuoted = isText(cursor);
      id = readId(cursor, 'image', index);
    } else if (!needsFileName) skipValue(cursor);
    else if (name === 1) fileName = readFileName(cursor, index);
    else if (name === 2) width = readSize(cursor, 'the width of image', index);
    else height = readSize(cursor, 'the height of image', index);
  });
  if (id === undefined) throw new RecordFault(cursor, `image ${index} has no id`);
  if (needsFileName && fileName === '') throw new RecordFault(cursor, `image ${index} has no file_name`);
  if (width === undefined || height === undefined) return { id, isQuoted, fileName };
  return { id, isQuoted, fileName, width, height };
}

function readFileName(cursor: JsonCursor, index: number): string {
  if (!isText(cursor)) throw new RecordFault(cursor, `the file_name of image ${index} is not a string`);
  const name = readText(cursor);
  if (name.length <= maximumFileName) return name;
  throw new RecordFault(cursor, `the file_name of image ${index} is longer than ${maximumFileName} letters`);
}

function readSize(cursor: JsonCursor, what: string, index: number): number | undefined {
  if (skipNull(cursor)) return undefined;
  const size = readFinite(cursor, what, index);
  if (size > 0) return size;
  throw new RecordFault(cursor, `${what} ${index} is not positive`);
}

/**
 * A category; one without a name is called by its id.
 * @throws RecordFault
 */
export function readCategory(cursor: JsonCursor, index: number): CocoCategory {
  requireObject(cursor, 'category', index);
  let id: CocoId | undefined;
  let title: string | undefined;
  readMembers(cursor, categoryNames, (name) => {
    if (name === 0) id = readId(cursor, 'category', index);
    else if (isText(cursor)) title = readText(cursor);
    else skipValue(cursor);
  });
  if (id === undefined) throw new RecordFault(cursor, `category ${index} has no id`);
  return { id, name: title ?? (typeof id === 'number' ? `class ${id}` : id) };
}

/** An annotation, filled again and again. */
interface CocoAnnotation {
  id: CocoId | null;
  imageId: CocoId;
  categoryId: CocoId;
  /** NaN where the file has none. */
  area: number;
  flags: number;
  /** Whether its segmentation is a run-length mask. */
  hasMask: boolean;
  /** Left, top, width, height. */
  readonly box: Float64Array;
  /** @throws RecordFault */
  readonly read: (index: number) => void;
}

/** Reads annotations one after the other. */
export function annotationReader(cursor: JsonCursor): CocoAnnotation {
  let current = 0;
  let fields = 0;
  const readMember = (name: number) => {
    fields |= 1 << name;
    switch (name) {
      case 0:
        record.imageId = readId(cursor, 'the image of annotation', current);
        break;
      case 1:
        record.categoryId = readId(cursor, 'the category of annotation', current);
        break;
      case 2:
        readBox(cursor, 'annotation', current, record.box);
        break;
      case 3:
        record.area = skipNull(cursor) ? Number.NaN : readFinite(cursor, 'the area of annotation', current);
        break;
      case 4:
        if (readFlag(cursor, 'the iscrowd of annotation', current)) record.flags |= crowdFlag;
        break;
      case 5:
        if (readFlag(cursor, 'the ignore of annotation', current)) record.flags |= ignoreFlag;
        break;
      case 6:
        record.id = skipNull(cursor) ? null : readId(cursor, 'annotation', current);
        break;
      default:
        record.hasMask = isObject(cursor);
        skipValue(cursor);
    }
  };
  const record: CocoAnnotation = {
    id: null,
    imageId: 0,
    categoryId: 0,
    area: Number.NaN,
    flags: 0,
    hasMask: false,
    box: new Float64Array(4),
    read(index) {
      requireObject(cursor, 'annotation', index);
      current = index;
      fields = 0;
      record.id = null;
      record.area = Number.NaN;
      record.flags = 0;
      record.hasMask = false;
      readMembers(cursor, annotationNames, readMember);
      if ((fields & neededFields) === neededFields) return;
      const missing = annotationNames.find((_, name) => ((fields >> name) & 1) === 0);
      throw new RecordFault(cursor, `annotation ${index} has no ${missing}`);
    },
  };
  return record;
}

function requireObject(cursor: JsonCursor, what: string, index: number): void {
  if (!isObject(cursor)) throw new RecordFault(cursor, `${what} ${index} is not an object`);
}
