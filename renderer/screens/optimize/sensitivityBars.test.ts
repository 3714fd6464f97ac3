import { describe, expect, it } from 'vitest';
import type { SensitivityReport } from '../../../models/types.ts';
import { makeBars, noiseShare } from './sensitivityBars.ts';

const report: SensitivityReport = {
  model: '/m.onnx',
  for: 'quantize',
  images: 2,
  layers: [
    { name: '/model.0/Conv', operator: 'Conv', sqnr: 20, drop: 0.125 },
    { name: '/model.22/Conv', operator: 'Conv', sqnr: 40 },
    { name: 'Conv making t7', operator: 'Conv', sqnr: 60 },
  ],
};

describe('noise beside the signal', () => {
  it('is the inverse of 20 * log10(signal / noise)', () => {
    expect(noiseShare(0)).toBe(1);
    expect(noiseShare(20)).toBeCloseTo(0.1, 12);
    expect(noiseShare(20 * Math.log10(8))).toBeCloseTo(1 / 8, 12);
  });
});

describe('bars', () => {
  it('are as long as their noise beside the largest', () => {
    const bars = makeBars(report, []);
    expect(bars.map(({ shares }) => shares[0])).toEqual([1, expect.closeTo(0.1, 9), expect.closeTo(0.01, 9)]);
    expect(bars.map(({ figures }) => figures)).toEqual([['20.0 dB', '12.5\u00a0%'], ['40.0 dB'], ['60.0 dB']]);
  });

  it('tell layers that are kept by name from those that fit a pattern', () => {
    const bars = makeBars(report, ['/model.0/Conv', '/model.22/*']);
    expect(bars.map(({ kept }) => kept)).toEqual([{ by: 'name' }, { by: 'pattern', pattern: '/model.22/*' }, null]);
  });

  it('know which nodes no pattern can mean', () => {
    expect(makeBars(report, []).map(({ canBeKept }) => canBeKept)).toEqual([true, true, false]);
  });

  it('are none where nothing was measured', () => {
    expect(makeBars({ ...report, layers: [] }, [])).toEqual([]);
  });
});
