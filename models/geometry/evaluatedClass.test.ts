import { expect, it } from 'vitest';
import type { EvaluatedClass } from '../types.ts';
import { findEvaluatedClass } from './evaluatedClass.ts';

const compared = [
  { classId: 0, className: 'traffic light' },
  { classId: 1, className: 'ball' },
];

function evaluated(...names: string[]): { perClass: EvaluatedClass[] } {
  const nothing = { AP: null, AP50: null, AP75: null, AR100: null, interpolated50: null, interpolated50_95: null };
  const rest = { ...nothing, vocAllPoint50: null, precision: null, recall: null, f1: null, objects: 0, detections: 0 };
  return { perClass: names.map((className, classId) => ({ classId, className, ...rest })) };
}

it('finds the figures of a class by its name, by number only where no name fits', () => {
  const find = (names: string[]) =>
    compared.map((one) => findEvaluatedClass(evaluated(...names), one, compared)?.className);
  expect(find(['Ball', 'cup', 'Traffic_Light'])).toEqual(['Traffic_Light', 'Ball']);
  expect(find(['cup', 'ball'])).toEqual([undefined, 'ball']);
  expect(find(['Ampel', 'Kugel'])).toEqual(['Ampel', 'Kugel']);
  expect(findEvaluatedClass(undefined, { classId: 0, className: 'ball' }, compared)).toBeUndefined();
});
