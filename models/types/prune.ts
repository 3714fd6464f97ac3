import type { recoveries } from '../choices.ts';
import type { Agreement } from './agreement.ts';
import type { ModelFigures } from './model.ts';

/** `boxwright prune`. */
export interface PruneReport {
  readonly out: string;
  readonly sha256: string;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  /** gzip size: what an unstructured pruned file gains when stored or sent. */
  readonly compressedBytes: { readonly before: number; readonly after: number };
  /** Nonzero weights of each layer, or channels of each group of layers that go together. */
  readonly groups: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  /** `channel`: layers that no channel could be taken from, and why. */
  readonly keptLayers?: readonly { readonly name: string; readonly why: string }[];
  /** `channel`: what widths were rounded to, as asked or as measured. */
  readonly roundTo?: number;
  /** `channel`: how what went was made up for; absent where nothing was taken out. */
  readonly recover?: (typeof recoveries)[number];
  /** `channel`: absent where nothing was taken out or no run could be timed. */
  readonly speed?: PruneSpeed;
  readonly agreement?: Agreement;
  readonly warnings: readonly string[];
}

/** Median milliseconds of one run on this CPU, the models in turn on the same noise. */
export interface PruneSpeed {
  readonly before: number;
  readonly after: number;
  /** What each rounding that was tried came to. */
  readonly tried?: readonly { readonly roundTo: number; readonly p50: number; readonly macs: number | null }[];
}
