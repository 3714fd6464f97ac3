import { describe, expect, it } from 'vitest';
import { logBetween, pictureSeed, seededRandom, wholeBetween } from './random.ts';

describe('seededRandom', () => {
  it('spreads evenly over [0, 1)', () => {
    const random = seededRandom(3);
    const bins = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw++) {
      const bin = Math.floor(random() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // Nine degrees of freedom: 99.9 % of fair generators stay below 27.88.
    const chiSquare = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(27.88);
  });

  it('keeps its helpers in their ranges', () => {
    const random = seededRandom(4);
    for (let draw = 0; draw < 2000; draw++) {
      expect([2, 3, 4, 5]).toContain(wholeBetween(random, 2, 5));
      const size = logBetween(random, 10, 40);
      expect(size).toBeGreaterThanOrEqual(10);
      expect(size).toBeLessThan(40);
    }
  });
});

describe('pictureSeed', () => {
  it('gives every picture of neighbouring sets its own seed', () => {
    const seeds = [7, 8, 9].flatMap((set) => Array.from({ length: 1000 }, (_, index) => pictureSeed(set, index)));
    expect(new Set(seeds).size).toBe(3000);
  });
});
