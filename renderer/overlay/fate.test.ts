import { describe, expect, it } from 'vitest';
import { tinyLook } from '../testing/tinyLook.ts';
import { fateOf, linksOf, linksTo } from './fate.ts';
import { showBoxes } from './selection.ts';

// Overlaps by hand: [0, 0, 10, 10] and [0, 0, 10, 8] share 80 of 100; [0, 0, 10, 9] and the first 90 of 100.
const look = tinyLook(100, [
  { box: [0, 0, 10, 8], score: 0.6 },
  { box: [0, 0, 10, 10], score: 0.8 },
  { box: [0, 0, 10, 9], score: 0.7 },
  { box: [50, 50, 90, 90], score: 0.9, classId: 1 },
  { box: [20, 20, 30, 30], score: 0.1 },
  { box: [200, 20, 230, 30], score: 0.5 },
]);
const shown = showBoxes(look, 0.25, 0.7);

describe('fateOf', () => {
  it('ranks what is kept, and names by rank what suppressed', () => {
    expect(fateOf(look, shown, 0.25, 3)).toEqual({ kind: 'kept', rank: 1 });
    expect(fateOf(look, shown, 0.25, 1)).toEqual({ kind: 'kept', rank: 2 });
    const lost = fateOf(look, shown, 0.25, 0);
    expect(lost).toMatchObject({ kind: 'suppressed', by: 1, rank: 2 });
    expect(lost.kind === 'suppressed' && lost.iou).toBeCloseTo(0.8, 6);
  });

  it('tells the weak from those outside the picture', () => {
    expect(fateOf(look, shown, 0.25, 4)).toEqual({ kind: 'weak' });
    expect(fateOf(look, shown, 0.25, 5)).toEqual({ kind: 'outside' });
  });

  it('tells what came after the last box that is shown', () => {
    const boxes = Array.from({ length: 301 }, (_, index) => ({ box: [index, 0, index + 1, 1] as const, score: 0.5 }));
    const crowd = tinyLook(400, boxes);
    expect(fateOf(crowd, showBoxes(crowd, 0.25, 0.7), 0.25, 300)).toEqual({ kind: 'too-many' });
  });
});

describe('links', () => {
  it('lead from everything that a box suppressed, the strongest first', () => {
    expect(linksTo(look, shown, 1).map(({ from, to }) => [from, to])).toEqual([
      [2, 1],
      [0, 1],
    ]);
    expect(linksTo(look, shown, 1)[0]?.iou).toBeCloseTo(0.9, 6);
    expect(linksTo(look, shown, 3)).toEqual([]);
  });

  it('lead from a suppressed candidate to its suppressor, and nowhere from a weak one', () => {
    expect(linksOf(look, shown, [0, 4]).map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
    expect(linksOf(look, shown, [1])).toEqual(linksTo(look, shown, 1));
  });

  it('do not exist where the graph suppresses', () => {
    const finished = { ...look, nmsInGraph: true };
    expect(linksTo(finished, showBoxes(finished, 0.25, 0.7), 1)).toEqual([]);
  });
});
