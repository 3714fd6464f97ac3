import type { OperationContext } from './api.ts';

/**
 * The context for one part of an operation: what it reports as 0..1 is passed on as `start`..`end` of the whole. A step
 * name given here stands for the part's own.
 */
export function partOf(context: OperationContext, start: number, end: number, step?: string): OperationContext {
  return {
    signal: context.signal,
    report: (progress) =>
      context.report({
        step: step ?? progress.step,
        fraction: start + (end - start) * progress.fraction,
      }),
  };
}
