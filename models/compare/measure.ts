import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';

/** What one model alone does to the process. */
export interface SoloFigures {
  /** Milliseconds. */
  readonly firstRun: number;
  /** Highest resident size of the process, bytes. */
  readonly peakMemory: number;
}

/** Runs while memory is watched; memory settles after the first two or three. */
const watchedRuns = 5;

/** Runs a freshly loaded session a few times and watches time and memory. */
export async function measureSolo(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
  context: OperationContext,
): Promise<SoloFigures> {
  let firstRun = 0;
  let peakMemory = process.memoryUsage.rss();
  for (let run = 0; run < watchedRuns; run += 1) {
    context.signal.throwIfAborted();
    const before = performance.now();
    await session.run(feeds);
    if (run === 0) firstRun = performance.now() - before;
    peakMemory = Math.max(peakMemory, process.memoryUsage.rss());
  }
  return { firstRun, peakMemory };
}
