import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeImage } from '../../geometry/letterbox.ts';
import { testSpec } from '../../testing/testSpec.ts';
import type { DetectorSpec } from '../../types.ts';
import { readCandidates } from '../candidates.ts';
import type { OutputValues } from './head.ts';
import { heads } from './registry.ts';

/**
 * Heads with a grid whose outputs are still to be decoded. For each the values of a prediction are made by the inverse of the
 * published formula, laid where the family's exports have them, and must come back as the box, score and cell they were made of.
 */

const size = 64;
const sides = [8, 4, 2];
const identity = placeImage(size, size, size, size, 'stretch');
const anchors = [
  [
    [10, 13],
    [16, 30],
    [33, 23],
  ],
  [
    [30, 61],
    [62, 45],
    [59, 119],
  ],
  [
    [116, 90],
    [156, 198],
    [373, 326],
  ],
] as const;

interface Truth {
  readonly level: number;
  readonly row: number;
  readonly column: number;
  readonly anchor: number;
  readonly classId: number;
  /** 0..1 */
  readonly objectness: number;
  readonly probability: number;
  /** Place in the cell 0..1, and size as a share of the anchor or of the stride. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const logit = (probability: number) => Math.log(probability / (1 - probability));
const raw = { box: 'sigmoid', objectness: 'sigmoid', class: 'sigmoid' } as const;

/** A level's outputs as plain numbers that start empty: nothing there scores. */
interface Case {
  readonly name: string;
  readonly spec: Partial<Omit<DetectorSpec, 'input'>>;
  readonly anchors: number;
  /** Shapes of all outputs, and where and what the prediction writes. */
  readonly shapes: readonly (readonly number[])[];
  /** What fills the outputs elsewhere: a raw value far below any score. */
  readonly empty: number;
  readonly write: (truth: Truth, put: (output: number, index: readonly number[], value: number) => void) => void;
  readonly box: (truth: Truth) => readonly number[];
  readonly score: (truth: Truth) => number;
}

const outputs = (
  count: number,
  holds: 'predictions' | 'distances' | 'scores',
  order: 'channel-major' | 'box-major' | 'cell-major',
) => Array.from({ length: count }, (_, index) => ({ name: `o${index}`, holds, order }));

const anchorOf = ({ level, anchor }: Truth) => anchors[level]?.[anchor] ?? [1, 1];
const strideOf = ({ level }: Truth) => 8 << level;
const corners = (x: number, y: number, width: number, height: number) => [
  x - width / 2,
  y - height / 2,
  x + width / 2,
  y + height / 2,
];

/** YOLOv5: xy = (2 s - 0.5 + cell) stride, wh = (2 s)^2 anchor; so s = (xy/stride - cell + 0.5) / 2 and sqrt(wh/anchor) / 2. */
const v5Values = ({ x, y, width, height, objectness, probability, classId }: Truth, activated: boolean) => {
  const shares = [(x + 0.5) / 2, (y + 0.5) / 2, Math.sqrt(width) / 2, Math.sqrt(height) / 2, objectness];
  const classes = [0, 1].map((id) => (id === classId ? probability : 1e-9));
  return [...shares, ...classes].map((share) => (activated ? share : logit(share)));
};
const anchorBox = (truth: Truth) => {
  const [width, height] = anchorOf(truth);
  const stride = strideOf(truth);
  return corners(
    (truth.column + truth.x) * stride,
    (truth.row + truth.y) * stride,
    truth.width * width,
    truth.height * height,
  );
};
/** YOLOv3: xy = (sigmoid t + cell) stride, wh = anchor e^t. */
const v3Values = ({ x, y, width, height, objectness, probability, classId }: Truth) => [
  logit(x),
  logit(y),
  Math.log(width),
  Math.log(height),
  logit(objectness),
  ...[0, 1].map((id) => logit(id === classId ? probability : 1e-9)),
];
const product = ({ objectness, probability }: Truth) => objectness * probability;

/** Distances from the centre that put the box of width and height (in strides) around it: x and y do not matter. */
const distancesOf = ({ width, height, x, y }: Truth) => [width * x, height * y, width * (1 - x), height * (1 - y)];
const distanceBox = (truth: Truth, share: number, shift: number) => {
  const stride = strideOf(truth);
  const [left = 0, top = 0, right = 0, bottom = 0] = distancesOf(truth).map((distance) => distance * stride);
  const x = (truth.column + share) * stride + shift;
  const y = (truth.row + share) * stride + shift;
  return [x - left, y - top, x + right, y + bottom];
};
/** A distribution over bins whose mean is `distance`: all on the two bins around it. */
const binsOf = (distance: number, count: number) => {
  const below = Math.floor(distance);
  const share = distance - below;
  return Array.from({ length: count }, (_, bin) =>
    bin === below ? Math.log(Math.max(1 - share, 1e-30)) : bin === below + 1 ? Math.log(Math.max(share, 1e-30)) : -80,
  );
};
const only = ({ probability }: Truth) => probability;
const dflActivation = { box: 'none', objectness: 'absent', class: 'sigmoid' } as const;

const cases: readonly Case[] = [
  {
    name: 'v5 levels [A, S, S, 5+C], raw',
    spec: { family: 'v5', outputs: outputs(3, 'predictions', 'box-major'), activation: raw },
    anchors: 3,
    shapes: sides.map((side) => [3, side, side, 7]),
    empty: -20,
    write: (truth, put) =>
      v5Values(truth, false).forEach((value, at) => {
        put(truth.level, [truth.anchor, truth.row, truth.column, at], value);
      }),
    box: anchorBox,
    score: product,
  },
  {
    name: 'v5 levels [A x (5+C), S, S], raw',
    spec: { family: 'v5', outputs: outputs(3, 'predictions', 'channel-major'), activation: raw },
    anchors: 3,
    shapes: sides.map((side) => [21, side, side]),
    empty: -20,
    write: (truth, put) =>
      v5Values(truth, false).forEach((value, at) => {
        put(truth.level, [7 * truth.anchor + at, truth.row, truth.column], value);
      }),
    box: anchorBox,
    score: product,
  },
  {
    name: 'v5 joined, sigmoid applied (v5-lite)',
    spec: {
      family: 'v5',
      outputs: outputs(1, 'predictions', 'box-major'),
      activation: { box: 'none', objectness: 'none', class: 'none' },
    },
    anchors: 3,
    shapes: [[3 * (64 + 16 + 4), 7]],
    empty: 0,
    write: (truth, put) => {
      const side = sides[truth.level] ?? 0;
      const index = 3 * ([0, 64, 80][truth.level] ?? 0) + truth.anchor * side * side + truth.row * side + truth.column;
      v5Values(truth, true).forEach((value, at) => {
        put(0, [index, at], value);
      });
    },
    box: anchorBox,
    score: product,
  },
  {
    name: 'v3 levels [A x (5+C), S, S]',
    spec: { family: 'v3', outputs: outputs(3, 'predictions', 'channel-major'), activation: raw },
    anchors: 3,
    shapes: sides.map((side) => [21, side, side]),
    empty: -20,
    write: (truth, put) =>
      v3Values(truth).forEach((value, at) => {
        put(truth.level, [7 * truth.anchor + at, truth.row, truth.column], value);
      }),
    box: anchorBox,
    score: product,
  },
  {
    name: 'v3 levels [S, S, A x (5+C)]',
    spec: { family: 'v3', outputs: outputs(3, 'predictions', 'cell-major'), activation: raw },
    anchors: 3,
    shapes: sides.map((side) => [side, side, 21]),
    empty: -20,
    write: (truth, put) =>
      v3Values(truth).forEach((value, at) => {
        put(truth.level, [truth.row, truth.column, 7 * truth.anchor + at], value);
      }),
    box: anchorBox,
    score: product,
  },
  {
    name: 'v2, softmax of the classes',
    spec: {
      family: 'v2',
      outputs: outputs(1, 'predictions', 'channel-major'),
      activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'softmax' },
      strides: [8],
      anchors: [anchors[0]],
    },
    anchors: 3,
    shapes: [[21, 8, 8]],
    empty: -20,
    // Two classes whose softmax is the probability: their difference is its logit.
    write: (truth, put) =>
      [
        ...v3Values(truth).slice(0, 5),
        ...[0, 1].map((id) => (id === truth.classId ? logit(truth.probability) : 0)),
      ].forEach((value, at) => {
        put(0, [7 * truth.anchor + at, truth.row, truth.column], value);
      }),
    box: anchorBox,
    score: product,
  },
  {
    name: 'dfl levels [4x16+C, S, S]',
    spec: {
      family: 'dfl',
      outputs: outputs(3, 'predictions', 'channel-major'),
      activation: dflActivation,
      distanceBins: 16,
    },
    anchors: 1,
    shapes: sides.map((side) => [66, side, side]),
    empty: -20,
    write: (truth, put) =>
      [
        ...distancesOf(truth).flatMap((distance) => binsOf(distance, 16)),
        ...[0, 1].map((id) => logit(id === truth.classId ? truth.probability : 1e-9)),
      ].forEach((value, at) => {
        put(truth.level, [at, truth.row, truth.column], value);
      }),
    box: (truth) => distanceBox(truth, 0.5, 0),
    score: only,
  },
  {
    name: 'dfl, distances and classes in outputs of their own, one value a side (YOLOv6)',
    spec: {
      family: 'dfl',
      outputs: [0, 1, 2].flatMap((level) => [
        { name: `d${level}`, holds: 'distances', order: 'channel-major' } as const,
        { name: `c${level}`, holds: 'scores', order: 'channel-major' } as const,
      ]),
      activation: dflActivation,
      distanceBins: 1,
    },
    anchors: 1,
    shapes: sides.flatMap((side) => [
      [4, side, side],
      [2, side, side],
    ]),
    empty: -20,
    write: (truth, put) => {
      distancesOf(truth).forEach((value, at) => {
        put(2 * truth.level, [at, truth.row, truth.column], value);
      });
      [0, 1].forEach((id) => {
        put(2 * truth.level + 1, [id, truth.row, truth.column], logit(id === truth.classId ? truth.probability : 1e-9));
      });
    },
    box: (truth) => distanceBox(truth, 0.5, 0),
    score: only,
  },
  {
    name: 'NanoDet-Plus [N, C+32], centres at the corner of the cell',
    spec: {
      family: 'nanodet',
      outputs: outputs(1, 'predictions', 'box-major'),
      activation: dflActivation,
      distanceBins: 8,
      cellCentre: { share: 0, shift: 0 },
    },
    anchors: 1,
    shapes: [[84, 34]],
    empty: -20,
    write: (truth, put) => {
      const side = sides[truth.level] ?? 0;
      const index = ([0, 64, 80][truth.level] ?? 0) + truth.row * side + truth.column;
      [
        ...[0, 1].map((id) => logit(id === truth.classId ? truth.probability : 1e-9)),
        ...distancesOf(truth).flatMap((distance) => binsOf(distance, 8)),
      ].forEach((value, at) => {
        put(0, [index, at], value);
      });
    },
    box: (truth) => distanceBox(truth, 0, 0),
    score: only,
  },
  {
    name: 'NanoDet levels [cells, C] and [cells, 32], centres at i x stride + (stride - 1) / 2',
    spec: {
      family: 'nanodet',
      outputs: [0, 1, 2].flatMap((level) => [
        { name: `c${level}`, holds: 'scores', order: 'cell-major' } as const,
        { name: `d${level}`, holds: 'distances', order: 'cell-major' } as const,
      ]),
      activation: dflActivation,
      distanceBins: 8,
      cellCentre: { share: 0.5, shift: -0.5 },
    },
    anchors: 1,
    shapes: sides.flatMap((side) => [
      [side * side, 2],
      [side * side, 32],
    ]),
    empty: -20,
    write: (truth, put) => {
      const cell = truth.row * (sides[truth.level] ?? 0) + truth.column;
      [0, 1].forEach((id) => {
        put(2 * truth.level, [cell, id], logit(id === truth.classId ? truth.probability : 1e-9));
      });
      distancesOf(truth)
        .flatMap((distance) => binsOf(distance, 8))
        .forEach((value, at) => {
          put(2 * truth.level + 1, [cell, at], value);
        });
    },
    // i x stride + (stride - 1) / 2 is (i + 0.5) x stride - 0.5.
    box: (truth) => distanceBox(truth, 0.5, -0.5),
    score: only,
  },
  {
    name: 'FastestDet [5+C, S, S], scores activated in the graph',
    spec: {
      family: 'fastestdet',
      outputs: outputs(1, 'predictions', 'channel-major'),
      activation: { box: 'sigmoid', objectness: 'none', class: 'none' },
      strides: [8],
    },
    anchors: 1,
    shapes: [[7, 8, 8]],
    empty: 0,
    // tanh of the offset, sigmoid of the share of the input.
    write: (truth, put) =>
      [
        truth.objectness,
        Math.atanh(truth.x),
        Math.atanh(truth.y),
        logit(truth.width / 8),
        logit(truth.height / 8),
        ...[0, 1].map((id) => (id === truth.classId ? truth.probability : 0)),
      ].forEach((value, at) => {
        put(0, [at, truth.row, truth.column], value);
      }),
    box: ({ column, row, x, y, width, height }) =>
      corners((column + x) * 8, (row + y) * 8, (width / 8) * size, (height / 8) * size),
    score: ({ objectness, probability }) => objectness ** 0.6 * probability ** 0.4,
  },
  {
    name: 'Yolo-FastestV2 [cells, 12+3+C], activated in the graph',
    spec: {
      family: 'yolo-fastestv2',
      outputs: outputs(1, 'predictions', 'cell-major'),
      activation: { box: 'none', objectness: 'none', class: 'none' },
    },
    anchors: 3,
    shapes: [[84, 17]],
    empty: 0,
    write: (truth, put) => {
      const index = ([0, 64, 80][truth.level] ?? 0) + truth.row * (sides[truth.level] ?? 0) + truth.column;
      const [x = 0, y = 0, width = 0, height = 0, objectness = 0, ...classes] = v5Values(truth, true);
      [x, y, width, height].forEach((value, at) => {
        put(0, [index, 4 * truth.anchor + at], value);
      });
      put(0, [index, 12 + truth.anchor], objectness);
      classes.forEach((value, at) => {
        put(0, [index, 15 + at], value);
      });
    },
    box: anchorBox,
    score: product,
  },
  {
    name: 'YOLOX levels [5+C, S, S]',
    spec: {
      family: 'yolox',
      outputs: outputs(3, 'predictions', 'channel-major'),
      activation: { box: 'none', objectness: 'sigmoid', class: 'sigmoid' },
    },
    anchors: 1,
    shapes: sides.map((side) => [7, side, side]),
    empty: -20,
    write: (truth, put) =>
      [
        truth.x,
        truth.y,
        Math.log(truth.width),
        Math.log(truth.height),
        logit(truth.objectness),
        ...[0, 1].map((id) => logit(id === truth.classId ? truth.probability : 1e-9)),
      ].forEach((value, at) => {
        put(truth.level, [at, truth.row, truth.column], value);
      }),
    box: (truth) => {
      const stride = strideOf(truth);
      const { column, row, x, y, width, height } = truth;
      return corners((column + x) * stride, (row + y) * stride, width * stride, height * stride);
    },
    score: product,
  },
  {
    name: 'boxes [N, 4] as corners beside scores [C, N]',
    spec: {
      family: 'boxes-scores',
      outputs: [
        { name: 'b', holds: 'boxes', order: 'box-major' },
        { name: 's', holds: 'scores', order: 'channel-major' },
      ],
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      rows: { columns: [], box: 'x1y1x2y2', units: 'pixels' },
    },
    anchors: 1,
    shapes: [
      [84, 4],
      [2, 84],
    ],
    empty: 0,
    write: (truth, put) => {
      const index = ([0, 64, 80][truth.level] ?? 0) + truth.row * (sides[truth.level] ?? 0) + truth.column;
      distanceBox(truth, 0.5, 0).forEach((value, at) => {
        put(0, [index, at], value);
      });
      put(1, [truth.classId, index], truth.probability);
    },
    box: (truth) => distanceBox(truth, 0.5, 0),
    score: only,
  },
  {
    name: 'v4 split: boxes [N, 1, 4] as shares beside scores [N, C]',
    spec: {
      family: 'v3',
      outputs: [
        { name: 'b', holds: 'boxes', order: 'box-major' },
        { name: 's', holds: 'scores', order: 'box-major' },
      ],
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      decodedInGraph: true,
      rows: { columns: [], box: 'x1y1x2y2', units: 'relative' },
    },
    anchors: 3,
    shapes: [
      [252, 1, 4],
      [252, 2],
    ],
    empty: 0,
    write: (truth, put) => {
      const side = sides[truth.level] ?? 0;
      const index = 3 * ([0, 64, 80][truth.level] ?? 0) + truth.anchor * side * side + truth.row * side + truth.column;
      anchorBox(truth).forEach((value, at) => {
        put(0, [index, 0, at], value / size);
      });
      put(1, [index, truth.classId], truth.probability);
    },
    box: anchorBox,
    score: only,
  },
];

const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });
const anyTruth = (levels: number, anchorCount: number): fc.Arbitrary<Truth> =>
  fc.integer({ min: 0, max: levels - 1 }).chain((level) =>
    fc.record({
      level: fc.constant(level),
      row: fc.integer({ min: 0, max: (sides[level] ?? 1) - 1 }),
      column: fc.integer({ min: 0, max: (sides[level] ?? 1) - 1 }),
      anchor: fc.integer({ min: 0, max: anchorCount - 1 }),
      classId: fc.integer({ min: 0, max: 1 }),
      objectness: fc.double({ min: 0.6, max: 0.99, noNaN: true }),
      probability: fc.double({ min: 0.6, max: 0.99, noNaN: true }),
      x: share,
      y: share,
      width: fc.double({ min: 0.2, max: 3.5, noNaN: true }),
      height: fc.double({ min: 0.2, max: 3.5, noNaN: true }),
    }),
  );

function fill(shapes: Case['shapes'], empty: number): OutputValues[] {
  return shapes.map((shape) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(empty) }));
}

function offsetIn(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((offset, at, axis) => offset * (shape[axis] ?? 1) + at, 0);
}

describe.each(cases)('$name', ({ spec: changes, anchors: anchorCount, shapes, empty, write, box, score }) => {
  const spec = testSpec(size, {
    decodedInGraph: false,
    anchorsPerCell: anchorCount,
    ...(anchorCount === 1 ? {} : { anchors }),
    ...changes,
  });
  const decoder = heads[spec.family].makeDecoder(spec);

  it('gives back what was written', () => {
    fc.assert(
      fc.property(anyTruth(spec.strides.length, anchorCount), (truth) => {
        const values = fill(shapes, empty);
        write(truth, (output, index, value) => {
          const target = values[output];
          if (target === undefined) throw new Error('no such output');
          target.data[offsetIn(target.shape, index)] = value;
        });
        const { candidates, readLevels } = readCandidates(values, decoder, spec, identity, 0.2, false);
        const levels = readLevels();
        expect(candidates.count).toBe(1);
        for (const [side, edge] of box(truth).entries()) {
          expect(Math.abs((candidates.boxes[side] ?? 0) - edge)).toBeLessThan(1e-4 * Math.max(10, Math.abs(edge)));
        }
        expect(candidates.scores[0]).toBeCloseTo(score(truth), 4);
        expect(candidates.classIds[0]).toBe(truth.classId);
        expect([candidates.levels[0], candidates.rows[0], candidates.columns[0], candidates.anchors[0]]).toEqual([
          truth.level,
          truth.row,
          truth.column,
          truth.anchor,
        ]);
        const level = levels[truth.level];
        expect(level?.heat[truth.row * (level?.columns ?? 0) + truth.column]).toBeCloseTo(score(truth), 4);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses outputs that are too short or too long', () => {
    const values = fill(shapes, empty);
    for (const length of [-1, 1]) {
      const changed = values.map(({ data, shape }) => ({ shape, data: new Float32Array(data.length + length) }));
      expect(() => decoder.read(changed)).toThrow(/predictions of its grid take/);
    }
  });
});
