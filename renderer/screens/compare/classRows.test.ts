import { describe, expect, it } from 'vitest';
import { makeCompareReport, withLabels } from '../../../models/testing/compareReport.ts';
import { classRows, sortClassRows } from './classRows.ts';

describe('the classes of a comparison', () => {
  const row = (className: string, ap: number | null, f1 = 1) => ({
    classId: 0,
    className,
    matched: 1,
    lost: 0,
    extra: 0,
    f1,
    ap,
    apBefore: null,
  });
  const names = (rows: readonly { readonly className: string }[]) => rows.map(({ className }) => className);

  it('sorts by AP, what has none behind either way', () => {
    const rows = [row('cup', null), row('ball', 0.9), row('book', 0.1)];
    expect(names(sortClassRows(rows, { column: 'ap', descending: true }))).toEqual(['ball', 'book', 'cup']);
    expect(names(sortClassRows(rows, { column: 'ap', descending: false }))).toEqual(['book', 'ball', 'cup']);
    expect(names(sortClassRows(rows, { column: 'className', descending: false }))).toEqual(['ball', 'book', 'cup']);
    expect(names(sortClassRows(rows, null))).toEqual(['cup', 'ball', 'book']);
  });

  it('has the AP of the model and of the baseline beside each class', () => {
    const [baseline, small] = withLabels(makeCompareReport()).models;
    const evaluation = baseline?.evaluation;
    if (small?.evaluation === undefined || evaluation === undefined) throw new Error('nothing was measured');
    const classes = small.evaluation.perClass.map(({ classId, className }) => ({
      classId,
      className,
      matched: 1,
      lost: 0,
      extra: 0,
      f1: 1,
    }));
    const weaker = {
      evaluation: { ...evaluation, perClass: evaluation.perClass.map((one) => ({ ...one, AP: 0.25 })) },
    };
    const rows = classRows({ ...small, classes }, weaker);
    expect(rows?.map(({ className, ap, apBefore }) => [className, ap, apBefore])).toEqual([
      ['class 0', 0.5, 0.25],
      ['class 1', 0.5, 0.25],
    ]);
    expect(classRows({ ...small, classes }, undefined)).toMatchObject([{ apBefore: null }, { apBefore: null }]);
    expect(classRows(undefined, weaker)).toBeNull();
  });
});
