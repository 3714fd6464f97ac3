import { describe, expect, it } from 'vitest';
import type { OperationContext } from '../api.ts';
import type { Progress } from '../types.ts';
import { latencyFigures, timeInterleaved } from './latency.ts';

/** A clock that only moves when a run takes time. */
function makeClock() {
  let time = 0;
  return {
    now: () => time,
    spend: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

function makeContext(controller = new AbortController()) {
  const reports: Progress[] = [];
  const context: OperationContext = { signal: controller.signal, report: (progress) => reports.push(progress) };
  return { context, reports, controller };
}

describe('timeInterleaved', () => {
  it('runs the models in turn, warm-up first, and times each by itself', async () => {
    const clock = makeClock();
    const order: string[] = [];
    const model = (name: string, milliseconds: number) => async () => {
      order.push(name);
      clock.spend(milliseconds);
    };
    const { context, reports } = makeContext();
    const { times } = await timeInterleaved(
      [model('a', 3), model('b', 5)],
      { runs: 4, warmup: 2, now: clock.now },
      context,
    );
    expect(times).toEqual([
      [3, 3, 3, 3],
      [5, 5, 5, 5],
    ]);
    expect(order.join('')).toBe('ab'.repeat(6));
    expect(reports.at(-1)?.fraction).toBe(1);
  });

  it('stops a slow model when its time is up, but not before ten runs', async () => {
    const slow = async (milliseconds: number, runs: number) => {
      const clock = makeClock();
      const run = async () => clock.spend(milliseconds);
      const { times } = await timeInterleaved([run], { runs, warmup: 0, now: clock.now }, makeContext().context);
      return times[0]?.length;
    };
    // 100 runs have 10 s: 400 ms a run is over after 26 of them (the 26th ends after 10.4 s).
    expect(await slow(400, 100)).toBe(26);
    expect(await slow(5000, 100)).toBe(10);
    expect(await slow(90, 100)).toBe(100);
  });

  it('warms up until the times of all models have settled', async () => {
    const clock = makeClock();
    const taken = { first: 0, second: 0 };
    // The second model takes 1 ms less every run until its 18th: the medians of runs 21-25 and 16-20 are the first to agree.
    const first = async () => {
      taken.first += 1;
      clock.spend(4);
    };
    const second = async () => {
      taken.second += 1;
      clock.spend(taken.second <= 17 ? 19 - taken.second : 1);
    };
    const { context, reports } = makeContext();
    const { times, ...warm } = await timeInterleaved([first, second], { runs: 3, warmup: 10, now: clock.now }, context);
    expect(warm).toEqual({ warmup: 25, steady: true });
    expect(times).toEqual([
      [4, 4, 4],
      [1, 1, 1],
    ]);
    const fractions = reports.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('says so where times never settle, and gives up', async () => {
    const clock = makeClock();
    let runs = 0;
    const run = async () => {
      runs += 1;
      clock.spend(1.1 ** runs);
    };
    const { times, ...warm } = await timeInterleaved(
      [run],
      { runs: 1, warmup: 10, now: clock.now },
      makeContext().context,
    );
    expect(warm).toEqual({ warmup: 50, steady: false });
    expect(times).toHaveLength(1);
  });

  it('can be cancelled between runs', async () => {
    const { context, controller } = makeContext();
    let count = 0;
    const run = async () => {
      count += 1;
      if (count === 3) controller.abort();
    };
    await expect(timeInterleaved([run], { runs: 50, warmup: 1 }, context)).rejects.toThrow();
    expect(count).toBe(3);
  });
});

describe('latencyFigures', () => {
  it('calculated by hand', () => {
    const figures = latencyFigures([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 2);
    expect(figures).toMatchObject({ p50: 5.5, p90: 9.1, mean: 5.5, min: 1, runs: 10 });
    expect(figures.p95).toBeCloseTo(9.55, 12);
    expect(figures.p99).toBeCloseTo(9.91, 12);
    // Two pictures every 5.5 ms.
    expect(figures.throughput).toBeCloseTo(2000 / 5.5, 9);
  });
});
