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

  it('are as long as the drop without three tenths of the channels, where any went', () => {
    const cost = (amount: number, drop: number) => ({ amount, drop, macs: null, parameters: 1 });
    const layer = { operator: 'Conv', channels: 32 };
    const pruned: SensitivityReport = {
      model: '/m.onnx',
      for: 'prune',
      images: 2,
      layers: [
        { ...layer, name: 'a', costs: [cost(0.3, 0.5), cost(0.5, 1)] },
        { ...layer, name: 'b', costs: [cost(0.3, 0.125)] },
        { ...layer, name: 'c', costs: [cost(0.5, 0.75)] },
      ],
    };
    const bars = makeBars(pruned, ['b']);
    expect(bars.map(({ shares }) => shares)).toEqual([[1], [0.25], [0]]);
    expect(bars.map(({ figures }) => figures)).toEqual([['32', '50\u00a0%'], ['32', '12.5\u00a0%'], ['32']]);
    expect(bars.map(({ kept }) => kept)).toEqual([null, { by: 'name' }, null]);
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
