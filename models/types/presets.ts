import type { presetNames } from '../choices.ts';
import type { Recipe } from '../recipeSchema.ts';
import type { Agreement } from './agreement.ts';
import type { PredictedFigures } from './derive.ts';
import type { ProviderName } from './providers.ts';

/** Aims that presets are chosen by. */
export type PresetName = (typeof presetNames)[number];

/** A recipe that was really applied and measured on this machine. */
export interface PresetCandidate {
  /** With nothing left open, where it could be applied. */
  readonly recipe: Recipe;
  /** Absent where it could not be applied. */
  readonly figures?: PredictedFigures;
  /** With the original, on the pictures; absent where it could not be applied. */
  readonly agreement?: Agreement;
  /** Median milliseconds of one run on the preset's provider; absent where it was not timed. */
  readonly p50?: number;
  /** The model itself, timed in turn with it, over this: 2 is twice as fast. */
  readonly speedup?: number;
  /** Why it counts for nothing: it loses boxes, or could not be made. */
  readonly refused?: string;
}

/** What was chosen for one aim. */
export interface Preset {
  readonly name: PresetName;
  /** The best by the preset's aim among the candidates that keep the boxes; null where none serves it. */
  readonly choice: PresetCandidate | null;
  /** One sentence: why this one, or why none. */
  readonly why: string;
  /** False where speed counts and could not be taken, such as that of a GPU that is not there. */
  readonly measured: boolean;
  /** Where its candidates were timed. */
  readonly provider: ProviderName;
  /** All that was tried for it, the choice included. */
  readonly candidates: readonly PresetCandidate[];
}

/** Presets, from measurements on this machine. */
export interface PresetsReport {
  readonly model: string;
  /** The model itself: bytes of its file, median milliseconds on the CPU where anything was timed. */
  readonly baseline: { readonly bytes: number; readonly p50?: number };
  readonly presets: readonly Preset[];
  /** Least F1 with the original that was asked for. */
  readonly minAgreement: number;
  readonly device: string;
  readonly threads: number;
  /** Number of pictures. */
  readonly images: number;
}
