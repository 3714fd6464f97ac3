import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';
import { levelOfCells, levelOfMap } from '../levels.ts';

const folder = temporaryFolder();
const names = "{0: 'a', 1: 'b'}";

interface Level {
  readonly stride: number;
  /** Where they are not the size over the stride, rounded up. */
  readonly grid?: readonly [rows: number, columns: number];
}

/** YOLOX values of the levels, joined in their order, with one object in row 0, column 1 of the last one. */
const joinedYolox =
  (levels: readonly Level[]) =>
  (tail: Tail): readonly string[] => {
    const parts = levels.map(({ stride, grid }, index) => {
      const [height, width] = tail.size;
      const [rows, columns] = grid ?? [Math.ceil(height / stride), Math.ceil(width / stride)];
      const isLast = index === levels.length - 1;
      const map = (name: string, channels: number, values: readonly number[], empty: number) =>
        tail.map(
          `${name}${index}`,
          channels,
          stride,
          (channel, row, column) => (isLast && row === 0 && column === 1 ? (values[channel] ?? 0) : empty),
          [rows, columns],
        );
      const level = tail.concat(
        [
          map('box', 4, [0.5, 0.5, 0, 0], 0),
          tail.node('Sigmoid', [map('objectness', 1, [10], -20)]),
          tail.node('Sigmoid', [map('class', 2, [10, -20], -20)]),
        ],
        1,
      );
      return tail.reshape(level, [1, 7, rows * columns]);
    });
    return [tail.transpose(levels.length === 1 ? (parts[0] ?? '') : tail.concat(parts, 2), [0, 2, 1], 'out')];
  };

describe('strides of joined levels', () => {
  it.each<[string, readonly [number, number], readonly Level[]]>([
    ['P3 to P6', [256, 256], [8, 16, 32, 64].map((stride) => ({ stride }))],
    ['P2 to P5', [128, 128], [4, 8, 16, 32].map((stride) => ({ stride }))],
    ['P2 to P7', [256, 256], [4, 8, 16, 32, 64, 128].map((stride) => ({ stride }))],
    ['only 8', [64, 96], [{ stride: 8 }]],
    ['only 4', [32, 64], [{ stride: 4 }]],
    ['coarsest first', [64, 64], [{ stride: 32 }, { stride: 16 }, { stride: 8 }]],
    ['8 and 32', [64, 128], [{ stride: 8 }, { stride: 32 }]],
    ['strides that are no powers of two', [120, 240], [{ stride: 6 }, { stride: 12 }, { stride: 24 }]],
    ['416 with 64: the last cell reaches over the edge', [416, 416], [8, 16, 32, 64].map((stride) => ({ stride }))],
    [
      '416 with 64: the last cell is left out',
      [416, 416],
      [{ stride: 16 }, { stride: 32 }, { stride: 64, grid: [6, 6] }],
    ],
    ['a wide input', [96, 352], [8, 16, 32].map((stride) => ({ stride }))],
  ])('%s', async (_name, size, levels) => {
    const proto = tailModel(size, joinedYolox(levels), { names });
    const strides = levels.map(({ stride }) => stride);
    expect(readingOf(proto).reading).toMatchObject({ family: 'yolox', strides, classes: 2 });
    const [found, ...others] = await findBoxes(folder, proto);
    expect(others).toEqual([]);
    // Centre at half a cell, one stride wide and high.
    const stride = strides.at(-1) ?? 0;
    expect(found).toMatchObject({ box: [stride, 0, 2 * stride, stride], cell: { stride, row: 0, column: 1 } });
  });
});

describe('the level of a map', () => {
  const side = fc.integer({ min: 1, max: 40 });
  const power = fc.integer({ min: 1, max: 7 }).map((exponent) => 2 ** exponent);

  it('has the stride that it was made with, whatever the size', () => {
    fc.assert(
      fc.property(side, side, power, (rows, columns, stride) => {
        fc.pre(rows > 1 && columns > 1);
        const size = [rows * stride, columns * stride] as const;
        expect(levelOfMap(size, rows, columns)).toEqual({ stride, rows, columns });
        expect(levelOfCells(size, rows * columns)).toMatchObject({ stride });
      }),
    );
  });

  it('is none where rows and columns come of different strides', () => {
    expect(levelOfMap([640, 640], 80, 40)).toBeNull();
    expect(levelOfMap([640, 640], 8400, 6)).toBeNull();
  });
});
