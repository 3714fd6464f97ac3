import { expect, it } from 'vitest';
import { en } from '../../i18n/en.ts';
import { tinyLook } from '../../testing/tinyLook.ts';
import { describeVerdict } from './describeVerdict.ts';

const look = tinyLook(
  640,
  [
    { box: [0, 0, 9, 9], score: 0.87, cell: { level: 1, row: 3, column: 6 } },
    { box: [0, 0, 9, 9], score: 0.5, classId: 1 },
  ],
  { strides: [8, 16] },
);

it.each([
  [
    { kind: 'found', candidate: 0, iou: 0.9, steps: 0 },
    'found by its own cell (row\u00a03 ·\u00a0col\u00a06 of stride 16), score 0.87',
  ],
  [
    { kind: 'found', candidate: 0, iou: 0.9, steps: 1 },
    'found by a cell next to its own (row\u00a03 ·\u00a0col\u00a06 of stride 16), score 0.87',
  ],
  [
    { kind: 'found', candidate: 0, iou: 0.9, steps: 4 },
    'found by a cell 4 away from its own (row\u00a03 ·\u00a0col\u00a06 of stride 16), score 0.87',
  ],
  [{ kind: 'found', candidate: 1, iou: 0.9, steps: null }, 'found, score 0.50'],
  [{ kind: 'other-class', candidate: 1 }, 'taken for dog, score 0.50'],
  [{ kind: 'misplaced', candidate: 0, iou: 0.41 }, 'a box of score 0.87 fits badly (IoU 0.41)'],
  [{ kind: 'suppressed', candidate: 1, by: 0 }, 'its box was suppressed by cat 0.87'],
  [{ kind: 'taken', candidate: 0 }, 'its cells found another object, score 0.87'],
  [{ kind: 'weak', score: 0.08 }, 'no cell fired: best score 0.08'],
  [{ kind: 'weak', score: 0 }, 'no cell fired: nothing above 0.01'],
] as const)('%j reads %j', (verdict, sentence) => {
  expect(describeVerdict(verdict, { look }, en)).toBe(sentence);
});
