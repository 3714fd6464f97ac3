import { expect, it } from 'vitest';
import { onlyPart } from '../../testing/partHeader.ts';
import { differenceOf, type PartHeader } from './partHeader.ts';

const header: PartHeader = { ...onlyPart, shard: { index: 1, count: 3 } };

it.each<[Partial<PartHeader>, string | undefined]>([
  [{}, undefined],
  [{ shard: { index: 2, count: 3 } }, undefined],
  [{ shard: { index: 1, count: 2 } }, 'other numbers of parts'],
  [{ program: '1.0.1' }, 'other versions of Boxwright'],
  [{ model: 'd'.repeat(64) }, 'other models'],
  [{ provider: 'cuda' }, 'other providers'],
  [{ pictureCount: 11 }, 'other pictures'],
  [{ classNames: ['ball'] }, 'other classes'],
  [{ thresholds: { ...header.thresholds, iou: 0.6 } }, 'other thresholds'],
])('parts that differ in %j belong together or not: %s', (change, difference) => {
  expect(differenceOf(header, { ...header, ...change })).toBe(difference);
});
