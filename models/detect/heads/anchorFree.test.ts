import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';
import type { HeadFamily } from '../../types.ts';

/**
 * Tails of published exports whose maps hold one object, run as the product runs a model. The object lies in row 1, column 2 of
 * stride 16 (cells 8 x 8, 4 x 4 and 2 x 2 at 64 x 64); its class is the second of three. What must be found is worked out by
 * hand from the formulas.
 */

const folder = temporaryFolder();
const size = 64;
const strides = [8, 16, 32] as const;
const cells = (stride: number) => (size / stride) ** 2;
const total = 84;
const names = "{0: 'a', 1: 'b', 2: 'c'}";
const logit = (share: number) => Math.log(share / (1 - share));
const isThere = (stride: number, row: number, column: number) => stride === 16 && row === 1 && column === 2;

/** Raw class scores: 0.9 for class 1 of the object, elsewhere next to nothing. */
const classMap = (tail: Tail, stride: number, output?: string, score = 0.9) =>
  tail.map(output ?? `class${stride}`, 3, stride, (channel, row, column) =>
    isThere(stride, row, column) && channel === 1 ? logit(score) : -15,
  );
const objectnessMap = (tail: Tail, stride: number, output?: string) =>
  tail.map(output ?? `objectness${stride}`, 1, stride, (_channel, row, column) =>
    isThere(stride, row, column) ? logit(0.8) : -15,
  );

/** Distances 1, 0.5, 1.5 and 1.25 strides, as distributions over `bins` or as they are. */
const distances = [1, 0.5, 1.5, 1.25];
const distanceMap = (tail: Tail, stride: number, bins: number, output?: string) =>
  tail.map(output ?? `box${stride}`, 4 * bins, stride, (channel, row, column) => {
    if (!isThere(stride, row, column)) return 0;
    const distance = distances[Math.floor(channel / bins)] ?? 0;
    if (bins === 1) return distance;
    const share = Math.max(0, 1 - Math.abs(distance - (channel % bins)));
    return share === 0 ? -60 : Math.log(share);
  });
/** From the middle of the cell, (40, 24): [40 - 16, 24 - 8, 40 + 24, 24 + 20]. */
const distanceBox = [24, 16, 64, 44];
const shifted = (box: readonly number[], by: number) => box.map((side) => side + by);

/** YOLOX: t = (0.5, 0.5, ln 2, 0) is the centre (40, 24), 32 x 16. */
const offsetMap = (tail: Tail, stride: number, output?: string) =>
  tail.map(output ?? `box${stride}`, 4, stride, (channel, row, column) =>
    isThere(stride, row, column) ? ([0.5, 0.5, Math.log(2), 0][channel] ?? 0) : 0,
  );
const offsetBox = [24, 16, 56, 32];

const sigmoid = (tail: Tail, input: string, output?: string) => tail.node('Sigmoid', [input], {}, output);
const flat = (tail: Tail, map: string, channels: number, stride: number) =>
  tail.reshape(map, [1, channels, cells(stride)]);
const rows = (tail: Tail, map: string, channels: number, stride: number, output?: string) =>
  tail.transpose(flat(tail, map, channels, stride), [0, 2, 1], output);
/** All levels, [1, channels, 84]. */
const joined = (tail: Tail, channels: number, make: (stride: number) => string, output?: string) =>
  tail.concat(
    strides.map((stride) => flat(tail, make(stride), channels, stride)),
    2,
    output,
  );

/** Centres of all cells in strides, [1, 2, 84], and strides, [1, 84]. */
function addGrid(tail: Tail) {
  const all = strides.flatMap((stride) =>
    Array.from({ length: cells(stride) }, (_, cell) => {
      const columns = size / stride;
      return { x: (cell % columns) + 0.5, y: Math.floor(cell / columns) + 0.5, stride };
    }),
  );
  return {
    centres: tail.floats([1, 2, total], [...all.map(({ x }) => x), ...all.map(({ y }) => y)]),
    strides: tail.floats(
      [1, total],
      all.map(({ stride }) => stride),
    ),
  };
}

/** Slices of channels of a [1, channels, 84]. */
const split = (tail: Tail, input: string, from: number, to: number) => {
  const integers = (value: number) => tail.node('Constant', [], { value_ints: { ints: [value] } });
  return tail.node('Slice', [input, integers(from), integers(to), integers(1)]);
};

/** Corners of all boxes, [1, 2, 84] each, in strides. */
function addCorners(tail: Tail) {
  const grid = addGrid(tail);
  const all = joined(tail, 4, (stride) => distanceMap(tail, stride, 1));
  const [leftTop, rightBottom] = [split(tail, all, 0, 2), split(tail, all, 2, 4)];
  return { grid, leftTop, rightBottom };
}
const addXyxy = (tail: Tail) => {
  const { grid, leftTop, rightBottom } = addCorners(tail);
  const corners = [tail.node('Sub', [grid.centres, leftTop]), tail.node('Add', [grid.centres, rightBottom])];
  return tail.node('Mul', [tail.concat(corners, 1), grid.strides]);
};
const addCxcywh = (tail: Tail) => {
  const { grid, leftTop, rightBottom } = addCorners(tail);
  const first = tail.node('Sub', [grid.centres, leftTop]);
  const second = tail.node('Add', [grid.centres, rightBottom]);
  const middle = tail.node('Div', [tail.node('Add', [first, second]), tail.floats([], [2])]);
  const joinedBoxes = tail.concat([middle, tail.node('Sub', [second, first])], 1);
  return tail.node('Mul', [joinedBoxes, grid.strides]);
};
const allScores = (tail: Tail) =>
  sigmoid(
    tail,
    joined(tail, 3, (stride) => classMap(tail, stride)),
  );

interface Form {
  readonly name: string;
  readonly family: HeadFamily;
  readonly build: (tail: Tail) => readonly string[];
  readonly box: readonly number[];
  readonly score?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What more must be concluded. */
  readonly reading?: Readonly<Record<string, unknown>>;
}

const dflForms: readonly Form[] = [
  {
    name: 'levels [1, 4x16+C, S, S]',
    family: 'dfl',
    build: (tail) =>
      strides.map((stride) => tail.concat([distanceMap(tail, stride, 16), classMap(tail, stride)], 1, `out${stride}`)),
    box: distanceBox,
    reading: { distanceBins: 16, activation: { box: 'none', objectness: 'absent', class: 'sigmoid' } },
  },
  {
    name: 'levels with the channels last, coarsest first',
    family: 'dfl',
    build: (tail) =>
      [32, 16, 8].map((stride) => {
        const level = tail.concat([distanceMap(tail, stride, 16), sigmoid(tail, classMap(tail, stride))], 1);
        return tail.transpose(level, [0, 2, 3, 1], `out${stride}`);
      }),
    box: distanceBox,
    reading: { strides: [8, 16, 32], activation: { box: 'none', objectness: 'absent', class: 'none' } },
  },
  {
    name: 'box, activated classes and their sum a level (Rockchip)',
    family: 'dfl',
    build: (tail) =>
      strides.flatMap((stride) => {
        const classes = sigmoid(tail, classMap(tail, stride), `scores${stride}`);
        const sum = tail.node('ReduceSum', [classes, tail.node('Constant', [], { value_ints: { ints: [1] } })]);
        const limits = [tail.floats([], [0]), tail.floats([], [1])];
        return [
          distanceMap(tail, stride, 16, `d${stride}`),
          classes,
          tail.node('Clip', [sum, ...limits], {}, `s${stride}`),
        ];
      }),
    box: distanceBox,
  },
  {
    name: 'box and raw classes a level, channels last (Hailo)',
    family: 'dfl',
    build: (tail) =>
      strides.flatMap((stride) => [
        tail.transpose(classMap(tail, stride), [0, 2, 3, 1], `conv${stride}`),
        tail.transpose(distanceMap(tail, stride, 16), [0, 2, 3, 1], `conv${stride + 1}`),
      ]),
    box: distanceBox,
    reading: { activation: { box: 'none', objectness: 'absent', class: 'sigmoid' } },
  },
  {
    name: '17 bins a side',
    family: 'dfl',
    build: (tail) =>
      strides.flatMap((stride) => [
        sigmoid(tail, classMap(tail, stride), `c${stride}`),
        distanceMap(tail, stride, 17, `d${stride}`),
      ]),
    box: distanceBox,
    reading: { distanceBins: 17 },
  },
  {
    name: 'four distances a side, classes and their sum (YOLOv6)',
    family: 'dfl',
    build: (tail) =>
      strides.flatMap((stride) => {
        const classes = sigmoid(tail, classMap(tail, stride), `scores${stride}`);
        const sum = tail.node(
          'ReduceSum',
          [classes, tail.node('Constant', [], { value_ints: { ints: [1] } })],
          {},
          `s${stride}`,
        );
        return [distanceMap(tail, stride, 1, `d${stride}`), classes, sum];
      }),
    box: distanceBox,
    reading: { distanceBins: 1 },
  },
  {
    name: 'joined [1, 4x16+C, N]',
    family: 'dfl',
    build: (tail) => [
      joined(tail, 67, (stride) => tail.concat([distanceMap(tail, stride, 16), classMap(tail, stride)], 1), 'out'),
    ],
    box: distanceBox,
  },
  {
    name: 'joined [1, 4x16, N] beside [1, C, N]',
    family: 'dfl',
    build: (tail) => [
      sigmoid(
        tail,
        joined(tail, 3, (stride) => classMap(tail, stride)),
        'scores',
      ),
      joined(tail, 64, (stride) => distanceMap(tail, stride, 16), 'boxes'),
    ],
    box: distanceBox,
  },
  {
    name: 'joined [1, N, 4] distances beside [1, N, C]',
    family: 'dfl',
    build: (tail) => [
      tail.transpose(
        sigmoid(
          tail,
          joined(tail, 3, (stride) => classMap(tail, stride)),
        ),
        [0, 2, 1],
        'scores',
      ),
      tail.transpose(
        joined(tail, 4, (stride) => distanceMap(tail, stride, 1)),
        [0, 2, 1],
        'boxes',
      ),
    ],
    box: distanceBox,
    reading: { distanceBins: 1 },
  },
];

const yoloxParts = (tail: Tail, stride: number) => [
  offsetMap(tail, stride),
  sigmoid(tail, objectnessMap(tail, stride)),
  sigmoid(tail, classMap(tail, stride)),
];
const pending = { box: 'none', objectness: 'sigmoid', class: 'sigmoid' };
const applied = { box: 'none', objectness: 'none', class: 'none' };

const yoloxForms: readonly Form[] = [
  {
    name: '[1, N, 5+C]',
    build: (tail: Tail) => [
      tail.transpose(
        joined(tail, 8, (stride) => tail.concat(yoloxParts(tail, stride), 1)),
        [0, 2, 1],
        'out',
      ),
    ],
    box: offsetBox,
    reading: { activation: applied },
  },
  {
    name: '[1, N, 5+C] without any sigmoid',
    build: (tail: Tail) => {
      const level = (stride: number) =>
        tail.concat([offsetMap(tail, stride), objectnessMap(tail, stride), classMap(tail, stride)], 1);
      return [tail.transpose(joined(tail, 8, level), [0, 2, 1], 'out')];
    },
    box: offsetBox,
    reading: { activation: pending },
  },
  {
    name: '[1, 5+C, N]',
    build: (tail: Tail) => [joined(tail, 8, (stride) => tail.concat(yoloxParts(tail, stride), 1), 'out')],
    box: offsetBox,
  },
  {
    name: 'levels [1, 5+C, S, S]',
    build: (tail: Tail) => strides.map((stride) => tail.concat(yoloxParts(tail, stride), 1, `out${stride}`)),
    box: offsetBox,
    reading: { activation: applied },
  },
  {
    name: 'levels without sigmoid, channels last',
    build: (tail: Tail) =>
      strides.map((stride) => {
        const parts = [offsetMap(tail, stride), objectnessMap(tail, stride), classMap(tail, stride)];
        return tail.transpose(tail.concat(parts, 1), [0, 2, 3, 1], `out${stride}`);
      }),
    box: offsetBox,
    reading: { activation: pending },
  },
  {
    name: 'box, objectness and classes in outputs of their own',
    build: (tail: Tail) =>
      [16, 32, 8].flatMap((stride) => [
        objectnessMap(tail, stride, `a${stride}`),
        sigmoid(tail, classMap(tail, stride), `b${stride}`),
        offsetMap(tail, stride, `c${stride}`),
      ]),
    box: offsetBox,
    reading: { activation: { box: 'none', objectness: 'sigmoid', class: 'none' } },
  },
  {
    name: '[1, N, 5+C], decoded in the graph to shares of the input',
    build: (tail: Tail) => {
      const grid = addGrid(tail);
      const boxes = joined(tail, 4, (stride) => offsetMap(tail, stride));
      const half = tail.floats([], [0.5]);
      const corner = tail.node('Sub', [grid.centres, half]);
      const places = tail.node('Mul', [tail.node('Add', [split(tail, boxes, 0, 2), corner]), grid.strides]);
      const sizes = tail.node('Mul', [tail.node('Exp', [split(tail, boxes, 2, 4)]), grid.strides]);
      const shares = tail.node('Div', [tail.concat([places, sizes], 1), tail.floats([], [size])]);
      const objectness = sigmoid(
        tail,
        joined(tail, 1, (stride) => objectnessMap(tail, stride)),
      );
      return [tail.transpose(tail.concat([shares, objectness, allScores(tail)], 1), [0, 2, 1], 'out')];
    },
    box: offsetBox,
    reading: { decodedInGraph: true, rows: { box: 'centre-size', units: 'relative' } },
  },
].map((form): Form => ({ ...form, family: 'yolox', score: 0.72 }));

const v8Forms: readonly Form[] = [
  { name: '[1, 4+C, N]', build: (tail: Tail) => [tail.concat([addCxcywh(tail), allScores(tail)], 1, 'out')] },
  {
    name: '[1, N, 4+C]',
    build: (tail: Tail) => [tail.transpose(tail.concat([addCxcywh(tail), allScores(tail)], 1), [0, 2, 1], 'out')],
  },
  {
    name: '[1, 4+C, N] of corners',
    build: (tail: Tail) => [tail.concat([addXyxy(tail), allScores(tail)], 1, 'out')],
    reading: { rows: { box: 'x1y1x2y2', units: 'pixels' } },
  },
  {
    name: '[1, 4+C, N] of shares of the input',
    build: (tail: Tail) => {
      const sides = tail.floats([1, 4, 1], [size, size, size, size]);
      return [tail.concat([tail.node('Div', [addCxcywh(tail), sides]), allScores(tail)], 1, 'out')];
    },
    reading: { rows: { box: 'centre-size', units: 'relative' } },
  },
].map((form): Form => ({ ...form, family: 'v8', box: distanceBox }));

const pairForms: readonly Form[] = [
  {
    name: 'corners [1, N, 4] and [1, N, C] (YOLO-NAS)',
    build: (tail: Tail) => [
      tail.transpose(addXyxy(tail), [0, 2, 1], 'boxes'),
      tail.transpose(allScores(tail), [0, 2, 1], 'scores'),
    ],
    reading: { rows: { box: 'x1y1x2y2' } },
  },
  {
    name: 'corners as -b + a and [1, C, N] (PP-YOLOE)',
    build: (tail: Tail) => {
      const { grid, leftTop, rightBottom } = addCorners(tail);
      const negated = tail.node('Mul', [leftTop, tail.floats([], [-1])]);
      const corners = [tail.node('Add', [negated, grid.centres]), tail.node('Add', [rightBottom, grid.centres])];
      const boxes = tail.node('Mul', [tail.concat(corners, 1), grid.strides]);
      tail.node('Identity', [allScores(tail)], {}, 'scores');
      return ['scores', tail.transpose(boxes, [0, 2, 1], 'boxes')];
    },
    reading: { rows: { box: 'x1y1x2y2' }, input: { resize: 'stretch' } },
  },
  {
    name: 'corners stacked from four columns (DAMO-YOLO)',
    build: (tail: Tail) => {
      const grid = addGrid(tail);
      const all = joined(tail, 4, (stride) => distanceMap(tail, stride, 1));
      const inPixels = (input: string) => tail.node('Mul', [input, grid.strides]);
      const columns = [0, 1, 2, 3].map((side) =>
        tail.node(side < 2 ? 'Sub' : 'Add', [
          inPixels(split(tail, grid.centres, side % 2, (side % 2) + 1)),
          inPixels(split(tail, all, side, side + 1)),
        ]),
      );
      return [tail.transpose(allScores(tail), [0, 2, 1], 'x'), tail.transpose(tail.concat(columns, 1), [0, 2, 1], 'y')];
    },
    reading: { rows: { box: 'x1y1x2y2' } },
  },
  {
    name: 'centre and size [1, 4, N] and [1, C, N]',
    build: (tail: Tail) => {
      tail.node('Identity', [addCxcywh(tail)], {}, 'x');
      tail.node('Identity', [allScores(tail)], {}, 'y');
      return ['x', 'y'];
    },
    reading: { rows: { box: 'centre-size' } },
  },
].map((form): Form => ({ ...form, family: 'boxes-scores', box: distanceBox }));

const nanoForms: readonly Form[] = [
  {
    name: 'NanoDet-Plus [1, N, C+32]: from the corner of the cell',
    family: 'nanodet',
    build: (tail) => {
      const level = (stride: number) =>
        tail.concat([sigmoid(tail, classMap(tail, stride)), distanceMap(tail, stride, 8)], 1);
      return [tail.transpose(joined(tail, 35, level), [0, 2, 1], 'out')];
    },
    // The corner (32, 16) instead of the middle (40, 24).
    box: shifted(distanceBox, -8),
    reading: { input: { channels: 'BGR', mean: [103.53, 116.28, 123.675], resize: 'stretch' } },
  },
  {
    name: 'NanoDet levels [1, SxS, C] and [1, SxS, 32]: from i x stride + (stride - 1) / 2',
    family: 'nanodet',
    build: (tail) => {
      tail.node('LeakyRelu', ['images']);
      return strides.flatMap((stride) => [
        rows(tail, sigmoid(tail, classMap(tail, stride)), 3, stride, `x${stride}`),
        rows(tail, distanceMap(tail, stride, 8), 32, stride, `y${stride}`),
      ]);
    },
    // 2 x 16 + 7.5 is 39.5 instead of 40.
    box: shifted(distanceBox, -0.5),
    reading: { input: { channels: 'BGR' } },
  },
  {
    name: 'PicoDet of PaddleDetection: from (i + 0.5) x stride',
    family: 'nanodet',
    build: (tail) => {
      tail.node('HardSwish', ['images']);
      return strides.flatMap((stride) => [
        rows(tail, sigmoid(tail, classMap(tail, stride)), 3, stride, `transpose_${stride}.tmp_0`),
        rows(tail, distanceMap(tail, stride, 8), 32, stride, `transpose_${stride + 1}.tmp_0`),
      ]);
    },
    box: distanceBox,
    reading: { input: { channels: 'RGB', mean: [0.485, 0.456, 0.406] } },
  },
];

const shareOfInput = (tail: Tail, activated: boolean) => {
  // Centre (2.5, 1.5) cells, size 1/2 x 1/4 of the input: tanh 0.5493 = 0.5, sigmoid -1.0986 = 0.25.
  const raw = [Math.atanh(0.5), Math.atanh(0.5), logit(0.5), logit(0.25)];
  const map = tail.map('box16', 4, 16, (channel, row, column) => (isThere(16, row, column) ? (raw[channel] ?? 0) : 0));
  if (!activated) return [map];
  return [tail.node('Tanh', [split(tail, map, 0, 2)]), sigmoid(tail, split(tail, map, 2, 4))];
};

const fastestForms: readonly Form[] = [
  { name: 'sigmoid and softmax of the scores applied', boxActivated: false, isRaw: false },
  { name: 'everything applied', boxActivated: true, isRaw: false },
  { name: 'nothing applied', boxActivated: false, isRaw: true },
].map(
  ({ name, boxActivated, isRaw }): Form => ({
    name,
    family: 'fastestdet',
    build: (tail) => {
      const objectness = objectnessMap(tail, 16);
      const classes = classMap(tail, 16);
      const parts = isRaw
        ? [objectness, ...shareOfInput(tail, boxActivated), classes]
        : [
            sigmoid(tail, objectness),
            ...shareOfInput(tail, boxActivated),
            tail.node('Softmax', [classes], { axis: { int: 1 } }),
          ];
      return [tail.concat(parts, 1, 'out')];
    },
    // Centre (40, 24), 32 x 16.
    box: [24, 16, 56, 32],
    // The other classes are e^-17 of the second one.
    score: 0.8 ** 0.6,
    reading: {
      strides: [16],
      activation: {
        box: boxActivated ? 'none' : 'sigmoid',
        objectness: isRaw ? 'sigmoid' : 'none',
        class: isRaw ? 'softmax' : 'none',
      },
    },
  }),
);

const sixForms: readonly Form[] = [
  {
    name: '[1, N, 5+C] with an objectness of 1 (YOLOv6)',
    family: 'v5',
    build: (tail) => {
      const ones = tail.floats([1, 1, total], new Array<number>(total).fill(1));
      return [tail.transpose(tail.concat([addCxcywh(tail), ones, allScores(tail)], 1), [0, 2, 1], 'out')];
    },
    box: distanceBox,
    reading: { anchorsPerCell: 1, decodedInGraph: true },
  },
];

const forms = [...sixForms, ...dflForms, ...yoloxForms, ...v8Forms, ...pairForms, ...nanoForms, ...fastestForms];

describe.each(forms)('$family, $name', ({ family, build, box, score = 0.9, metadata = { names }, reading }) => {
  const make = (): ModelProto => tailModel([size, size], build, metadata);

  it('is recognised without doubt', () => {
    const result = readingOf(make());
    expect(result.reading).toMatchObject({ family, classes: 3, strides, ...reading });
    expect(result.warnings.join()).not.toContain('also fits');
  });

  it('finds the object', async () => {
    const [found, ...others] = await findBoxes(folder, make());
    expect(others).toEqual([]);
    expect(found).toMatchObject({ className: 'b', cell: { stride: 16, row: 1, column: 2 } });
    expect(found?.score).toBeCloseTo(score, 5);
    for (const [side, edge] of box.entries()) {
      expect(found?.box[side]).toBeCloseTo(Math.max(0, Math.min(size, edge)), 3);
    }
  });
});

describe('without names or with others', () => {
  it.each(forms.filter(({ family }) => family !== 'v8' && family !== 'nanodet'))(
    '$family, $name',
    ({ family, build }) => {
      const { reading } = readingOf(tailModel([size, size], build));
      expect(reading).toMatchObject({ family, classes: 3 });
    },
  );
});
