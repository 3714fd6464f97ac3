import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortByScore } from './sortByScore.ts';

/** The language's own sort, which is stable. */
function sortPlainly(scores: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}

// Enough scores that digits are counted; few values, so that many are equal.
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.5, -0.5, 1, 1e-300, Math.fround(0.1), 5e-324),
);

it('sorts as the language does, equal scores by index', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.constantFrom(1, 200, 5000), (values, repeats) => {
      const scores = Array.from(
        { length: values.length * repeats },
        (_, index) => values[(index * 7) % values.length] ?? 0,
      );
      expect([...sortByScore(Float64Array.from(scores))]).toEqual(sortPlainly(scores));
    }),
    { numRuns: 30 },
  );
});

it('sorts scores that differ only in their last digit', () => {
  const scores = Array.from({ length: 6000 }, (_, index) => 0.5 + ((index * 31) % 6000) * Number.EPSILON);
  expect([...sortByScore(Float64Array.from(scores))]).toEqual(sortPlainly(scores));
});
