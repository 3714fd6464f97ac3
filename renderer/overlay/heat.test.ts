import { expect, it } from 'vitest';
import { heatPixels } from './heat.ts';

it('rises with the score, and leaves background cells clear', () => {
  const heat = Float32Array.of(0, 0.02, 0.05, 0.3, 0.7, 1);
  const pixels = heatPixels({ stride: 8, rows: 2, columns: 3, heat, classIds: new Uint16Array(6) }, 'score');
  const alpha = Array.from({ length: 6 }, (_, cell) => pixels[4 * cell + 3] ?? -1);
  expect(alpha.slice(0, 2)).toEqual([0, 0]);
  for (let cell = 2; cell < 6; cell += 1) expect(alpha[cell] ?? 0).toBeGreaterThan(alpha[cell - 1] ?? 0);
  expect(alpha[5]).toBeLessThan(255);
});
