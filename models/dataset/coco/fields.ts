import { isList, isNumber, isText, type JsonCursor, readItems, readNumber, skipValue } from './jsonCursor.ts';
import { RecordFault } from './recordFault.ts';

/** @param what the field and its kind of record, for the message: "the score of detection" */
export function readFinite(cursor: JsonCursor, what: string, index: number): number {
  if (!isNumber(cursor)) {
    throw new RecordFault(cursor, `${what} ${index} is not a number`, 'Numbers stand without quotes, and are finite.');
  }
  return readNumber(cursor);
}

/** Steps over null; false, and nothing is done, where another value is next. */
export function skipNull(cursor: JsonCursor): boolean {
  const start = cursor.at;
  if (isNumber(cursor) || isText(cursor)) return false;
  if (skipWord(cursor) === 'null') return true;
  cursor.at = start;
  return false;
}

/**
 * Reads left, top, width and height into `box`.
 * @param what the kind of record, for the message: "annotation"
 */
export function readBox(cursor: JsonCursor, what: string, index: number, box: Float64Array): void {
  const wrong = () =>
    new RecordFault(
      cursor,
      `${what} ${index} has a bbox that is not four numbers`,
      'A bbox is [left, top, width, height] in pixels.',
    );
  if (!isList(cursor)) throw wrong();
  let count = 0;
  readItems(cursor, (side) => {
    count += 1;
    if (side > 3 || !isNumber(cursor)) throw wrong();
    box[side] = readNumber(cursor);
  });
  if (count !== 4) throw wrong();
}

/**
 * A flag, which files write as 0 and 1 or as false and true; null is false.
 * @param what the field and its kind of record, for the message: "the iscrowd of annotation"
 */
export function readFlag(cursor: JsonCursor, what: string, index: number): boolean {
  if (isNumber(cursor)) return readNumber(cursor) !== 0;
  switch (skipWord(cursor)) {
    case 'true':
      return true;
    case 'false':
    case 'null':
      return false;
    default:
      throw new RecordFault(cursor, `${what} ${index} is neither 0 nor 1`);
  }
}

/** Steps over a value, and gives its text. */
function skipWord(cursor: JsonCursor): string {
  const start = cursor.at;
  skipValue(cursor);
  return cursor.bytes.toString('latin1', start, cursor.at);
}
