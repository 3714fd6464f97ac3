import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPieces } from './jsonPieces.ts';

describe('jsonPieces', () => {
  it('gives the text of JSON.stringify', () => {
    const report = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined)));
    fc.assert(
      fc.property(fc.oneof(report, fc.array(fc.jsonValue())), (data) => {
        expect([...jsonPieces(data)].join('')).toBe(JSON.stringify(data));
      }),
    );
    const gaps = { list: [1, undefined, null], none: undefined };
    expect([...jsonPieces(gaps)].join('')).toBe('{"list":[1,null,null]}');
  });

  it('holds no more than a piece and an element of a long list', () => {
    const images = Array.from({ length: 5000 }, (_, index) => ({ path: `${index}.jpg`, detections: [index] }));
    const pieces = [...jsonPieces({ images })];
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(65_536 + 100);
    expect(JSON.parse(pieces.join(''))).toEqual({ images });
  });
});
