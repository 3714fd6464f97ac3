import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeImage } from '../geometry/letterbox.ts';
import { testSpec } from '../testing/testSpec.ts';
import type { DetectorSpec, HeadFamily } from '../types.ts';
import { readCandidates } from './candidates.ts';
import type { OutputValues } from './heads/head.ts';
import { heads } from './heads/registry.ts';

const size = 64;
/** Cells of the strides 8, 16 and 32 at 64 x 64. */
const cellCount = 64 + 16 + 4;
const identity = placeImage(size, size, size, size, 'letterbox-center');

interface Prediction {
  readonly level: number;
  readonly row: number;
  readonly column: number;
  readonly anchor: number;
  readonly classId: number;
  readonly score: number;
  /** Centre and size in input pixels. */
  readonly box: readonly [number, number, number, number];
}

/** Families whose outputs are decoded in the graph, and YOLOX; for the others see heads/grids.test.ts. */
type Family = Extract<HeadFamily, 'v8' | 'v5' | 'yolox' | 'end-to-end' | 'nms' | 'rt-detr'>;

/** How each family writes a box and its scores, from the definition of its head: the inverse of decoding. */
function encode(family: Family, { level, row, column, classId, score, box }: Prediction): number[] {
  const stride = 8 << level;
  const classes = [0, 1].map((id) => (id === classId ? score : 0));
  const [x, y, width, height] = box;
  switch (family) {
    case 'v8':
      return [...box, ...classes];
    case 'v5':
      return [...box, 0.5, ...classes.map((value) => value * 2)];
    case 'yolox':
      return [
        x / stride - column,
        y / stride - row,
        Math.log(width / stride),
        Math.log(height / stride),
        1,
        ...classes,
      ];
    case 'end-to-end':
    case 'nms':
      return [x - width / 2, y - height / 2, x + width / 2, y + height / 2, score, classId];
    case 'rt-detr':
      return [...box.map((value) => value / size), ...classes];
  }
}

interface Layout {
  readonly family: Family;
  readonly order: DetectorSpec['outputs'][number]['order'];
  readonly anchors: number;
}

const layouts: readonly Layout[] = [
  { family: 'v8', order: 'channel-major', anchors: 1 },
  { family: 'v8', order: 'box-major', anchors: 1 },
  { family: 'v5', order: 'box-major', anchors: 3 },
  { family: 'yolox', order: 'box-major', anchors: 1 },
  { family: 'end-to-end', order: 'box-major', anchors: 1 },
  { family: 'nms', order: 'box-major', anchors: 1 },
  { family: 'rt-detr', order: 'box-major', anchors: 1 },
];

/** Families whose boxes come in rows, without a grid. */
const rowFamilies: readonly Family[] = ['end-to-end', 'nms', 'rt-detr'];

function specOf({ family, order, anchors }: Layout): DetectorSpec {
  return testSpec(size, {
    family,
    outputs: [{ name: 'output0', holds: 'predictions', order }],
    anchorsPerCell: anchors,
    activation: { box: 'none', objectness: family === 'v5' || family === 'yolox' ? 'none' : 'absent', class: 'none' },
    decodedInGraph: family !== 'yolox',
    nmsInGraph: rowFamilies.includes(family),
    strides: rowFamilies.includes(family) ? [] : [8, 16, 32],
    ...(family === 'rt-detr'
      ? { rows: { columns: ['box', 'classes'], box: 'centre-size', units: 'relative' } as const }
      : {}),
  });
}

/** The raw output in which one prediction is made and all others have no score. */
function rawWith(layout: Layout, prediction: Prediction) {
  const { level, row, column, anchor } = prediction;
  const side = 8 >> level;
  const start = layout.anchors * ([0, 64, 80][level] ?? 0);
  const index = rowFamilies.includes(layout.family) ? 3 : start + anchor * side * side + row * side + column;
  const count = rowFamilies.includes(layout.family) ? 10 : layout.anchors * cellCount;
  const values = encode(layout.family, prediction);
  const data = new Float32Array(values.length * count);
  for (const [channel, value] of values.entries()) {
    data[layout.order === 'channel-major' ? channel * count + index : index * values.length + channel] = value;
  }
  return { data, shape: layout.order === 'channel-major' ? [values.length, count] : [count, values.length] };
}

function read(raw: OutputValues, spec: DetectorSpec, placement = identity, floor = 0.05, multiLabel = false) {
  return readCandidates([raw], heads[spec.family].makeDecoder(spec), spec, placement, floor, multiLabel);
}

const anyPrediction = (anchors: number): fc.Arbitrary<Prediction> =>
  fc.integer({ min: 0, max: 2 }).chain((level) =>
    fc.record({
      level: fc.constant(level),
      row: fc.integer({ min: 0, max: (8 >> level) - 1 }),
      column: fc.integer({ min: 0, max: (8 >> level) - 1 }),
      anchor: fc.integer({ min: 0, max: anchors - 1 }),
      classId: fc.integer({ min: 0, max: 1 }),
      score: fc.double({ min: 0.1, max: 0.5, noNaN: true }),
      box: fc.tuple(
        fc.double({ min: 10, max: 50, noNaN: true }),
        fc.double({ min: 10, max: 50, noNaN: true }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.double({ min: 1, max: 20, noNaN: true }),
      ),
    }),
  );

describe.each(layouts)('reading $family, $order', (layout) => {
  it('gives back the box, class, score and cell that were written', () => {
    fc.assert(
      fc.property(anyPrediction(layout.anchors), (prediction) => {
        const { candidates, readLevels } = read(rawWith(layout, prediction), specOf(layout));
        const levels = readLevels();
        expect(candidates.count).toBe(1);
        const [x, y, width, height] = prediction.box;
        const expected = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
        for (const [index, value] of expected.entries()) expect(candidates.boxes[index]).toBeCloseTo(value, 3);
        expect(candidates.scores[0]).toBeCloseTo(prediction.score, 5);
        expect(candidates.classIds[0]).toBe(prediction.classId);
        if (rowFamilies.includes(layout.family)) {
          expect(candidates.levels[0]).toBe(255);
          expect(levels).toEqual([]);
          return;
        }
        expect(candidates.levels[0]).toBe(prediction.level);
        expect(candidates.rows[0]).toBe(prediction.row);
        expect(candidates.columns[0]).toBe(prediction.column);
        expect(candidates.anchors[0]).toBe(prediction.anchor);
        const level = levels[prediction.level];
        const cell = prediction.row * (level?.columns ?? 0) + prediction.column;
        expect(level?.heat[cell]).toBeCloseTo(prediction.score, 5);
        expect(level?.classIds[cell]).toBe(prediction.classId);
        expect(levels.reduce((sum, { heat }) => sum + heat.filter((value) => value > 0.05).length, 0)).toBe(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('candidates', () => {
  const layout = { family: 'v8', order: 'box-major', anchors: 1 } as const;
  const prediction = { level: 0, row: 1, column: 2, anchor: 0, classId: 0, score: 0.4, box: [20, 20, 8, 8] } as const;

  it('count once per class above the floor when several labels are wanted', () => {
    const raw = rawWith(layout, prediction);
    const index = 8 + 2;
    raw.data[6 * index + 5] = 0.3;
    const labels = (multiLabel: boolean) => read(raw, specOf(layout), identity, 0.05, multiLabel).candidates.classIds;
    expect([...labels(false)]).toEqual([0]);
    expect([...labels(true)]).toEqual([0, 1]);
  });

  it('are in image pixels: the bars are taken off and the scale undone', () => {
    // A 128 x 64 picture at half size lies in rows 16..48 of the input.
    const placement = placeImage(128, 64, size, size, 'letterbox-center');
    const { candidates } = read(rawWith(layout, prediction), specOf(layout), placement);
    expect([...candidates.boxes]).toEqual([32, 0, 48, 16]);
  });

  it('above 30,000 are cut by score and stay in order', () => {
    const count = 40_000;
    const spec = specOf({ family: 'end-to-end', order: 'box-major', anchors: 1 });
    const data = new Float32Array(6 * count);
    for (let index = 0; index < count; index += 1) data[6 * index + 4] = 0.1 + (0.8 * ((index * 7919) % count)) / count;
    const { candidates } = read({ data, shape: [count, 6] }, spec);
    expect(candidates.count).toBe(30_000);
    // The weakest quarter is gone: scores were spread evenly over 0.1 .. 0.9.
    expect(Math.min(...candidates.scores)).toBeCloseTo(0.3, 4);
  });
});
