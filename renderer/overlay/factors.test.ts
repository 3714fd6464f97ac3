import { expect, it } from 'vitest';
import { classProbability } from './factors.ts';

it('takes a score apart as the family has put it together', () => {
  expect(classProbability('v5', 0.9 * 0.8, 0.9)).toBeCloseTo(0.8, 9);
  expect(classProbability('fastestdet', 0.9 ** 0.6 * 0.8 ** 0.4, 0.9)).toBeCloseTo(0.8, 9);
  expect(classProbability('v5', 0, 0)).toBe(0);
  expect(classProbability('v5', 0.5000001, 0.5)).toBe(1);
});
