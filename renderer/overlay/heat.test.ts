import { expect, it } from 'vitest';
import { heatPixels, heatValue, ownSource } from './heat.ts';
import { shareClasses } from './sharedClasses.ts';

it('rises with the score, and leaves background cells clear', () => {
  const heat = Float32Array.of(0, 0.02, 0.05, 0.3, 0.7, 1);
  const pixels = heatPixels({ stride: 8, rows: 2, columns: 3, heat, classIds: new Uint16Array(6) }, 'score');
  const alpha = Array.from({ length: 6 }, (_, cell) => pixels[4 * cell + 3] ?? -1);
  expect(alpha.slice(0, 2)).toEqual([0, 0]);
  for (let cell = 2; cell < 6; cell += 1) expect(alpha[cell] ?? 0).toBeGreaterThan(alpha[cell - 1] ?? 0);
  expect(alpha[5]).toBeLessThan(255);
});

it('is the best score, the objectness, or the score of one class alone', () => {
  const level = {
    stride: 8,
    rows: 1,
    columns: 2,
    heat: Float32Array.of(0.5, 0.25),
    classIds: Uint16Array.of(1, 3),
    objectness: Float32Array.of(0.75, 0.5),
  };
  const values = (source: Parameters<typeof heatValue>[1]) => [0, 1].map((cell) => heatValue(level, source, cell));
  expect(values('score')).toEqual([0.5, 0.25]);
  expect(values('objectness')).toEqual([0.75, 0.5]);
  expect(values(3)).toEqual([0, 0.25]);
  const { objectness: _, ...without } = level;
  expect(heatValue(without, 'objectness', 0)).toBe(0.5);
});

it('is that of the same class in every model, whatever its number there', () => {
  const variant = { classNames: ['dog', 'cat'] };
  const classes = shareClasses([['cat', 'dog', 'cow'], variant.classNames]);
  expect([0, 1, 2].map((source) => ownSource(variant, source, classes))).toEqual([1, 0, -1]);
  expect(ownSource(variant, 'objectness', classes)).toBe('objectness');
});
