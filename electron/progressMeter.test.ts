import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../models/types.ts';
import { createProgressMeter, estimateTimeLeft } from './progressMeter.ts';

describe('the progress meter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends at most ten a second, the first at once and the last one certainly', () => {
    const sent: Progress[] = [];
    const meter = createProgressMeter((progress) => sent.push(progress));
    for (let step = 0; step < 1000; step++) {
      meter.report({ step: 'work', fraction: step / 1000 });
      if (step === 0) expect(sent).toHaveLength(1);
      vi.advanceTimersByTime(1);
    }
    expect(sent.length).toBeGreaterThanOrEqual(9);
    expect(sent.length).toBeLessThanOrEqual(11);
    vi.advanceTimersByTime(100);
    expect(sent.at(-1)?.fraction).toBe(0.999);
  });

  it('never runs back and stays within 0 and 1', () => {
    const sent: Progress[] = [];
    const meter = createProgressMeter((progress) => sent.push(progress));
    for (const fraction of [0.5, 0.2, Number.NaN, 7, -1]) {
      meter.report({ step: 'work', fraction });
      vi.advanceTimersByTime(200);
    }
    expect(sent.map(({ fraction }) => fraction)).toEqual([0.5, 0.5, 0.5, 1, 1]);
  });

  it('sends nothing once it was stopped', () => {
    const send = vi.fn();
    const meter = createProgressMeter(send);
    meter.report({ step: 'work', fraction: 0.1 });
    meter.report({ step: 'work', fraction: 0.2 });
    meter.stop();
    vi.advanceTimersByTime(1000);
    expect(send).toHaveBeenCalledOnce();
  });

  it('adds the time left, and keeps the one an operation tells', () => {
    const sent: Progress[] = [];
    const meter = createProgressMeter((progress) => sent.push(progress));
    vi.advanceTimersByTime(10_000);
    meter.report({ step: 'work', fraction: 0.25 });
    vi.advanceTimersByTime(10_000);
    meter.report({ step: 'work', fraction: 0.5, eta: 3 });
    expect(sent.map(({ eta }) => eta)).toEqual([30, 3]);
  });

  it('does not guess the time left from too little', () => {
    expect(estimateTimeLeft(0.5, 0.5)).toBeUndefined();
    expect(estimateTimeLeft(60, 0.01)).toBeUndefined();
    expect(estimateTimeLeft(60, 0.75)).toBe(20);
    expect(estimateTimeLeft(60, 1)).toBe(0);
  });
});
