import { StudioError } from '../../errors.ts';

/**
 * A place in the bytes of a JSON file. Lists of millions of records are read with it value by value into columns: no object is
 * made for a record, and what is not wanted (the outlines of segments, most of all) is stepped over.
 */
export interface JsonCursor {
  readonly path: string;
  /** Those bytes of the file that are in memory. */
  bytes: Buffer;
  /** Where they begin in the file. */
  offset: number;
  /** Whether the file ends with them. */
  isLast: boolean;
  /** The place among them. */
  at: number;
}

/** A value is not whole in memory: the file goes on, and the value is to be read again from its start. */
export class BytesMissing extends Error {}

/** The names of the members that a reader wants, as bytes. */
export type WantedNames = readonly Buffer[];

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
/** What tells the brackets of lists from those of objects. */
const bracketBit = openList ^ openObject;

/** Powers of ten that are exact as doubles. */
const exactPowers = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Whole numbers below this, with one more digit, are exact as doubles. */
const exactMantissa = (2 ** 53 - 9) / 10;

/**
 * A cursor at the first value of a file, past a byte order mark.
 * @param isLast whether these are all bytes of the file
 */
export function startCursor(path: string, bytes: Buffer, isLast = true): JsonCursor {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { path, bytes, offset: 0, isLast, at: marked ? 3 : 0 };
}

/** What `readMembers` compares names with. */
export function wantedNames(...names: readonly string[]): WantedNames {
  return names.map((name) => Buffer.from(name));
}

/** What to throw where reading cannot go on at the cursor. */
function stopAt(cursor: JsonCursor): Error {
  if (cursor.at >= cursor.bytes.length) return bytesEnd(cursor);
  return notJson(cursor, `byte ${cursor.offset + cursor.at} is not expected there`);
}

/** What to throw where a value is not over at the end of the bytes in memory. */
export function bytesEnd(cursor: JsonCursor): Error {
  if (!cursor.isLast) return new BytesMissing();
  return notJson(cursor, `it is cut off at byte ${cursor.offset + cursor.bytes.length}`);
}

function notJson(cursor: JsonCursor, why: string): StudioError {
  return new StudioError('dataset-invalid', `${cursor.path} is not valid JSON: ${why}.`, {
    hint: 'The file may be damaged, or hold values that JSON does not know, such as NaN.',
  });
}

/** The first byte of the next value or sign, past white space; -1 at the end of the bytes. */
function peekByte(cursor: JsonCursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at] ?? -1;
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    cursor.at += 1;
    byte = bytes[cursor.at] ?? -1;
  }
  return byte;
}

function expectByte(cursor: JsonCursor, expected: number): void {
  if (peekByte(cursor) !== expected) throw stopAt(cursor);
  cursor.at += 1;
}

/** Steps to the first byte of a value, so that its kind can be told. */
export function expectValue(cursor: JsonCursor): void {
  const byte = peekByte(cursor);
  if (byte === -1 || byte === closeList || byte === closeObject) throw stopAt(cursor);
}

/** @throws StudioError where anything follows the value */
export function expectEnd(cursor: JsonCursor): void {
  if (peekByte(cursor) !== -1)
    throw notJson(cursor, `more follows at byte ${cursor.offset + cursor.at}, behind its end`);
  if (!cursor.isLast) throw new BytesMissing();
}

/** Whether nothing but white space is left of the bytes. */
export function isAtEnd(cursor: JsonCursor): boolean {
  return peekByte(cursor) === -1;
}

/** Whether any value of JSON may begin with the next byte. */
export function mayBeJson(cursor: JsonCursor): boolean {
  return isObject(cursor) || isList(cursor) || isText(cursor) || isNumber(cursor) || isWordByte(peekByte(cursor));
}

/** Whether the next value is a list. */
export function isList(cursor: JsonCursor): boolean {
  return peekByte(cursor) === openList;
}

/** Whether the next value is an object. */
export function isObject(cursor: JsonCursor): boolean {
  return peekByte(cursor) === openObject;
}

/** Whether the next value is a string. */
export function isText(cursor: JsonCursor): boolean {
  return peekByte(cursor) === quote;
}

/** Whether the next value is a number. */
export function isNumber(cursor: JsonCursor): boolean {
  const byte = peekByte(cursor);
  return byte === minus || (byte >= zero && byte <= nine);
}

/** Steps into a list; false where it is empty, and then past it. */
export function enterList(cursor: JsonCursor): boolean {
  return enter(cursor, openList, closeList);
}

/** Steps into an object; false where it is empty, and then past it. */
export function enterObject(cursor: JsonCursor): boolean {
  return enter(cursor, openObject, closeObject);
}

function enter(cursor: JsonCursor, open: number, close: number): boolean {
  expectByte(cursor, open);
  const byte = peekByte(cursor);
  if (byte === -1) throw stopAt(cursor);
  if (byte !== close) return true;
  cursor.at += 1;
  return false;
}

/** Steps past the sign behind an item; true at the end of the list. */
export function leaveItem(cursor: JsonCursor): boolean {
  return leave(cursor, closeList);
}

/** Steps past the sign behind a member; true at the end of the object. */
export function leaveMember(cursor: JsonCursor): boolean {
  return leave(cursor, closeObject);
}

function leave(cursor: JsonCursor, close: number): boolean {
  const byte = peekByte(cursor);
  if (byte !== comma && byte !== close) throw stopAt(cursor);
  cursor.at += 1;
  return byte === close;
}

/** Calls `readItem` at every item of a list; it must read or skip the item. */
export function readItems(cursor: JsonCursor, readItem: (index: number) => void): void {
  if (!enterList(cursor)) return;
  let index = 0;
  do {
    expectValue(cursor);
    readItem(index);
    index += 1;
  } while (!leaveItem(cursor));
}

/** Calls `readMember` at the value of every wanted member of an object, with its index in `wanted`; skips the others. */
export function readMembers(cursor: JsonCursor, wanted: WantedNames, readMember: (name: number) => void): void {
  if (!enterObject(cursor)) return;
  do {
    const name = readName(cursor, wanted);
    if (name < 0) skipValue(cursor);
    else readMember(name);
  } while (!leaveMember(cursor));
}

/** The index of a member's name among the wanted ones, or -1; steps to its value. */
export function readName(cursor: JsonCursor, wanted: WantedNames): number {
  if (peekByte(cursor) !== quote) throw stopAt(cursor);
  const index = indexOfName(cursor, wanted);
  if (index < 0) skipText(cursor);
  else cursor.at += (wanted[index]?.length ?? 0) + 2;
  expectByte(cursor, colon);
  expectValue(cursor);
  return index;
}

function indexOfName({ bytes, at }: JsonCursor, wanted: WantedNames): number {
  for (let index = 0; index < wanted.length; index += 1) {
    const name = wanted[index];
    if (name === undefined || bytes[at + 1 + name.length] !== quote) continue;
    let same = 0;
    while (same < name.length && bytes[at + 1 + same] === name[same]) same += 1;
    if (same === name.length) return index;
  }
  return -1;
}

/** Steps over a string, the cursor being at its first quote. */
function skipText(cursor: JsonCursor): void {
  const end = endOfText(cursor.bytes, cursor.at);
  if (end < 0) throw bytesEnd(cursor);
  cursor.at = end;
}

/** Past the last quote of the string that begins at `start`; -1 where it is not over. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === backslash) at += 1;
    else if (byte === quote) return at + 1;
  }
  return -1;
}

/** A string. */
export function readText(cursor: JsonCursor): string {
  if (peekByte(cursor) !== quote) throw stopAt(cursor);
  const start = cursor.at;
  skipText(cursor);
  const text = cursor.bytes.toString('utf8', start + 1, cursor.at - 1);
  if (!text.includes('\\')) return text;
  try {
    const parsed: unknown = JSON.parse(`"${text}"`);
    return String(parsed);
  } catch {
    cursor.at = start;
    throw stopAt(cursor);
  }
}

/** A number, rounded as JSON.parse rounds it. */
export function readNumber(cursor: JsonCursor): number {
  peekByte(cursor);
  const { bytes, at: start } = cursor;
  const negative = bytes[start] === minus;
  let at = negative ? start + 1 : start;
  let mantissa = 0;
  let decimals = 0;
  let fraction = false;
  for (; ; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) {
      if (mantissa > exactMantissa) return readLongNumber(cursor);
      mantissa = 10 * mantissa + (byte - zero);
      if (fraction) decimals += 1;
    } else if (byte === dot && !fraction) fraction = true;
    else break;
  }
  const next = bytes[at] ?? 0;
  const digits = at - start - (negative ? 1 : 0) - (fraction ? 1 : 0);
  const exponent = next === 0x65 || next === 0x45;
  if (exponent || decimals > 22 || digits === 0) return readLongNumber(cursor);
  if (at === bytes.length && !cursor.isLast) throw new BytesMissing();
  cursor.at = at;
  // Both are exact, so that their quotient is rounded once, to the nearest double.
  const value = decimals === 0 ? mantissa : mantissa / (exactPowers[decimals] ?? 1);
  return negative ? -value : value;
}

/** A number with more digits than fit, or an exponent. */
function readLongNumber(cursor: JsonCursor): number {
  const { bytes, at: start } = cursor;
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const inNumber = (byte >= zero && byte <= nine) || byte === dot || byte === minus || byte === 0x2b;
    if (!inNumber && byte !== 0x65 && byte !== 0x45) break;
  }
  if (at === bytes.length && !cursor.isLast) throw new BytesMissing();
  const value = at === start ? Number.NaN : Number(bytes.toString('latin1', start, at));
  if (!Number.isFinite(value)) throw stopAt(cursor);
  cursor.at = at;
  return value;
}

/** Steps over any value, however deep. What lies inside is only looked at for brackets and strings. */
export function skipValue(cursor: JsonCursor): void {
  if (isText(cursor)) skipText(cursor);
  else if (isList(cursor) || isObject(cursor)) {
    cursor.at += 1;
    if (skipNested(cursor, 1) > 0) throw bytesEnd(cursor);
  } else skipWord(cursor);
}

/**
 * Steps over what is left of a value, as far as the bytes in memory go.
 * @param depth how many brackets are open
 * @returns how many of them are still open; then only a string that is not over is left of the bytes
 */
export function skipNested(cursor: JsonCursor, depth: number): number {
  const { bytes } = cursor;
  let at = cursor.at;
  let open = depth;
  for (; open > 0 && at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    // Most bytes are digits.
    if (byte >= minus && byte <= nine) continue;
    if (byte === quote) {
      const end = endOfText(bytes, at);
      if (end < 0) break;
      at = end - 1;
      continue;
    }
    const bracket = byte | bracketBit;
    if (bracket === openObject) open += 1;
    else if (bracket === closeObject) open -= 1;
  }
  cursor.at = at;
  return open;
}

/** Steps over a number, true, false or null. */
function skipWord(cursor: JsonCursor): void {
  const start = cursor.at;
  let at = start;
  while (isWordByte(cursor.bytes[at] ?? 0)) at += 1;
  if (at === cursor.bytes.length && !cursor.isLast) throw new BytesMissing();
  if (at === start) throw stopAt(cursor);
  cursor.at = at;
}

function isWordByte(byte: number): boolean {
  const letter = (byte >= 0x61 && byte <= 0x7a) || byte === 0x45;
  return letter || (byte >= zero && byte <= nine) || byte === dot || byte === minus || byte === 0x2b;
}
