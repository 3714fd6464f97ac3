import { expect, it } from 'vitest';
import { evenlySpread } from './samples.ts';

it('spreads the chosen items evenly and takes all of a short list', () => {
  expect(evenlySpread([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(evenlySpread([], 5)).toEqual([]);
  for (const [length, count] of [
    [10, 3],
    [364, 300],
    [1000, 7],
    [5, 1],
  ] as const) {
    const items = Array.from({ length }, (_, index) => index);
    const chosen = evenlySpread(items, count);
    expect(chosen).toHaveLength(count);
    const gaps = chosen.slice(1).map((item, index) => item - (chosen[index] ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - length / count)).toBeLessThan(1);
  }
});
