import { sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelPathsOf, parseYoloRows } from './yoloLabels.ts';

const path = (...parts: readonly string[]) => parts.join(sep);

describe('labelPathsOf', () => {
  it('looks under labels instead of the last folder named images, then beside the picture', () => {
    expect(labelPathsOf(path('', 'images', 'set', 'images', 'val', 'a b.tar.jpg'))).toEqual([
      path('', 'images', 'set', 'labels', 'val', 'a b.tar.txt'),
      path('', 'images', 'set', 'images', 'val', 'a b.tar.txt'),
    ]);
    expect(labelPathsOf(path('', 'photos', '犬.png'))).toEqual([path('', 'photos', '犬.txt')]);
    expect(labelPathsOf(path('', 'photos', 'images.png'))).toEqual([path('', 'photos', 'images.txt')]);
  });
});

describe('parseYoloRows', () => {
  it('reads class, middle and size as shares of the picture', () => {
    const { rows, faults } = parseYoloRows('2 0.5 0.25 0.2 0.1\r\n\n0 0.1 0.9 0.2 0.2\n');
    expect(faults).toEqual([]);
    expect(rows.map(({ classId, line }) => [classId, line])).toEqual([
      [2, 1],
      [0, 3],
    ]);
    expectEdges(rows[0]?.edges, [0.4, 0.2, 0.6, 0.3]);
    expectEdges(rows[1]?.edges, [0, 0.8, 0.2, 1]);
  });

  it('is the inverse of writing them', () => {
    const share = fc.double({ min: 0.05, max: 0.45, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, fc.integer({ min: 0, max: 79 }), (x, y, w, h, classId) => {
        const [row] = parseYoloRows(`${classId} ${x + w / 2} ${y + h / 2} ${w} ${h}`).rows;
        expect(row?.classId).toBe(classId);
        expectEdges(row?.edges, [x, y, x + w, y + h]);
      }),
    );
  });

  it.each([
    ['an outline of three points', '1 0.1 0.2 0.5 0.1 0.3 0.8', [0.1, 0.1, 0.5, 0.8]],
    ['an oriented box', '1 0.3 0.1 0.5 0.3 0.3 0.5 0.1 0.3', [0.1, 0.1, 0.5, 0.5]],
    ['a box and a score', '1 0.5 0.5 0.2 0.2 0.9', [0.4, 0.4, 0.6, 0.6]],
    ['a box and one keypoint', '0 0.5 0.5 0.2 0.2 0.4 0.4 2', [0.4, 0.4, 0.6, 0.6]],
    ['a box and two keypoints', '0 0.5 0.5 0.2 0.2 0.4 0.4 2 0.1 0.1 0', [0.4, 0.4, 0.6, 0.6]],
    ['values between commas', '0, 0.5, 0.5, 0.2, 0.2', [0.4, 0.4, 0.6, 0.6]],
  ])('takes the box of %s', (_, line, expected) => {
    expectEdges(parseYoloRows(line).rows[0]?.edges, expected);
  });

  it('knows keypoints of two values by their number', () => {
    const line = '0 0.5 0.5 0.2 0.2 0.1 0.1 0.9 0.9';
    expectEdges(parseYoloRows(line, [2, 2]).rows[0]?.edges, [0.4, 0.4, 0.6, 0.6]);
    expectEdges(parseYoloRows(line).rows[0]?.edges, [0.1, 0.1, 0.9, 0.9]);
  });

  it.each([
    ['0 0.5 0.5 0.2', 'it has 4 values'],
    ['cat 0.5 0.5 0.2 0.2', 'not all of its values are numbers'],
    ['1.5 0.5 0.5 0.2 0.2', 'is no class number'],
    ['0 320 240 64 48', 'are pixels'],
  ])('names the fault of %j and reads the other lines', (line, fault) => {
    const { rows, faults } = parseYoloRows(`0 0.5 0.5 0.1 0.1\n${line}`);
    expect(rows).toHaveLength(1);
    expect(faults).toEqual([expect.stringContaining(fault)]);
    expect(faults[0]).toMatch(/^Line 2: /);
  });
});

function expectEdges(edges: readonly number[] | undefined, expected: readonly number[]): void {
  for (const [at, value] of expected.entries()) expect(edges?.[at]).toBeCloseTo(value, 9);
}
