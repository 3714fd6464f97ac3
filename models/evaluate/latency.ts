import type { OperationContext } from '../api.ts';
import type { LatencyFigures } from '../types.ts';
import { quantile } from './quantile.ts';

/** Timing ends early when a model has taken this long per run it was asked for: 100 runs or 10 s. */
const budgetPerRun = 100;
/** ... but never before this many runs. */
const leastRuns = 10;

/**
 * Times models against each other, each given by the function that runs it once: in every round each runs once, in turn, so that drift of the machine (heat, other
 * load) hits all alike. `warmup` rounds come first and are not counted. Ends after `runs` rounds, or once `runs` x
 * 100 ms per model have gone by and at least 10 rounds are done.
 * @returns milliseconds of every counted run, per model
 */
export async function timeInterleaved(
  models: readonly (() => Promise<unknown>)[],
  options: { readonly runs: number; readonly warmup: number; readonly now?: () => number },
  context: OperationContext,
): Promise<number[][]> {
  const { runs, warmup, now = () => performance.now() } = options;
  const times = models.map((): number[] => []);
  const total = warmup + runs;
  const budget = runs * budgetPerRun * models.length;
  let started = now();
  for (let round = 0; round < total; round += 1) {
    if (round === warmup) started = now();
    const counted = round - warmup;
    if (counted >= leastRuns && now() - started > budget) break;
    for (const [index, run] of models.entries()) {
      context.signal.throwIfAborted();
      const before = now();
      await run();
      if (counted >= 0) times[index]?.push(now() - before);
    }
    context.report({ step: counted < 0 ? 'warm up' : 'measure speed', fraction: (round + 1) / total });
    // The runtime answers within one turn of the event loop: let messages (cancel) and drawing in between.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  return times;
}

/** Figures over the times of one model's runs, milliseconds; quantiles by linear interpolation (type 7). */
export function latencyFigures(milliseconds: readonly number[], batch = 1): LatencyFigures {
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
  };
}
