import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCandidates } from '../../../detect/candidates.ts';
import { heads } from '../../../detect/heads/registry.ts';
import { placeImage } from '../../../geometry/letterbox.ts';
import { testSpec } from '../../../testing/testSpec.ts';
import type { DetectorSpec, HeadFamily, OutputSpec } from '../../../types.ts';
import { decode } from './example/decode.mjs';

/**
 * The example of a bundle decodes by itself, in plain code made for reading. Both must see the same in any outputs, or one of
 * them is wrong.
 */

const size = 64;
const identity = placeImage(size, size, size, size, 'stretch');
const sides = [8, 4, 2];
const cells = 84;
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
    [16, 90],
    [56, 198],
    [37, 32],
  ],
] as const;

type Changes = Partial<Omit<DetectorSpec, 'input' | 'family'>>;
type Order = OutputSpec['order'];
const output = (holds: OutputSpec['holds'], order: Order, name = holds as string): OutputSpec => ({
  name,
  holds,
  order,
});
const levels = (order: Order) => sides.map((side) => output('predictions', order, `o${side}`));
const raw = { box: 'sigmoid', objectness: 'sigmoid', class: 'sigmoid' } as const;
const plain = { box: 'none', objectness: 'none', class: 'none' } as const;
const bare = { box: 'none', objectness: 'absent', class: 'sigmoid' } as const;
const three = { anchorsPerCell: 3, anchors } as const;
const undecoded = { decodedInGraph: false } as const;
const rowsOf = (columns: NonNullable<DetectorSpec['rows']>['columns'], more = {}): Changes => ({
  strides: [],
  nmsInGraph: true,
  activation: { box: 'none', objectness: 'absent', class: 'none' },
  rows: { columns, box: 'x1y1x2y2', units: 'pixels', ...more },
});

const cases: [HeadFamily, string, Changes, number[][]][] = [
  [
    'v8',
    'channel-major',
    { outputs: [output('predictions', 'channel-major')], activation: { ...plain, objectness: 'absent' } },
    [[6, cells]],
  ],
  [
    'v8',
    'box-major with an angle',
    {
      outputs: [output('predictions', 'box-major')],
      activation: { ...plain, objectness: 'absent' },
      extraValues: { holds: 'angle', count: 1 },
    },
    [[cells, 7]],
  ],
  [
    'v5',
    'joined, decoded',
    { outputs: [output('predictions', 'box-major')], activation: plain, ...three },
    [[3 * cells, 7]],
  ],
  [
    'v5',
    'joined, sigmoid applied',
    { outputs: [output('predictions', 'box-major')], activation: plain, ...three, ...undecoded },
    [[3 * cells, 7]],
  ],
  [
    'v5',
    'levels, raw',
    { outputs: levels('channel-major'), activation: raw, ...three, ...undecoded },
    sides.map((side) => [21, side, side]),
  ],
  [
    'v5',
    'levels by anchor',
    { outputs: levels('box-major'), activation: raw, ...three, ...undecoded },
    sides.map((side) => [3, side, side, 7]),
  ],
  [
    'v5',
    'joined cell by cell, decoded, in shares of the picture',
    {
      outputs: [output('predictions', 'cell-major')],
      activation: plain,
      rows: { columns: [], box: 'centre-size', units: 'relative' },
      ...three,
    },
    [[3 * cells, 7]],
  ],
  [
    'v3',
    'levels whose centres are scaled, of fewer cells than the size has room for',
    {
      outputs: levels('channel-major'),
      activation: raw,
      centreScale: [1.2, 1.1, 1.05],
      grids: [
        [7, 8],
        [4, 3],
        [1, 2],
      ],
      ...three,
      ...undecoded,
    },
    [
      [21, 7, 8],
      [21, 4, 3],
      [21, 1, 2],
    ],
  ],
  [
    'v3',
    'levels, channels last',
    { outputs: levels('cell-major'), activation: raw, ...three, ...undecoded },
    sides.map((side) => [side, side, 21]),
  ],
  [
    'v3',
    'split',
    {
      outputs: [output('boxes', 'box-major'), output('scores', 'box-major')],
      activation: { ...plain, objectness: 'absent' },
      rows: { columns: [], box: 'x1y1x2y2', units: 'relative' },
      ...three,
    },
    [
      [3 * cells, 1, 4],
      [3 * cells, 2],
    ],
  ],
  [
    'v2',
    'one grid',
    {
      outputs: [output('predictions', 'channel-major')],
      activation: { ...raw, class: 'softmax' },
      strides: [8],
      anchorsPerCell: 3,
      anchors: [anchors[0]],
      ...undecoded,
    },
    [[21, 8, 8]],
  ],
  [
    'yolox',
    'joined, raw',
    { outputs: [output('predictions', 'box-major')], activation: plain, ...undecoded },
    [[cells, 7]],
  ],
  [
    'yolox',
    'levels',
    { outputs: levels('channel-major'), activation: { ...raw, box: 'none' }, ...undecoded },
    sides.map((side) => [7, side, side]),
  ],
  [
    'dfl',
    'levels',
    { outputs: levels('channel-major'), activation: bare, distanceBins: 16, ...undecoded },
    sides.map((side) => [66, side, side]),
  ],
  [
    'dfl',
    'in pairs',
    {
      outputs: sides.flatMap((side) => [
        output('distances', 'channel-major', `d${side}`),
        output('scores', 'channel-major', `s${side}`),
      ]),
      activation: bare,
      distanceBins: 1,
      ...undecoded,
    },
    sides.flatMap((side) => [
      [4, side, side],
      [2, side, side],
    ]),
  ],
  [
    'nanodet',
    'joined',
    {
      outputs: [output('predictions', 'box-major')],
      activation: bare,
      distanceBins: 8,
      cellCentre: { share: 0, shift: 0 },
      ...undecoded,
    },
    [[cells, 34]],
  ],
  [
    'nanodet',
    'in pairs',
    {
      outputs: sides.flatMap((side) => [
        output('scores', 'cell-major', `s${side}`),
        output('distances', 'cell-major', `d${side}`),
      ]),
      activation: bare,
      distanceBins: 8,
      cellCentre: { share: 0.5, shift: -0.5 },
      ...undecoded,
    },
    sides.flatMap((side) => [
      [side * side, 2],
      [side * side, 32],
    ]),
  ],
  [
    'boxes-scores',
    'corners',
    {
      outputs: [output('boxes', 'box-major'), output('scores', 'channel-major')],
      activation: { ...bare, class: 'none' },
      rows: { columns: [], box: 'x1y1x2y2', units: 'pixels' },
    },
    [
      [cells, 4],
      [2, cells],
    ],
  ],
  [
    'boxes-scores',
    'centre and size',
    {
      outputs: [output('boxes', 'channel-major'), output('scores', 'box-major')],
      activation: bare,
      rows: { columns: [], box: 'centre-size', units: 'pixels' },
    },
    [
      [4, cells],
      [cells, 2],
    ],
  ],
  [
    'fastestdet',
    'one grid',
    { outputs: [output('predictions', 'channel-major')], activation: plain, strides: [8], ...undecoded },
    [[7, 8, 8]],
  ],
  [
    'yolo-fastestv2',
    'joined',
    { outputs: [output('predictions', 'cell-major')], activation: plain, ...three, ...undecoded },
    [[cells, 17]],
  ],
  [
    'yolo-fastestv2',
    'levels',
    {
      outputs: levels('cell-major'),
      activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'softmax' },
      ...three,
      ...undecoded,
    },
    sides.map((side) => [side, side, 17]),
  ],
  [
    'end-to-end',
    'rows',
    { outputs: [output('predictions', 'box-major')], ...rowsOf(['box', 'score', 'class']) },
    [[20, 6]],
  ],
  [
    'nms',
    'rows with the batch first',
    { outputs: [output('predictions', 'box-major')], ...rowsOf(['batch', 'box', 'class', 'score']) },
    [[20, 7]],
  ],
  [
    'nms',
    'outputs of their own with a count',
    {
      outputs: [
        output('count', 'box-major'),
        output('boxes', 'box-major'),
        output('scores', 'box-major'),
        output('classes', 'box-major'),
      ],
      ...rowsOf([], { box: 'y1x1y2x2' }),
    },
    [[1], [20, 4], [20], [20]],
  ],
  [
    'rt-detr',
    'relative, every class',
    {
      outputs: [output('predictions', 'box-major')],
      ...rowsOf(['box', 'classes'], { box: 'centre-size', units: 'relative' }),
    },
    [[20, 6]],
  ],
  [
    'rt-detr',
    'boxes and logits',
    {
      outputs: [output('boxes', 'box-major'), output('scores', 'box-major')],
      ...rowsOf([], { box: 'centre-size', units: 'relative' }),
      activation: bare,
    },
    [
      [20, 4],
      [20, 2],
    ],
  ],
];

describe.each(cases)('the example decodes %s (%s)', (family, _form, changes, shapes) => {
  it('as the engine does', () => {
    const spec = testSpec(size, { family, ...changes });
    const decoder = heads[family].makeDecoder(spec);
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    const values = fc.tuple(
      ...shapes.map((shape) => {
        const length = shape.reduce((a, b) => a * b, 1);
        return fc.array(share, { minLength: length, maxLength: length });
      }),
    );
    fc.assert(
      fc.property(values, (arrays) => {
        const given = arrays.map((array, index) => ({ data: Float32Array.from(array), shape: shapes[index] ?? [] }));
        const { candidates } = readCandidates(given, decoder, spec, identity, 0.3, false);
        const found = decode(
          given.map(({ data, shape }) => ({ data, dims: shape })),
          spec,
          0.3,
        );
        // A score at the threshold may fall on either side of it.
        const clear = found.filter(({ score }) => Math.abs(score - 0.3) > 1e-5);
        const indices = Array.from(candidates.scores.keys()).filter(
          (index) => Math.abs((candidates.scores[index] ?? 0) - 0.3) > 1e-5,
        );
        expect(clear.length).toBe(indices.length);
        for (const [at, index] of indices.entries()) {
          const candidate = clear[at];
          expect(candidate?.classId).toBe(candidates.classIds[index]);
          expect(candidate?.score).toBeCloseTo(candidates.scores[index] ?? 0, 4);
          for (const [side, edge] of (candidate?.box ?? []).entries()) {
            expect(edge).toBeCloseTo(candidates.boxes[4 * index + side] ?? 0, 2);
          }
        }
      }),
      { numRuns: 5 },
    );
  });
});
