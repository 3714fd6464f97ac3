import { describe, expect, it } from 'vitest';
import {
  anchorsOf,
  constant,
  names,
  pairs,
  rawMap,
  side,
  sigmoid,
  size,
  slice,
  square,
  strides,
  times,
  values,
} from '../../testing/anchorTail.ts';
import { addIntegers } from '../../testing/draft.ts';
import { readingOf } from '../../testing/findBoxes.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';

/**
 * Graphs that decode YOLOv5 with the values before the map, [1, 3, 8, S, S], and write their anchors in many ways. The grid is
 * that of the tests of whole heads.
 */
function decoded(tail: Tail, sizesOf: (stride: number, wh: string) => string): readonly string[] {
  const levels = strides.map((stride) => {
    const cells = side(stride);
    const shares = sigmoid(tail, tail.reshape(rawMap(tail, 'v5', stride), [1, 3, values, cells, cells]));
    const at = Array.from({ length: cells ** 2 }, (_, cell) => cell);
    const columnsThenRows = [...at.map((cell) => cell % cells), ...at.map((cell) => Math.floor(cell / cells))];
    const grid = tail.floats(
      [1, 1, 2, cells, cells],
      columnsThenRows.map((value) => value - 0.5),
    );
    const xy = tail.node('Add', [times(tail, slice(tail, shares, 0, 2, 2), constant(tail, 2)), grid]);
    const wh = sizesOf(stride, times(tail, slice(tail, shares, 2, 4, 2), constant(tail, 2)));
    const parts = [times(tail, xy, constant(tail, stride)), wh, slice(tail, shares, 4, values, 2)];
    const turned = tail.transpose(tail.concat(parts, 2), [0, 1, 3, 4, 2]);
    return tail.reshape(turned, [1, -1, values]);
  });
  return [tail.concat(levels, 1, 'output')];
}

const widths = (stride: number) => anchorsOf(stride).filter((_, at) => at % 2 === 0);
const heights = (stride: number) => anchorsOf(stride).filter((_, at) => at % 2 === 1);

const forms: readonly (readonly [string, (tail: Tail, stride: number, wh: string) => string])[] = [
  [
    '[1, 3, 2, 1, 1]',
    (tail, stride, wh) => times(tail, square(tail, wh), tail.floats([1, 3, 2, 1, 1], anchorsOf(stride))),
  ],
  [
    'the constant first',
    (tail, stride, wh) => times(tail, tail.floats([1, 3, 2, 1, 1], anchorsOf(stride)), square(tail, wh)),
  ],
  [
    'a plain list, reshaped',
    (tail, stride, wh) =>
      times(tail, square(tail, wh), tail.reshape(tail.floats([6], anchorsOf(stride)), [1, 3, 2, 1, 1])),
  ],
  [
    'widths and heights of all anchors, transposed',
    (tail, stride, wh) => {
      const apart = tail.floats([2, 3], [...widths(stride), ...heights(stride)]);
      return times(tail, square(tail, wh), tail.reshape(tail.transpose(apart, [1, 0]), [1, 3, 2, 1, 1]));
    },
  ],
  [
    'expanded to every cell',
    (tail, stride, wh) => {
      const shape = addIntegers(tail.draft, `expanded${stride}`, [1, 3, 2, side(stride), side(stride)]);
      const anchors = tail.node('Expand', [tail.floats([1, 3, 2, 1, 1], anchorsOf(stride)), shape]);
      return times(tail, square(tail, wh), anchors);
    },
  ],
  [
    'tiled over the cells',
    (tail, stride, wh) => {
      const repeats = addIntegers(tail.draft, `repeats${stride}`, [1, 1, 1, side(stride), side(stride)]);
      const anchors = tail.node('Tile', [tail.floats([1, 3, 2, 1, 1], anchorsOf(stride)), repeats]);
      return times(tail, square(tail, wh), anchors);
    },
  ],
  [
    'in cells, times the stride as a constant of its own',
    (tail, stride, wh) => {
      const inCells = anchorsOf(stride).map((value) => value / stride);
      const scaled = times(tail, tail.floats([1, 3, 2, 1, 1], inCells), constant(tail, stride));
      return times(tail, square(tail, wh), scaled);
    },
  ],
  [
    'divided by the number of cells and times the size after',
    (tail, stride, wh) => {
      const shares = anchorsOf(stride).map((value) => value / size);
      return times(tail, times(tail, square(tail, wh), tail.floats([1, 3, 2, 1, 1], shares)), constant(tail, size));
    },
  ],
  [
    'widths and heights one after the other',
    (tail, stride, wh) => {
      const one = (from: number, list: readonly number[]) =>
        times(tail, square(tail, slice(tail, wh, from, from + 1, 2)), tail.floats([1, 3, 1, 1, 1], list));
      return tail.concat([one(0, widths(stride)), one(1, heights(stride))], 2);
    },
  ],
  [
    'numbers for every anchor',
    (tail, stride, wh) =>
      tail.concat(
        [0, 1, 2].map((anchor) => {
          const both = square(tail, slice(tail, wh, anchor, anchor + 1, 1));
          const one = (at: 0 | 1) =>
            times(tail, slice(tail, both, at, at + 1, 2), constant(tail, anchorsOf(stride)[2 * anchor + at] ?? 0));
          return tail.concat([one(0), one(1)], 2);
        }),
        1,
      ),
  ],
];

describe('anchors in the graph', () => {
  it.each(forms)('are read: %s', (_name, sizes) => {
    const { reading, warnings } = readingOf(
      tailModel([size, size], (tail) => decoded(tail, (stride, wh) => sizes(tail, stride, wh)), { names }),
    );
    expect(reading).toMatchObject({ family: 'v5', decodedInGraph: true });
    const rounded = reading.anchors?.map((level) => level.map((pair) => pair.map((value) => Number(value.toFixed(4)))));
    expect(rounded).toEqual(pairs);
    expect(reading.evidence.join()).toContain('The anchors are constants of the graph: 10 x 12');
    expect(warnings.join()).not.toContain('anchors');
  });

  it('are not made up where other constants stand there: a negative one, too few, one level without', () => {
    const cases = [
      (stride: number) => anchorsOf(stride).map((value) => -value),
      () => [1, 2],
      (stride: number) => (stride === 16 ? [3, 3, 3, 3, 3, 0] : anchorsOf(stride)),
    ];
    for (const make of cases) {
      const { reading } = readingOf(
        tailModel(
          [size, size],
          (tail) =>
            decoded(tail, (stride, wh) => {
              const list = make(stride);
              return times(tail, square(tail, wh), tail.floats([1, list.length / 2, 2, 1, 1], list));
            }),
          { names },
        ),
      );
      expect(reading).toMatchObject({ family: 'v5', decodedInGraph: true });
      expect(reading.anchors).toBeUndefined();
    }
  });
});
