import { describe, expect, it } from 'vitest';
import { classColor } from '../../models/geometry/classColor.ts';
import { shareClasses } from './sharedClasses.ts';

const named = (names: readonly string[]) => names.map((className, classId) => ({ classId, className }));

describe('shareClasses', () => {
  it('gives a class one number and one colour in all panes, whatever its number in each', () => {
    const baseline = ['cup', 'ball', 'car'];
    const variants = [
      ['car', 'cup', 'ball'],
      ['ball', 'car', 'cup'],
    ];
    const { numberOf, colorOf } = shareClasses([baseline, ...variants]);
    for (const names of [baseline, ...variants]) {
      const numbers = names.map((name) => baseline.indexOf(name));
      expect(named(names).map(numberOf)).toEqual(numbers);
      expect(named(names).map(colorOf)).toEqual(numbers.map(classColor));
    }
  });

  it('leaves the baseline the colours that it has alone', () => {
    const names = ['cup', 'ball', 'car'];
    const { colorOf } = shareClasses([names, ['car', 'cat']]);
    expect(named(names).map(colorOf)).toEqual([classColor(0), classColor(1), classColor(2)]);
  });

  it('gives classes that only variants have numbers of their own, the same in all variants', () => {
    const { numberOf } = shareClasses([
      ['cup', 'ball'],
      ['cat', 'ball'],
      ['ball', 'dog', 'cat'],
    ]);
    expect(named(['cat', 'ball']).map(numberOf)).toEqual([2, 1]);
    expect(named(['ball', 'dog', 'cat']).map(numberOf)).toEqual([1, 3, 2]);
  });

  it('takes no heed of spelling, and keeps two classes of one name apart', () => {
    const { numberOf } = shareClasses([
      ['person', 'traffic light', 'person'],
      ['Traffic_Light', 'stop sign', 'person'],
      ['Stop-sign', 'person'],
    ]);
    expect(named(['person', 'traffic light', 'person']).map(numberOf)).toEqual([0, 1, 2]);
    expect(named(['Traffic_Light', 'stop sign', 'person']).map(numberOf)).toEqual([1, 3, 2]);
    expect(named(['Stop-sign', 'person']).map(numberOf)).toEqual([3, 0]);
  });

  it('goes by numbers where a variant has other words for all classes, and where a class has no known name', () => {
    const { numberOf } = shareClasses([
      ['cup', 'ball'],
      ['Tasse', 'Kugel'],
    ]);
    expect(named(['Tasse', 'Kugel']).map(numberOf)).toEqual([0, 1]);
    expect(numberOf({ classId: 5, className: 'class 5' })).toBe(5);
  });
});
