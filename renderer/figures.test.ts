import { describe, expect, it } from 'vitest';
import type { ComparedModel } from '../models/types.ts';
import { comparisonRows, pictureRows } from './figures.ts';
import { en } from './i18n/en.ts';
import { compareBoxes } from './overlay/difference.ts';
import type { ShownBox } from './overlay/selection.ts';
import { makeAgreement } from './testing/fakeModels.ts';

function model(path: string, p50: number, bytes: number, macs: number | null): ComparedModel {
  return {
    path,
    name: path,
    bytes,
    parameters: 1000,
    macs,
    sparsity: 0,
    precision: 'fp32',
    provider: { requested: 'cpu', used: 'cpu' },
    latency: { p50, p90: p50, p95: p50, p99: p50, mean: p50, min: p50, runs: 10, throughput: 1000 / p50 },
    load: 1,
    peakMemory: 1,
    images: [],
    ...(path === 'base' ? {} : { agreement: makeAgreement(9, 1, 1) }),
  };
}

function row(rows: ReturnType<typeof comparisonRows>, name: string) {
  return rows.find((one) => one.name === name)?.cells;
}

describe('comparisonRows', () => {
  const rows = comparisonRows([model('base', 60, 12e6, 4e9), model('small', 30, 3e6, null), undefined], en);

  it('shows values with units and signed differences to the baseline', () => {
    expect(row(rows, en.compare.latencyP50)).toEqual([
      { value: '60.0\u00a0ms', delta: null },
      { value: '30.0\u00a0ms', delta: { text: '▼\u00a02.0×', tone: 'good' } },
      { value: '—', delta: null },
    ]);
    expect(row(rows, en.compare.size)?.[1]?.delta).toEqual({ text: '▼\u00a04.0×', tone: 'good' });
  });

  it('marks times of a fallback and compares them with nothing', () => {
    const fallback = {
      ...model('gpu', 30, 12e6, 4e9),
      provider: { requested: 'webgpu', used: 'cpu', invalidBecause: 'There is no adapter.' },
    } as const;
    const cells = row(comparisonRows([model('base', 60, 12e6, 4e9), fallback], en), en.compare.latencyP50);
    expect(cells?.[1]).toEqual({ value: '30.0\u00a0ms (invalid)', delta: null });
  });

  it('leaves out what is not known', () => {
    expect(row(rows, en.compare.macs)?.[1]).toEqual({ value: '—', delta: null });
    expect(row(rows, en.compare.agreementF1)?.map(({ value }) => value)).toEqual(['—', '0.900', '—']);
  });
});

describe('pictureRows', () => {
  const box = (candidate: number, score: number, x: number): ShownBox => ({
    candidate,
    classId: 0,
    className: 'cat',
    score,
    box: [x, 0, x + 10, 10],
  });
  const before = [box(0, 0.9, 0), box(1, 0.8, 100)];
  const after = [box(0, 0.7, 0), box(1, 0.5, 200), box(2, 0.4, 300)];

  const seen = (boxes: readonly ShownBox[]) => ({ look: { classNames: ['cat'] }, boxes: { boxes } });

  it('counts lost and extra boxes and says how scores moved', () => {
    const rows = pictureRows(
      [
        { boxes: 2, time: 50, difference: null },
        { boxes: 3, time: 25, difference: compareBoxes(seen(before), seen(after)) },
      ],
      en,
    );
    expect(row(rows, en.compare.lostExtra)?.[1]?.delta).toEqual({ text: '1 · 2', tone: 'bad' });
    expect(row(rows, en.compare.scoreShift)?.[1]?.delta).toEqual({ text: '−0.200', tone: 'bad' });
    expect(row(rows, en.compare.meanIou)?.[1]?.delta?.text).toBe('1.000');
    expect(row(rows, en.compare.boxCount)?.[1]).toEqual({ value: '3', delta: { text: '+1', tone: 'bad' } });
  });

  it('says nothing about differences for one model alone, and waits for the engine', () => {
    const rows = pictureRows([{ boxes: 2, time: 50, difference: null }], en);
    expect(rows.map(({ name }) => name)).toEqual([en.compare.boxCount, en.compare.time]);
    expect(pictureRows([null], en)[0]?.cells[0]?.value).toBe('—');
  });
});
