import type { Progress } from '../models/types.ts';

/** At most ten a second. */
const interval = 100;

/** Seconds an operation must have run before its time left is worth telling. */
const settlingTime = 1;

export interface ProgressMeter {
  readonly report: (progress: Progress) => void;
  /** Nothing is sent after this. */
  readonly stop: () => void;
}

/**
 * Thins progress to ten a second (the newest wins, and is never lost), keeps the fraction from running back, and adds
 * the seconds left where the operation does not tell them itself.
 * @param now milliseconds
 */
export function createProgressMeter(send: (progress: Progress) => void, now: () => number = Date.now): ProgressMeter {
  const start = now();
  let highest = 0;
  let lastSent = Number.NEGATIVE_INFINITY;
  let waiting: Progress | null = null;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === null) return;
    lastSent = now();
    send(waiting);
    waiting = null;
  }

  return {
    report(progress) {
      highest = Math.max(highest, Math.min(1, Number.isFinite(progress.fraction) ? progress.fraction : 0));
      const eta = progress.eta ?? estimateTimeLeft((now() - start) / 1000, highest);
      waiting = { step: progress.step, fraction: highest, ...(eta === undefined ? {} : { eta }) };
      const wait = lastSent + interval - now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait);
    },
    stop() {
      clearTimeout(timer);
      waiting = null;
    },
  };
}

/** Seconds left if the rest goes as fast as what is done; undefined while that would be a guess. */
export function estimateTimeLeft(elapsed: number, fraction: number): number | undefined {
  if (elapsed < settlingTime || fraction < 0.02) return undefined;
  return (elapsed * (1 - fraction)) / fraction;
}
