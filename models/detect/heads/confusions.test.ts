import { describe, expect, it } from 'vitest';
import { inferShapes } from '../../graph/shapes.ts';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';
import { fixedOutputModel } from '../../testing/tinyModels.ts';
import { recognizeDetector } from '../recognize.ts';

/** Outputs whose shape fits several families: what the graph, the names or neither say. */

const namesOf = (count: number) =>
  `{${Array.from({ length: count }, (_, index) => `${index}: 'n${index}'`).join(', ')}}`;

/** Nothing but a shape and arithmetic: constants. */
const shapeAlone = (size: number, dims: readonly number[], classes?: number) =>
  fixedOutputModel(
    size,
    dims,
    new Float32Array(dims.reduce((product, dim) => product * dim, 1)),
    classes === undefined ? {} : { names: namesOf(classes) },
  );

describe('shapes alone', () => {
  // At 64 x 64 the strides 8, 16 and 32 have 84 cells; with three anchors 252.
  it.each<[string, number, readonly number[], number | undefined, Readonly<Record<string, unknown>>]>([
    ['five values a cell are v8 with one class', 64, [1, 5, 84], undefined, { family: 'v8', classes: 1 }],
    ['the same in rows', 64, [1, 84, 5], undefined, { family: 'v8', classes: 1 }],
    ['six values first are v8 with two classes', 64, [1, 6, 84], undefined, { family: 'v8', classes: 2 }],
    [
      'six values last, as many rows as cells, are v8 with two classes',
      64,
      [1, 84, 6],
      2,
      { family: 'v8', classes: 2 },
    ],
    [
      'six values last, three rows a cell, are v5 with one class',
      64,
      [1, 252, 6],
      undefined,
      { family: 'v5', classes: 1 },
    ],
    ['more classes than predictions', 64, [1, 204, 84], undefined, { family: 'v8', classes: 200 }],
    ['more classes than predictions, in rows', 64, [1, 84, 204], undefined, { family: 'v8', classes: 200 }],
    ['80 classes and 84 predictions', 64, [1, 84, 84], undefined, { family: 'v8', classes: 80 }],
    ['no batch dimension', 64, [7, 84], 3, { family: 'v8', classes: 3 }],
    ['no batch dimension, in rows', 64, [84, 7], 3, { family: 'v8', classes: 3 }],
    ['the smallest input of three levels', 32, [1, 7, 21], 3, { family: 'v8', classes: 3, strides: [8, 16, 32] }],
    ['names decide for v5 with one prediction a cell less', 64, [1, 252, 8], 3, { family: 'v5', classes: 3 }],
  ])('%s', (_name, size, dims, classes, expected) => {
    expect(readingOf(shapeAlone(size, dims, classes)).reading).toMatchObject(expected);
  });
});

const strides = [8, 16, 32] as const;
const cells = (stride: number) => (64 / stride) ** 2;
const level = (tail: Tail, stride: number, widths: readonly number[], activated: readonly boolean[]) => {
  const parts = widths.map((width, index) => {
    const map = tail.map(`p${stride}_${index}`, width, stride);
    return activated[index] === true ? tail.node('Sigmoid', [map]) : map;
  });
  return parts.length === 1 ? (parts[0] ?? '') : tail.concat(parts, 1);
};
/** [1, values, 84], joined of the parts of every level. */
const joined =
  (widths: readonly number[], activated: readonly boolean[], transposed = false) =>
  (tail: Tail) => {
    const values = widths.reduce((sum, width) => sum + width, 0);
    const all = tail.concat(
      strides.map((stride) => tail.reshape(level(tail, stride, widths, activated), [1, values, cells(stride)])),
      2,
      transposed ? undefined : 'out',
    );
    return [transposed ? tail.transpose(all, [0, 2, 1], 'out') : all];
  };
const levels = (widths: readonly number[], activated: readonly boolean[]) => (tail: Tail) =>
  strides.map((stride) => tail.node('Identity', [level(tail, stride, widths, activated)], {}, `out${stride}`));
const maps = (widths: readonly number[], activated: readonly boolean[]) => (tail: Tail) =>
  strides.flatMap((stride) =>
    widths.map((width, index) =>
      activated[index] === true
        ? tail.node('Sigmoid', [tail.map(`raw${stride}_${index}`, width, stride)], {}, `m${stride}_${index}`)
        : tail.map(`m${stride}_${index}`, width, stride),
    ),
  );

describe('shapes that the graph explains', () => {
  it.each<[string, (tail: Tail) => readonly string[], number | undefined, Readonly<Record<string, unknown>>]>([
    [
      '[1, N, 6] of box, objectness and one class is YOLOX',
      joined([4, 1, 1], [false, true, true], true),
      undefined,
      { family: 'yolox', classes: 1 },
    ],
    [
      '[1, N, 6] of distances and two classes',
      joined([4, 2], [false, true], true),
      undefined,
      { family: 'dfl', classes: 2, distanceBins: 1 },
    ],
    [
      '[1, 69, N] of 64 bins and 5 classes, not v8 with 65',
      joined([64, 5], [false, true]),
      undefined,
      { family: 'dfl', classes: 5 },
    ],
    [
      '[1, 84, N] of 4 x 16 and 20, although both sides are 84',
      joined([64, 20], [false, true]),
      undefined,
      { family: 'dfl', classes: 20 },
    ],
    [
      '[1, N, 64] of 32 classes and 32 bins is NanoDet where the classes are activated',
      joined([32, 32], [true, false], true),
      undefined,
      { family: 'nanodet', classes: 32 },
    ],
    [
      '[1, N, 64] of 32 bins and 32 classes is not',
      joined([32, 32], [false, true], true),
      undefined,
      { family: 'dfl', classes: 32, distanceBins: 8 },
    ],
    [
      '64 bins and 64 classes: the activated ones are classes',
      maps([64, 64], [true, false]),
      undefined,
      { family: 'dfl', classes: 64, distanceBins: 16 },
    ],
    [
      '68 raw values beside 80: names tell',
      maps([80, 68], [false, false]),
      80,
      { family: 'dfl', classes: 80, distanceBins: 17 },
    ],
    [
      '80 raw values beside 64 without names',
      maps([80, 64], [false, false]),
      undefined,
      { family: 'dfl', classes: 80, distanceBins: 16 },
    ],
    ['one class beside 64 bins', maps([64, 1], [false, true]), undefined, { family: 'dfl', classes: 1 }],
    [
      '4 values, 1 and 1: YOLOX with one class',
      maps([1, 4, 1], [true, false, true]),
      undefined,
      { family: 'yolox', classes: 1 },
    ],
    ['4 values and 4 classes', maps([4, 4], [true, false]), undefined, { family: 'dfl', classes: 4, distanceBins: 1 }],
    [
      'levels of 4, 1 and C in one: YOLOX',
      levels([4, 1, 3], [false, true, true]),
      undefined,
      { family: 'yolox', classes: 3 },
    ],
    ['levels of 4 x 16 + 8 in one without a seam', levels([72], [false]), 8, { family: 'dfl', classes: 8 }],
    [
      'levels of 8 bins and C in one',
      levels([32, 3], [false, true]),
      undefined,
      { family: 'dfl', classes: 3, distanceBins: 8 },
    ],
  ])('%s', (_name, build, classes, expected) => {
    const proto = tailModel([64, 64], build, classes === undefined ? {} : { names: namesOf(classes) });
    expect(readingOf(proto).reading).toMatchObject(expected);
  });

  it('a cube of a map, [1, 8, 8, 8], is read as the other levels are', () => {
    const last = tailModel([64, 64], (tail) =>
      strides.flatMap((stride) => [
        tail.transpose(tail.node('Sigmoid', [tail.map(`c${stride}`, 8, stride)]), [0, 2, 3, 1], `s${stride}`),
        tail.transpose(tail.map(`b${stride}`, 64, stride), [0, 2, 3, 1], `d${stride}`),
      ]),
    );
    const { reading } = readingOf(last);
    expect(reading).toMatchObject({ family: 'dfl', classes: 8 });
    expect(new Set(reading.outputs.map(({ order }) => order))).toEqual(new Set(['cell-major']));
  });
});

describe('what neither the graph nor names decide', () => {
  it('is said: NanoDet or PicoDet', () => {
    const build = (tail: Tail) =>
      strides.flatMap((stride) =>
        [3, 32].map((width) =>
          tail.transpose(
            tail.reshape(tail.map(`m${stride}_${width}`, width, stride), [1, width, cells(stride)]),
            [0, 2, 1],
            `o${stride}_${width}`,
          ),
        ),
      );
    const { reading, warnings } = readingOf(tailModel([64, 64], build, { names: namesOf(3) }));
    expect(reading.family).toBe('nanodet');
    expect(warnings.join()).toContain('does not tell NanoDet from PicoDet');
  });

  it('is said: where distances end and classes begin', () => {
    const { reading, warnings } = readingOf(tailModel([64, 64], levels([70], [false])));
    expect(reading).toMatchObject({ family: 'dfl', classes: 6, distanceBins: 16 });
    expect(warnings.join()).toContain('does not show where distances end');
  });

  it('is said: corners or centre and size', () => {
    const proto = tailModel([64, 64], (tail) =>
      [4, 3].map((width) =>
        tail.node('Identity', [tail.floats([1, 84, width], new Array<number>(84 * width).fill(0))], {}, `o${width}`),
      ),
    );
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ family: 'boxes-scores', rows: { box: 'x1y1x2y2' } });
    expect(warnings.join()).toContain('try centre and size');
  });

  it('is said: YOLOX or a v8 of one class more, where constants alone are given', () => {
    const bare = tailModel([64, 64], (tail) => [
      tail.node('Identity', [tail.floats([1, 84, 8], new Array<number>(84 * 8).fill(0))], {}, 'out'),
    ]);
    const result = recognizeDetector({ proto: bare }, inferShapes(bare));
    if ('reason' in result) throw new Error(result.reason);
    const read = [result.reading, ...result.alternatives].map(({ family, classes }) => `${family} ${classes}`);
    expect(read).toEqual(expect.arrayContaining(['yolox 3', 'v8 4']));
    expect(result.warnings.join()).toContain('also fits');
  });
});

describe('outputs that are no head of these', () => {
  const folder = temporaryFolder();

  it.each<[string, (tail: Tail) => readonly string[]]>([
    [
      'rows of features, one a patch',
      (tail) => [tail.transpose(tail.reshape(tail.map('m', 768, 16), [1, 768, 16]), [0, 2, 1], 'out')],
    ],
    ['maps of features', (tail) => strides.map((stride) => tail.map(`f${stride}`, 256, stride))],
    ['classes of every pixel', (tail) => [tail.map('out', 21, 4)]],
    [
      'depth at three scales',
      (tail) => strides.map((stride) => tail.node('Sigmoid', [tail.map(`d${stride}`, 1, stride)], {}, `o${stride}`)),
    ],
    ['nine anchors of 4 offsets and 3 classes', maps([36, 27], [false, true])],
    ['two anchors with faces and their points', maps([2, 8, 20], [true, false, false])],
    [
      'FCOS: exponentials, classes and centredness',
      (tail) =>
        strides.flatMap((stride) => [
          tail.node('Exp', [tail.map(`b${stride}`, 4, stride)], {}, `box${stride}`),
          tail.map(`c${stride}`, 3, stride),
          tail.map(`m${stride}`, 1, stride),
        ]),
    ],
  ])('%s', (_name, build) => {
    const proto = tailModel([64, 64], build);
    const result = recognizeDetector({ proto }, inferShapes(proto));
    expect('reason' in result ? 'no detector' : result.reading.head).toBe('no detector');
  });

  it('raw values in v8 order are not taken for boxes in pixels', () => {
    const proto = tailModel([64, 64], joined([4, 3], [false, false]), { names: namesOf(3) });
    expect(readingOf(proto).reading).toMatchObject({ family: 'dfl', decodedInGraph: false });
  });

  it('nothing is found where all scores are low', async () => {
    const low = (tail: Tail) =>
      strides.map((stride) =>
        tail.concat(
          [tail.map(`b${stride}`, 64, stride), tail.map(`c${stride}`, 3, stride, () => -20)],
          1,
          `o${stride}`,
        ),
      );
    expect(await findBoxes(folder, tailModel([64, 64], low, { names: namesOf(3) }))).toEqual([]);
  });
});
