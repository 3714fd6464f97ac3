import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isList,
  isNumber,
  isObject,
  isText,
  type JsonCursor,
  readItems,
  readMembers,
  readNumber,
  readText,
  skipValue,
  wantedNames,
} from './jsonCursor.ts';
import { type JsonFile, readFileItems, readFileMembers, readJson } from './jsonFile.ts';

const wanted = wantedNames('a');

/** The items of list "a" of the outermost object. */
async function itemsOfA(file: JsonFile): Promise<unknown[]> {
  const { cursor } = file;
  const found: unknown[] = [];
  if (!isObject(cursor)) throw new Error('no object');
  await readFileMembers(file, wanted, async () => {
    if (!isList(cursor)) throw new Error('no list');
    await readFileItems(file, () => {
      found.push(readAny(cursor));
    });
  });
  return found;
}

function readAny(cursor: JsonCursor): unknown {
  if (isNumber(cursor)) return readNumber(cursor);
  if (isText(cursor)) return readText(cursor);
  if (isList(cursor)) {
    const items: unknown[] = [];
    readItems(cursor, () => items.push(readAny(cursor)));
    return items;
  }
  const start = cursor.at;
  if (isObject(cursor)) readMembers(cursor, [], () => {});
  else skipValue(cursor);
  return JSON.parse(cursor.bytes.toString('utf8', start, cursor.at));
}

/** Reads a text that comes in pieces of `size` bytes. */
function readPieces<T>(text: string, size: number, read: (file: JsonFile) => Promise<T>): Promise<T> {
  const bytes = Buffer.from(text);
  let from = 0;
  const nextChunk = async () => {
    const chunk = bytes.subarray(from, from + size);
    from += size;
    return chunk.length === 0 ? null : chunk;
  };
  return readJson('x.json', nextChunk, read);
}

const key = fc.oneof(fc.string(), fc.constantFrom('aa', '"', '\\', '{[', 'ключ'));
const item = fc.oneof(fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true }), fc.jsonValue());

describe('a JSON file in pieces', () => {
  it('gives the items that parsing the whole gives, however it is cut', async () => {
    const text = fc.record({ before: fc.jsonValue(), a: fc.array(item, { maxLength: 6 }), after: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 2),
        async (value, size, indent) => {
          const written = JSON.stringify(value, null, indent);
          const parsed: typeof value = JSON.parse(written);
          expect(await readPieces(written, size, itemsOfA)).toEqual(parsed.a);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('passes over lists of other names or depths', async () => {
    const items = await readPieces(
      '{"b": [{}], "c": {"a": [{"x": 1}]}, "a": [1, [2, {}], "{", {"y": 2}]}',
      7,
      itemsOfA,
    );
    expect(items).toEqual([1, [2, {}], '{', { y: 2 }]);
    expect(await readPieces('{"constructor": [{}], "aa": [{}], "": [{}]}', 7, itemsOfA)).toEqual([]);
  });

  it.each([1, 2, 3, 100])('takes a byte order mark in pieces of %d bytes', async (size) => {
    expect(await readPieces('\ufeff {"a": [{}]} \n', size, itemsOfA)).toEqual([{}]);
  });

  it('says where in the file it is no JSON, however it is cut', async () => {
    const text = `{"a": [{"x": ${'1, "y": 1, "x": '.repeat(9)}}]}`;
    for (let size = 1; size < text.length + 2; size += 1) {
      await expect(readPieces(text, size, itemsOfA)).rejects.toThrow(`byte ${text.indexOf('}')} is not expected`);
    }
  });

  it.each([
    ['', 'x.json is empty'],
    [' \n ', 'x.json is empty'],
    ['\ufeff', 'x.json is empty'],
    ['<html>', 'x.json is no JSON text'],
    ['{"a": [{"x": 1}', 'not valid JSON: it is cut off at byte 15'],
    ['{"a": ["x', 'not valid JSON: it is cut off at byte 9'],
    ['{"b": [1, "x', 'not valid JSON: it is cut off at byte 12'],
    ['{"b": tru', 'not valid JSON: it is cut off at byte 9'],
    ['{"a": [{"x": }]}', 'not valid JSON: byte 13 is not expected there'],
    ['{"a": [{"x": 1},]}', 'not valid JSON: byte 16 is not expected there'],
    ['{"a": [1] "b": 2}', 'not valid JSON: byte 10 is not expected there'],
    ['{}}', 'not valid JSON: more follows at byte 2, behind its end'],
    ['{}  {}', 'not valid JSON: more follows at byte 4, behind its end'],
  ])('refuses %j', async (text, why) => {
    for (const size of [1, 4, 100]) {
      await expect(readPieces(text, size, itemsOfA)).rejects.toMatchObject({
        code: 'dataset-invalid',
        message: expect.stringContaining(why),
      });
    }
  });

  it('keeps little of a long list in memory, and refuses a value that is larger than any record', async () => {
    const chunk = Buffer.from(`{"x": ${JSON.stringify('y'.repeat(2 ** 20 - 10))}},`);
    let left = 30;
    const longList = async () => {
      left -= 1;
      if (left === 29) return Buffer.from('{"a": [');
      return left > 0 ? chunk : left === 0 ? Buffer.from('{}]}') : null;
    };
    let largest = 0;
    const count = await readJson('x.json', longList, async (file) => {
      let items = 0;
      await readFileMembers(file, wanted, () =>
        readFileItems(file, () => {
          skipValue(file.cursor);
          items += 1;
          largest = Math.max(largest, file.cursor.bytes.length);
        }),
      );
      return items;
    });
    expect(count).toBe(29);
    expect(largest).toBeLessThan(4 * 2 ** 20);
    const numbers = Buffer.from('1234567,'.repeat(2 ** 17));
    let first = true;
    const longItem = async () => {
      const next = first ? Buffer.from('{"a": [[') : numbers;
      first = false;
      return next;
    };
    await expect(readJson('x.json', longItem, itemsOfA)).rejects.toThrow('holds a value of more than 64 MB');
  });
});
