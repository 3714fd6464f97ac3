import type { UnreadablePicture } from './pictures.ts';
import type { ProviderName, ProviderUse } from './providers.ts';
import type { LatencyFigures, StepTimes } from './times.ts';

/** `boxwright benchmark`. */
export interface BenchmarkReport {
  readonly device: string;
  readonly threads: number;
  /** Pictures of one run, as asked for. */
  readonly batch: number;
  readonly models: readonly {
    readonly path: string;
    readonly provider: ProviderUse;
    readonly latency: LatencyFigures;
    /** Session creation, milliseconds. */
    readonly load: number;
    /** The first run of a fresh session, milliseconds. */
    readonly firstRun: number;
    /** Highest resident size of the process that `peakMemoryOf` names while this model ran, bytes. */
    readonly peakMemory: number;
    readonly peakMemoryOf: 'own-process' | 'engine';
    /** Medians over the given pictures, milliseconds; absent without pictures and where the model is no detector. */
    readonly steps?: StepTimes;
  }[];
  /** With every provider: models that one of them cannot run, and why; absent where all can. */
  readonly skipped?: readonly { readonly path: string; readonly provider: ProviderName; readonly why: string }[];
  /** Pictures that no step was timed on because they could not be read; absent where all could. */
  readonly unreadable?: readonly UnreadablePicture[];
}
