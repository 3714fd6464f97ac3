import { StudioError } from '../../errors.ts';
import { isNumber, isText, type JsonCursor, readNumber, readText } from './jsonCursor.ts';

/**
 * An id of a COCO file. Numbers that are written as strings count as numbers: "42" and 42 are the same picture. Those that a
 * double would round stay as they are written.
 */
export type CocoId = number | string;

const wholeNumber = /^(0|-?[1-9]\d*)$/;

/** @param what what the id is of, for the message */
export function readId(cursor: JsonCursor, what: string): CocoId {
  if (isText(cursor)) {
    const text = readText(cursor);
    return wholeNumber.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
  }
  if (isNumber(cursor)) {
    const start = cursor.at;
    const value = readNumber(cursor);
    const isExact = Number.isSafeInteger(value) || !Number.isInteger(value);
    return isExact ? value : cursor.bytes.toString('latin1', start, cursor.at);
  }
  throw new StudioError('dataset-invalid', `${cursor.path}: the id of ${what} is neither a number nor a string.`);
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
