import { expect, it } from 'vitest';
import { matchClassNames } from './classMap.ts';

it('goes by names in any order, by ids where names differ, and nowhere else', () => {
  expect(matchClassNames(['cup', 'ball', 'car'], ['car', 'cup', 'ball'])).toEqual([2, 0, 1]);
  expect(matchClassNames(['traffic light', 'ball'], ['Ball', 'Traffic_Light'])).toEqual([1, 0]);
  expect(matchClassNames(['cup', 'ball'], ['eins', 'zwei'])).toEqual([0, 1]);
  expect(matchClassNames(['cup', 'ball'], ['cat'])).toBeNull();
});

it('keeps two classes of one name apart', () => {
  expect(matchClassNames(['person', 'person', 'car'], ['person', 'person', 'car'])).toEqual([0, 1, 2]);
});
