import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJsonLists } from './jsonScan.ts';

/** The elements of list "a" of a text that comes in pieces of `size` bytes. */
function elementsOf(text: string | Uint8Array, size: number): unknown[] {
  const bytes = Buffer.from(text);
  const found: unknown[] = [];
  const scan = scanJsonLists('x.json', { visit: { a: (element) => found.push(element) }, omit: 'mask', exact: ['id'] });
  for (let from = 0; from < bytes.length; from += size) scan.feed(bytes.subarray(from, from + size));
  scan.end();
  return found;
}

/** What the scan leaves of an element, by its own description. */
function withoutMask(element: Record<string, unknown>): Record<string, unknown> {
  const { mask } = element;
  return typeof mask === 'object' && mask !== null ? { ...element, mask: !Array.isArray(mask) } : element;
}

const key = fc.oneof(fc.string(), fc.constantFrom('mask', 'a', '"', '\\', '{[', 'ключ'));
const element = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });

describe('scanning lists of a JSON text', () => {
  it('gives the elements that parsing the whole gives, however the text is cut', () => {
    const text = fc.record({ before: fc.jsonValue(), a: fc.array(element, { maxLength: 6 }), after: fc.jsonValue() });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 2), (value, size, indent) => {
        const parsed: typeof value = JSON.parse(JSON.stringify(value));
        expect(elementsOf(JSON.stringify(value, null, indent), size)).toEqual(parsed.a.map(withoutMask));
      }),
      { numRuns: 500 },
    );
  });

  it('passes over elements that are no objects and lists of other names or depths', () => {
    expect(elementsOf('{"b": [{}], "c": {"a": [{"x": 1}]}, "a": [1, [2, {}], "{", {"y": 2}, null]}', 7)).toEqual([
      { y: 2 },
    ]);
    expect(elementsOf('{"constructor": [{}], "toString": [{}]}', 7)).toEqual([]);
  });

  it('takes a byte order mark', () => {
    expect(elementsOf('\ufeff{"a": [{}]}', 1)).toEqual([{}]);
  });

  it.each([
    ['', 'is empty'],
    ['{"a": [{"x": 1}', 'is cut off'],
    ['{"a": ["x', 'is cut off'],
    ['[{"a": 1}]', 'must be one JSON object'],
    ['<html>', 'is no JSON text'],
    ['{"a": [{"x": }]}', 'not valid JSON'],
    ['{}}', 'do not match'],
    ['{}{}', 'must be one JSON object'],
  ])('refuses %j', (text, why) => {
    expect(() => elementsOf(text, 4)).toThrow(why);
  });
});
