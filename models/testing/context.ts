import type { OperationContext } from '../api.ts';
import type { Progress } from '../types.ts';

/** A context that records what is reported. */
export function recordingContext(): { context: OperationContext; reports: Progress[]; controller: AbortController } {
  const controller = new AbortController();
  const reports: Progress[] = [];
  return { context: { signal: controller.signal, report: (progress) => reports.push(progress) }, reports, controller };
}
