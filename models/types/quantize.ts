import type { Agreement } from './agreement.ts';

/** `boxwright quantize`. */
export interface QuantizeReport {
  readonly out: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly quantizedLayers: number;
  readonly floatLayers: readonly { readonly name: string; readonly why: string }[];
  /** Whether weights were limited to 7 bits, as asked or as decided from this CPU; int8 only. */
  readonly reduceRange?: boolean;
  /** On the calibration images; absent where there were none (int8-dynamic or fp16 without --data). */
  readonly agreement?: Agreement;
  /** 1 - agreement.f1 */
  readonly drop?: number;
  readonly trials: number;
  readonly warnings: readonly string[];
}
