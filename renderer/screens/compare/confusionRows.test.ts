import { describe, expect, it } from 'vitest';
import type { EvaluatedClass } from '../../../models/types.ts';
import { confusionRows } from './confusionRows.ts';

const named = (classId: number, className: string): EvaluatedClass => ({
  classId,
  className,
  objects: 0,
  detections: 0,
  AP: null,
  AP50: null,
  AP75: null,
  AR100: null,
  interpolated50: null,
  interpolated50_95: null,
  vocAllPoint50: null,
  precision: null,
  recall: null,
  f1: null,
});

describe('confusionRows', () => {
  it('shows classes that occur, most confused first, and nothing last', () => {
    const counts = [
      [8, 0, 0, 1],
      [0, 3, 0, 0],
      [0, 0, 0, 0],
      [2, 1, 0, 0],
    ];
    const perClass = [named(0, 'cup'), named(1, 'ball'), named(2, 'never')];
    const pictures = [{ found: 3, truth: 0, pictures: [4, 7], isCut: true }];
    const confusion = { confidence: 0.25, iou: 0.45, counts, pictures };
    const { classes, rows } = confusionRows({ confusion, perClass }, 'nothing');
    const [cup, ball, nothing] = [
      { index: 0, name: 'cup' },
      { index: 1, name: 'ball' },
      { index: 3, name: 'nothing' },
    ];
    expect(classes).toEqual([cup, ball, nothing]);
    expect(rows.map(({ predicted }) => predicted)).toEqual(classes);
    // Eight of ten cups are found, two are taken for nothing.
    expect(rows[0]?.cells[0]).toEqual({ truth: cup, count: 8, share: 0.8, isRight: true, on: null });
    expect(rows[2]?.cells[0]).toEqual({
      truth: cup,
      count: 2,
      share: 0.2,
      isRight: false,
      on: { pictures: [4, 7], isCut: true },
    });
    expect(rows[0]?.cells[2]).toEqual({ truth: nothing, count: 1, share: 1, isRight: false, on: null });
  });

  it('says how many of many classes it leaves out', () => {
    const perClass = Array.from({ length: 30 }, (_, id) => named(id, `class ${id}`));
    const counts = Array.from({ length: 31 }, () => Array.from({ length: 31 }, () => 1));
    const confusion = { confidence: 0.25, iou: 0.45, counts };
    const { classes, left } = confusionRows({ confusion, perClass }, 'nothing');
    expect([classes.length, left]).toEqual([25, 6]);
    expect(confusionRows({ confusion, perClass: perClass.slice(0, 24) }, 'nothing').left).toBe(0);
  });

  it('keeps two classes of one name apart', () => {
    const counts = [
      [5, 0, 0],
      [1, 2, 0],
      [0, 0, 0],
    ];
    const { classes, rows } = confusionRows(
      { confusion: { confidence: 0.25, iou: 0.45, counts }, perClass: [named(0, 'cup'), named(1, 'cup')] },
      'nothing',
    );
    expect(classes.map(({ index, name }) => `${index} ${name}`)).toEqual(['0 cup', '1 cup', '2 nothing']);
    expect(rows.map(({ cells }) => cells.map(({ count }) => count))).toEqual(counts);
  });
});
