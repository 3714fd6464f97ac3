import { StudioError } from '../../errors.ts';

/**
 * A place in the bytes of a JSON file. Lists of millions of records are read with it value by value into columns: no object is
 * made for a record, and what is not wanted (the outlines of segments, most of all) is stepped over.
 */
export interface JsonCursor {
  readonly path: string;
  readonly bytes: Buffer;
  at: number;
}

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

/** Powers of ten that are exact as doubles. */
const exactPowers = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
/** Whole numbers below this, with one more digit, are exact as doubles. */
const exactMantissa = (2 ** 53 - 9) / 10;

/** A cursor at the first value of a file, past a byte order mark. */
export function startCursor(path: string, bytes: Buffer): JsonCursor {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { path, bytes, at: marked ? 3 : 0 };
}

/** What `readMembers` compares names with. */
export function wantedNames(...names: readonly string[]): WantedNames {
  return names.map((name) => Buffer.from(name));
}

/** The fault of a file that is not JSON, at the cursor. */
function notJson(cursor: JsonCursor): StudioError {
  return new StudioError(
    'dataset-invalid',
    `${cursor.path} is not valid JSON: byte ${cursor.at} is not expected there.`,
    {
      hint: 'The file may be cut off, or hold values that JSON does not know, such as NaN.',
    },
  );
}

/** The first byte of the next value or sign, past white space; -1 at the end. */
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
  if (peekByte(cursor) !== expected) throw notJson(cursor);
  cursor.at += 1;
}

/** @throws StudioError where anything follows the value */
export function expectEnd(cursor: JsonCursor): void {
  if (peekByte(cursor) !== -1) throw notJson(cursor);
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

/** Calls `readItem` at every item of a list; it must read or skip the item. */
export function readItems(cursor: JsonCursor, readItem: (index: number) => void): void {
  expectByte(cursor, openList);
  if (peekByte(cursor) === closeList) {
    cursor.at += 1;
    return;
  }
  for (let index = 0; !readNextItem(cursor, readItem, index); ) index += 1;
}

/** As `readItems`, for lists that take seconds: waits for `pause` every 50,000 items, so that others get a turn. */
export async function readManyItems(
  cursor: JsonCursor,
  readItem: (index: number) => void,
  pause: () => Promise<void>,
): Promise<void> {
  expectByte(cursor, openList);
  if (peekByte(cursor) === closeList) {
    cursor.at += 1;
    return;
  }
  for (let index = 0; !readNextItem(cursor, readItem, index); index += 1) if (index % 50_000 === 49_999) await pause();
}

/** Reads one item and the sign behind it; true at the end of the list. */
function readNextItem(cursor: JsonCursor, readItem: (index: number) => void, index: number): boolean {
  readItem(index);
  const byte = peekByte(cursor);
  if (byte !== comma && byte !== closeList) throw notJson(cursor);
  cursor.at += 1;
  return byte === closeList;
}

/** Calls `readMember` at the value of every wanted member of an object, with its index in `wanted`; skips the others. */
export function readMembers(cursor: JsonCursor, wanted: WantedNames, readMember: (name: number) => void): void {
  expectByte(cursor, openObject);
  if (peekByte(cursor) === closeObject) {
    cursor.at += 1;
    return;
  }
  for (;;) {
    const name = readName(cursor, wanted);
    expectByte(cursor, colon);
    if (name < 0) skipValue(cursor);
    else readMember(name);
    const byte = peekByte(cursor);
    if (byte !== comma && byte !== closeObject) throw notJson(cursor);
    cursor.at += 1;
    if (byte === closeObject) return;
  }
}

/** The index of a member's name among the wanted ones, or -1. */
function readName(cursor: JsonCursor, wanted: WantedNames): number {
  if (peekByte(cursor) !== quote) throw notJson(cursor);
  const { bytes, at } = cursor;
  for (let index = 0; index < wanted.length; index += 1) {
    const name = wanted[index];
    if (name === undefined || bytes[at + 1 + name.length] !== quote) continue;
    let same = 0;
    while (same < name.length && bytes[at + 1 + same] === name[same]) same += 1;
    if (same < name.length) continue;
    cursor.at = at + name.length + 2;
    return index;
  }
  skipText(cursor);
  return -1;
}

/** Steps over a string, the cursor being at its first quote. */
function skipText(cursor: JsonCursor): void {
  const { bytes } = cursor;
  for (let at = cursor.at + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === backslash) at += 1;
    else if (byte === quote) {
      cursor.at = at + 1;
      return;
    }
  }
  cursor.at = bytes.length;
  throw notJson(cursor);
}

/** A string. */
export function readText(cursor: JsonCursor): string {
  if (peekByte(cursor) !== quote) throw notJson(cursor);
  const start = cursor.at;
  skipText(cursor);
  const text = cursor.bytes.toString('utf8', start, cursor.at);
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    const parsed: unknown = JSON.parse(text);
    return String(parsed);
  } catch {
    cursor.at = start;
    throw notJson(cursor);
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
  const value = at === start ? Number.NaN : Number(bytes.toString('latin1', start, at));
  if (!Number.isFinite(value)) throw notJson(cursor);
  cursor.at = at;
  return value;
}

/** Steps over any value, however deep. What lies inside is only looked at for brackets and strings. */
export function skipValue(cursor: JsonCursor): void {
  let depth = 0;
  do {
    const byte = peekByte(cursor);
    if (byte === quote) skipText(cursor);
    else if (byte === openList || byte === openObject) {
      depth += 1;
      cursor.at += 1;
    } else if (byte === closeList || byte === closeObject) {
      depth -= 1;
      if (depth < 0) throw notJson(cursor);
      cursor.at += 1;
    } else if (depth > 0 && (byte === comma || byte === colon)) cursor.at += 1;
    else skipWord(cursor);
  } while (depth > 0);
}

/** Steps over a number, true, false or null. */
function skipWord(cursor: JsonCursor): void {
  const start = cursor.at;
  while (isWordByte(cursor.bytes[cursor.at] ?? 0)) cursor.at += 1;
  if (cursor.at === start) throw notJson(cursor);
}

function isWordByte(byte: number): boolean {
  const letter = (byte >= 0x61 && byte <= 0x7a) || byte === 0x45;
  return letter || (byte >= zero && byte <= nine) || byte === dot || byte === minus || byte === 0x2b;
}
