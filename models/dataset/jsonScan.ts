import { StudioError } from '../errors.ts';

/** A single element of a list beyond this is no picture, label or class. */
const maximumElementBytes = 64 * 2 ** 20;

/** What is done with the lists of a JSON file. */
export interface ListVisitor {
  /** By the name of the list in the outermost object; other lists, and elements that are no objects, are passed over. */
  readonly visit: Readonly<Record<string, (element: unknown) => void>>;
  /** A field of elements that is not parsed: it becomes `true` where it holds an object and `false` where it holds a list. */
  readonly omit: string;
  /** Fields of elements whose whole numbers become strings where a double may round them. */
  readonly exact: readonly string[];
}

/** Whole numbers below 10 to this are exact as doubles. */
const exactDigits = 15;

export interface JsonScan {
  readonly feed: (chunk: Uint8Array) => void;
  /** @throws StudioError `dataset-invalid` where the text is not complete */
  readonly end: () => void;
}

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Follows the brackets of a JSON text that comes in pieces, and parses the elements of the wanted lists of its outermost object
 * one at a time. What lies elsewhere is only checked for its brackets.
 * @throws StudioError `dataset-invalid` from `feed` where the text is no JSON object
 */
export function scanJsonLists(path: string, { visit, omit, exact }: ListVisitor): JsonScan {
  const omittedKey = Buffer.from(omit);
  const longNumber = new RegExp(`("(?:${exact.join('|')})"\\s*:\\s*)(-?\\d{${exactDigits + 1},})(?=\\s*[,}])`, 'g');
  let bytes = Buffer.alloc(0);
  let at = 0;
  let depth = 0;
  let isFinished = false;
  /** Where the string that is being read began, or -1. */
  let stringStart = -1;
  /** The last string of the outermost object, and the one before a colon: its keys. */
  let lastString = '';
  let key = '';
  let visitElement: ((element: unknown) => void) | undefined;
  /** Where the element that is being read began, or -1. */
  let elementStart = -1;
  /** The last string of an element, then its last key, is that of the omitted field. */
  let lastIsOmitted = false;
  let keyIsOmitted = false;
  let omittedStart = -1;
  let omitted: { readonly start: number; readonly end: number }[] = [];

  const fail = (what: string) => new StudioError('dataset-invalid', `${path} is no COCO dataset: ${what}.`);

  const endString = (end: number) => {
    if (depth === 1) lastString = bytes.toString('utf8', stringStart + 1, end);
    else if (depth === 3 && elementStart >= 0) {
      // Lengths first: a view of bytes for every key would take longer than all else.
      const mayBe = end - stringStart - 1 === omittedKey.length;
      lastIsOmitted = mayBe && omittedKey.equals(bytes.subarray(stringStart + 1, end));
    }
    stringStart = -1;
  };

  const open = (byte: number) => {
    if (depth === 0 && (byte !== openBrace || isFinished)) throw fail('it must be one JSON object');
    depth += 1;
    if (depth === 2) visitElement = byte === openBracket && Object.hasOwn(visit, key) ? visit[key] : undefined;
    else if (depth === 3 && visitElement !== undefined && byte === openBrace) elementStart = at;
    else if (depth === 4 && keyIsOmitted) omittedStart = at;
  };

  const close = () => {
    depth -= 1;
    if (depth === 3 && omittedStart >= 0) {
      omitted.push({ start: omittedStart, end: at + 1 });
      omittedStart = -1;
    } else if (depth === 2 && elementStart >= 0) {
      visitElement?.(parseElement());
      elementStart = -1;
      omitted = [];
      keyIsOmitted = false;
    } else if (depth === 1) visitElement = undefined;
    else if (depth === 0) isFinished = true;
    else if (depth < 0) throw fail('its brackets do not match');
  };

  const parseElement = (): unknown => {
    let text = '';
    let from = elementStart;
    for (const { start, end } of omitted) {
      text += `${bytes.toString('utf8', from, start)}${bytes[start] === openBrace}`;
      from = end;
    }
    try {
      return JSON.parse((text + bytes.toString('utf8', from, at + 1)).replace(longNumber, '$1"$2"'));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw fail(`an element of "${key}" is not valid JSON (${reason})`);
    }
  };

  const scan = () => {
    for (; at < bytes.length; at += 1) {
      if (stringStart >= 0) {
        const end = bytes.indexOf(quote, at);
        at = end < 0 ? bytes.length - 1 : end;
        if (end >= 0 && !isEscaped(bytes, end)) endString(end);
        continue;
      }
      const byte = bytes[at] ?? 0;
      // Most bytes are digits.
      if (byte >= 0x2d && byte <= 0x39) continue;
      if (byte === quote) stringStart = at;
      else if (byte === openBrace || byte === openBracket) open(byte);
      else if (byte === closeBrace || byte === closeBracket) close();
      else if (byte === colon) {
        if (depth === 1) key = lastString;
        else if (depth === 3) keyIsOmitted = lastIsOmitted;
      } else if (byte === comma) {
        if (depth === 3) keyIsOmitted = false;
      } else if (depth === 0 && byte > 0x20 && byte < 0x80) throw fail('it is no JSON text');
    }
  };

  /** Lets go of all that is read, but for an element or a string that is not complete. */
  const forget = () => {
    const started = [elementStart, stringStart].filter((start) => start >= 0);
    const kept = Math.min(at, ...started);
    if (at - kept > maximumElementBytes) throw fail('one of its elements is too large');
    bytes = bytes.subarray(kept);
    at -= kept;
    if (elementStart >= 0) elementStart -= kept;
    if (stringStart >= 0) stringStart -= kept;
    if (omittedStart >= 0) omittedStart -= kept;
    omitted = omitted.map(({ start, end }) => ({ start: start - kept, end: end - kept }));
  };

  return {
    feed: (chunk) => {
      bytes = bytes.length === 0 ? Buffer.from(chunk) : Buffer.concat([bytes, chunk]);
      scan();
      forget();
    },
    end: () => {
      if (!isFinished) throw fail(depth === 0 ? 'it is empty' : 'it is cut off');
    },
  };
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let backslashes = 0;
  while (bytes[at - 1 - backslashes] === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}
