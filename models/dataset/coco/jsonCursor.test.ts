import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expectEnd,
  isList,
  isNumber,
  isText,
  readItems,
  readMembers,
  readNumber,
  readText,
  skipValue,
  startCursor,
  wantedNames,
} from './jsonCursor.ts';

function cursorAt(text: string) {
  return startCursor('numbers.json', Buffer.from(text));
}

describe('readNumber', () => {
  it('rounds every number as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = JSON.stringify(value);
        expect(readNumber(cursorAt(text))).toBe(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds decimals of any length as JSON.parse does', () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{0,20}\.[0-9]{1,25}$/);
    fc.assert(
      fc.property(digits, fc.boolean(), (text, negative) => {
        const signed = negative ? `-${text}` : text;
        expect(readNumber(cursorAt(signed))).toBe(JSON.parse(signed));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['-', '.', 'e5', '1e999', '--1'])('refuses %j', (text) => {
    expect(() => readNumber(cursorAt(text))).toThrow('numbers.json is not valid JSON');
  });
});

describe('reading and stepping over values', () => {
  const names = wantedNames('here', 'list');

  it('finds a member behind anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer(), fc.boolean(), (other, value, indented) => {
        const cursor = cursorAt(JSON.stringify({ '"odd\\"': other, here: value, more: other }, null, indented ? 2 : 0));
        const found: number[] = [];
        readMembers(cursor, names, () => found.push(readNumber(cursor)));
        expectEnd(cursor);
        expect(found).toEqual([value]);
      }),
    );
  });

  it('reads strings as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readText(cursorAt(JSON.stringify(text)))).toBe(JSON.parse(JSON.stringify(text)));
      }),
    );
  });

  it('reads lists, empty ones too, past a byte order mark', () => {
    const cursor = cursorAt('\ufeff { "list" : [ ] , "here" : [1, "a", [2]] } ');
    const kinds: string[] = [];
    readMembers(cursor, names, () => {
      readItems(cursor, () => {
        kinds.push(isNumber(cursor) ? 'number' : isText(cursor) ? 'text' : isList(cursor) ? 'list' : 'other');
        skipValue(cursor);
      });
    });
    expectEnd(cursor);
    expect(kinds).toEqual(['number', 'text', 'list']);
  });

  it.each(['{"here": }', '{"here" 1}', '{"a": 1', '{"a": [1}', '{"a": "b', '{,}', '{"a": 1,}', '{"a": 1} x'])(
    'refuses %j',
    (text) => {
      const cursor = cursorAt(text);
      expect(() => {
        readMembers(cursor, names, () => skipValue(cursor));
        expectEnd(cursor);
      }).toThrow('is not valid JSON');
    },
  );
});
