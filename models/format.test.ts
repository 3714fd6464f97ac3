import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatPercent,
  formatProvider,
  formatQuantity,
  formatSigned,
} from './format.ts';

describe('numbers with units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [12_851_049, '12.9 MB'],
    [999_499, '999 kB'],
    [999_600, '1.0 MB'],
    [99_960_000, '100.0 MB'],
    [288_000_000, '288 MB'],
    [1.5e13, '15.0 TB'],
  ])('formatBytes(%d) is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [812, '812'],
    [3_151_904, '3.15 M'],
    [999_999, '1.00 M'],
    [8_740_000_000, '8.74 G'],
  ])('formatCount(%d) is %s', (count, text) => expect(formatCount(count)).toBe(text));

  it.each([
    [0.4123, '0.412 ms'],
    [5.678, '5.68 ms'],
    [53.12, '53.1 ms'],
    [206.4, '206 ms'],
    [1240.2, '1,240 ms'],
  ])('formatMilliseconds(%d) is %s', (value, text) => expect(formatMilliseconds(value)).toBe(text));

  it.each([
    [41, '0:41'],
    [3723, '1:02:03'],
    [-1, '0:00'],
  ])('formatDuration(%d) is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('counts in the right number', () => {
    expect([0, 1, 2].map((count) => formatQuantity(count, 'picture'))).toEqual([
      '0 pictures',
      '1 picture',
      '2 pictures',
    ]);
    expect([1, 2].map((count) => formatQuantity(count, 'box was', 'boxes were'))).toEqual([
      '1 box was',
      '2 boxes were',
    ]);
  });

  it('writes differences with a sign, and none for what rounds to nothing', () => {
    expect(formatSigned(-0.012, 3)).toBe('−0.012');
    expect(formatSigned(0.5, 1)).toBe('+0.5');
    expect(formatSigned(-0.0001, 3)).toBe('0.000');
    expect(formatPercent(0.3)).toBe('30.0 %');
  });

  it('never needs more than three digits before the unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e14 }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^\d{1,3}(\.\d)? [kMGT]?B$/);
      }),
    );
  });
});

describe('where a model ran', () => {
  const invalidBecause = 'a reason';

  it('is marked wherever it is not where it was asked to', () => {
    expect(formatProvider({ requested: 'cuda', used: 'cuda', nodes: { cuda: 5 } })).toBe('cuda');
    expect(formatProvider({ requested: 'cuda', used: 'cpu', invalidBecause })).toBe('cpu, not cuda (invalid)');
    const mixed = { requested: 'webgpu', used: 'webgpu', nodes: { webgpu: 5, cpu: 2 }, invalidBecause } as const;
    expect(formatProvider(mixed)).toBe('webgpu + cpu (invalid)');
  });
});
