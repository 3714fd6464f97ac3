import type { VerifyReport } from './bundles.ts';
import type { CompareReport } from './comparison.ts';

/** `boxwright demo`. */
export interface DemoReport {
  readonly folder: string;
  readonly report: string;
  readonly bundle: string;
  readonly pruned: string;
  readonly quantized: string;
  readonly compare: CompareReport;
  readonly verify: VerifyReport;
}
