import { isNumber, isText, type JsonCursor, readNumber, readText } from './jsonCursor.ts';
import { RecordFault } from './recordFault.ts';

/**
 * An id of a COCO file. Numbers that are written as strings count as numbers: "42" and 42 are the same picture. Those that a
 * double would round stay as they are written.
 */
export type CocoId = number | string;

const maximumLength = 1000;

/** @param what what the id is of, for the message: "image" */
export function readId(cursor: JsonCursor, what: string, index: number): CocoId {
  if (isNumber(cursor)) {
    const start = cursor.at;
    const value = readNumber(cursor);
    return isExact(value) ? value : cursor.bytes.toString('latin1', start, cursor.at);
  }
  if (!isText(cursor)) throw new RecordFault(cursor, `the id of ${what} ${index} is neither a number nor a string`);
  const text = readText(cursor);
  if (text.length > maximumLength) {
    throw new RecordFault(cursor, `the id of ${what} ${index} is longer than ${maximumLength} letters`);
  }
  const number = Number(text);
  return isExact(number) && String(number) === text ? number : text;
}

function isExact(number: number): boolean {
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number));
}

/** Numbers by value, then strings by their letters. */
export function compareIds(a: CocoId, b: CocoId): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How an id is shown: strings in quotes. */
export function showId(id: CocoId): string {
  return typeof id === 'number' ? String(id) : JSON.stringify(id.length > 60 ? `${id.slice(0, 60)}…` : id);
}
