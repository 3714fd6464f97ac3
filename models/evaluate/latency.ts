import type { OperationContext } from '../api.ts';
import type { LatencyFigures } from '../types.ts';
import { median, quantile } from './quantile.ts';

/** Timing ends early when a model has taken this long per run it was asked for: 100 runs or 10 s. */
const budgetPerRun = 100;
/** ... but never before this many runs. */
const leastRuns = 10;
/** Milliseconds per model after which warm-up ends although times have not settled. */
const warmupBudget = 10_000;

/** Warm-up goes on until times settle, but not beyond this many times what was asked for. */
const longestWarmup = 5;
/** Runs in each of the two groups whose medians show whether times have settled. */
const settlingRuns = 5;
/** They have where the medians differ by no more than this share. */
const settled = 0.05;

/** What timing several models in turn gives. */
interface InterleavedTimes {
  /** Milliseconds of every counted run, per model. */
  readonly times: readonly number[][];
  /** Rounds that were run before. */
  readonly warmup: number;
  /** Whether the times of all models had settled by then. */
  readonly steady: boolean;
}

/** Whether the last runs take as long as those before them, to 5 % of the median. */
function hasSettled(times: readonly number[]): boolean {
  if (times.length < 2 * settlingRuns) return false;
  const late = median(times.slice(-settlingRuns));
  const early = median(times.slice(-2 * settlingRuns, -settlingRuns));
  return Math.abs(late - early) <= settled * Math.max(late, early);
}

/**
 * Times models against each other, each given by the function that runs it once: in every round each runs once, in turn, so
 * that drift of the machine (heat, other load) hits all alike. At least `warmup` rounds come first and are not counted; from
 * 10 on they go on until the times of every model have settled, for at most five times as many rounds or 10 s a model. Timing
 * ends after `runs` rounds, or once `runs` x 100 ms per model have gone by and at least 10 rounds are done.
 */
export async function timeInterleaved(
  models: readonly (() => Promise<unknown>)[],
  options: { readonly runs: number; readonly warmup: number; readonly now?: () => number },
  context: OperationContext,
): Promise<InterleavedTimes> {
  const { runs, warmup, now = () => performance.now() } = options;
  const runRound = async (times: readonly number[][]) => {
    for (const [index, run] of models.entries()) {
      context.signal.throwIfAborted();
      const before = now();
      await run();
      times[index]?.push(now() - before);
    }
    // The runtime answers within one turn of the event loop: let messages (cancel) and drawing in between.
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const total = warmup + runs;

  const early = models.map((): number[] => []);
  const isSteady = () => early.every(hasSettled);
  const mayGoOn = warmup >= 2 * settlingRuns;
  const begun = now();
  let rounds = 0;
  for (; rounds < warmup || (mayGoOn && rounds < longestWarmup * warmup && !isSteady()); rounds += 1) {
    if (rounds >= warmup && now() - begun > warmupBudget * models.length) break;
    await runRound(early);
    context.report({ step: 'Warming up', fraction: Math.min(rounds + 1, warmup) / total });
  }

  const times = models.map((): number[] => []);
  const budget = runs * budgetPerRun * models.length;
  const started = now();
  for (let round = 0; round < runs; round += 1) {
    if (round >= leastRuns && now() - started > budget) break;
    await runRound(times);
    context.report({ step: 'Measuring speed', fraction: (warmup + round + 1) / total });
  }
  return { times, warmup: rounds, steady: isSteady() };
}

/**
 * Figures over the times of one model's runs, milliseconds; quantiles by linear interpolation (type 7).
 * @param warm what is known of the warm-up
 */
export function latencyFigures(
  milliseconds: readonly number[],
  batch = 1,
  warm: Pick<LatencyFigures, 'warmup' | 'steady'> = {},
): LatencyFigures {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return {
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    mean,
    min: sorted[0] ?? Number.NaN,
    runs: sorted.length,
    throughput: (batch * 1000) / mean,
    ...warm,
  };
}
