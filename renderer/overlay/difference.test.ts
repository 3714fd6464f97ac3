import { expect, it } from 'vitest';
import { type TinyCandidate, tinyLook } from '../testing/tinyLook.ts';
import { compareBoxes } from './difference.ts';
import { showBoxes } from './selection.ts';

const see = (candidates: readonly TinyCandidate[], classNames: readonly string[]) => {
  const look = tinyLook(100, candidates, { classNames });
  return { look, boxes: showBoxes(look, 0.25, 0.45) };
};

const [left, right] = [
  { box: [5, 5, 40, 40], score: 0.9 },
  { box: [60, 60, 95, 95], score: 0.8 },
] as const;
const baseline = see(
  [
    { ...left, classId: 0 },
    { ...right, classId: 1 },
  ],
  ['cat', 'dog', 'cow'],
);

it('matches by the names of classes, whatever their order in the variant', () => {
  const variant = see(
    [
      { ...left, classId: 2 },
      { ...right, classId: 0 },
    ],
    ['dog', 'cow', 'cat'],
  );
  const { match, variant: boxes } = compareBoxes(baseline, variant);
  expect(match).toMatchObject({ pairs: [{ iou: 1 }, { iou: 1 }], lost: [], extra: [], changedClass: [] });
  expect(boxes.map(({ classId, className }) => [classId, className])).toEqual([
    [0, 'cat'],
    [1, 'dog'],
  ]);
});

it('tells another class by its name, where the ids are the same', () => {
  const { match } = compareBoxes(baseline, see([{ ...left, classId: 0 }], ['dog', 'cow', 'cat']));
  expect(match).toMatchObject({ pairs: [], lost: [0, 1], extra: [0], changedClass: [{ baseline: 0, variant: 0 }] });
});

it('matches nothing of models that have no classes in common', () => {
  const { match } = compareBoxes(baseline, see([{ ...left, classId: 0 }], ['pear']));
  expect(match).toMatchObject({ pairs: [], extra: [0], changedClass: [{ baseline: 0, variant: 0 }] });
});
