import { StudioError } from '../../errors.ts';
import { isList, isNumber, type JsonCursor, readItems, readNumber, skipValue } from './jsonCursor.ts';

/** @param what the record and its field, for the message: "annotation 3: its area" */
export function readFinite(cursor: JsonCursor, what: string): number {
  if (!isNumber(cursor)) {
    throw new StudioError('dataset-invalid', `${cursor.path}: ${what} is not a number.`, {
      hint: 'Numbers stand without quotes, and are finite.',
    });
  }
  return readNumber(cursor);
}

/**
 * Reads left, top, width and height into `box`.
 * @param what the record, for the message: "annotation 3"
 */
export function readBox(cursor: JsonCursor, what: string, box: Float64Array): void {
  const wrong = () =>
    new StudioError('dataset-invalid', `${cursor.path}: ${what} has a bbox that is not four numbers.`, {
      hint: 'A bbox is [left, top, width, height] in pixels.',
    });
  if (!isList(cursor)) throw wrong();
  let count = 0;
  readItems(cursor, (index) => {
    count += 1;
    if (index > 3 || !isNumber(cursor)) throw wrong();
    box[index] = readNumber(cursor);
  });
  if (count !== 4) throw wrong();
}

/** A flag, which files write as 0 and 1 or as false and true; null and anything else is false. */
export function readFlag(cursor: JsonCursor): boolean {
  if (isNumber(cursor)) return readNumber(cursor) !== 0;
  const start = cursor.at;
  skipValue(cursor);
  return cursor.bytes.toString('latin1', start, cursor.at) === 'true';
}
