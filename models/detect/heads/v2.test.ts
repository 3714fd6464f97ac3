import { describe, expect, it } from 'vitest';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';

const folder = temporaryFolder();
const logit = (share: number) => Math.log(share / (1 - share));
/** One grid of 2 x 2 cells of stride 32. */
const size = [64, 64] as const;

/** Raw values of an object in row 0, column 1 under the second of five anchors, a share of 0.9 for class 1. */
function grid(tail: Tail, classes: number, output?: string): string {
  const values = 5 + classes;
  const known = [logit(0.25), logit(0.5), 0, -Math.log(4), logit(0.8)];
  // e^s / (e^s + C - 1) = 0.9
  const score = Math.log(9 * (classes - 1));
  return tail.map(output ?? 'grid', 5 * values, 32, (channel, row, column) => {
    const [anchor, value] = [Math.floor(channel / values), channel % values];
    if (row !== 0 || column !== 1 || anchor !== 1) return value === 4 ? -15 : 0;
    return known[value] ?? (value === 6 ? score : 0);
  });
}

const leaky = (tail: Tail, layers = 0) => {
  tail.node('LeakyRelu', [tail.map('backbone', 4, 8)]);
  for (let layer = 0; layer < layers; layer += 1) tail.map(`layer${layer}`, 4, 8);
};

/**
 * Redmon and Farhadi, YOLO9000 (2016): x = (0.25 + 1) x 32 = 40, y = (0.5 + 0) x 32 = 16, w = anchor, h = anchor / 4, score =
 * 0.8 x 0.9; the second published anchor is, in cells, 1.87446 x 2.06253 (yolov2.cfg), 3.42 x 4.41 (yolov2-tiny-voc.cfg) and
 * 3.19275 x 4.00944 (yolov2-voc.cfg).
 */
const forms = [
  { name: 'three classes, those of COCO', classes: 3, layers: 0, width: 1.87446 * 32, height: 2.06253 * 8 },
  { name: 'VOC, tiny', classes: 20, layers: 0, width: 3.42 * 32, height: 4.41 * 8 },
  { name: 'VOC', classes: 20, layers: 20, width: 3.19275 * 32, height: 4.00944 * 8 },
  {
    name: 'anchors of the metadata, in cells',
    classes: 3,
    layers: 0,
    width: 1.25 * 32,
    height: 1.5 * 8,
    anchors: '0.5,0.75, 1.25,1.5, 3,4, 5,2.5, 6,6',
  },
];

describe.each(forms)('$name', ({ classes, layers, width, height, anchors }) => {
  const metadata = {
    names: `{${Array.from({ length: classes }, (_, id) => `${id}: 'n${id}'`).join(', ')}}`,
    ...(anchors === undefined ? {} : { anchors }),
  };
  const make = (turn: boolean) =>
    tailModel(
      size,
      (tail) => {
        leaky(tail, layers);
        return turn ? [tail.transpose(grid(tail, classes), [0, 2, 3, 1], 'output')] : [grid(tail, classes, 'output')];
      },
      metadata,
    );

  it('is YOLOv2, and says where its anchors come from', () => {
    const { reading, warnings } = readingOf(make(false));
    expect(reading).toMatchObject({
      family: 'v2',
      classes,
      strides: [32],
      anchorsPerCell: 5,
      activation: { class: 'softmax' },
      input: { resize: 'stretch' },
    });
    expect(reading.evidence.join()).toContain(anchors === undefined ? 'was published with' : 'The metadata list');
    expect(warnings.join().includes('anchors')).toBe(anchors === undefined);
  });

  it.each([false, true])('finds the object, channels last: %s', async (turn) => {
    const [found, ...others] = await findBoxes(folder, make(turn));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ classId: 1, cell: { stride: 32, row: 0, column: 1, anchor: 1 } });
    expect(found?.score).toBeCloseTo(0.72, 5);
    const box = [40 - width / 2, 16 - height / 2, 40 + width / 2, 16 + height / 2];
    for (const [side, edge] of box.entries()) {
      expect(found?.box[side]).toBeCloseTo(Math.max(0, Math.min(64, edge)), 3);
    }
  });
});

it('takes five times anything for YOLOv2 only where names or operators speak for it', () => {
  const { reading } = readingOf(
    tailModel(size, (tail) => {
      leaky(tail);
      return [grid(tail, 3, 'output')];
    }),
  );
  expect(reading.family).toBe('v2');
  expect(() => readingOf(tailModel(size, (tail) => [grid(tail, 3, 'output')]))).toThrow();
});
