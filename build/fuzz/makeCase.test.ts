import { expect, it } from 'vitest';
import { makeBaseModels } from './baseModels.ts';
import { caseMaker } from './makeCase.ts';

it('the same seed and number make the same file, whatever was made before; others make others', () => {
  const make = caseMaker(7);
  const first = Array.from({ length: 60 }, (_, index) => make(index));
  const again = caseMaker(7);
  const other = caseMaker(8);
  for (const index of [59, 3, 31]) {
    expect(again(index).title).toBe(first[index]?.title);
    expect(Buffer.compare(again(index).bytes, first[index]?.bytes ?? new Uint8Array())).toBe(0);
  }
  expect(Array.from({ length: 60 }, (_, index) => other(index).title)).not.toEqual(first.map(({ title }) => title));
  // Some changes find nothing to change; most must.
  const whole = makeBaseModels().map(({ bytes }) => bytes);
  const changed = first.filter(({ bytes }) => whole.every((base) => Buffer.compare(base, bytes) !== 0));
  expect(changed.length).toBeGreaterThan(45);
});
