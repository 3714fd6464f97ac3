/** What each layer loses when it alone is quantized, worst first. */
export interface QuantizeSensitivity {
  readonly model: string;
  readonly for: 'quantize';
  /** Number of pictures. */
  readonly images: number;
  readonly layers: readonly {
    readonly name: string;
    readonly operator: string;
    /** 20 * log10(|x| / |x - q(x)|) of the layer's result, in dB; at most 150. */
    readonly sqnr: number;
    /** 1 - F1 against the original with nothing but this layer quantized; for the worst layers. */
    readonly drop?: number;
  }[];
}

/** What each group of channels loses when it alone is pruned, nothing made up for; worst first. */
export interface PruneSensitivity {
  readonly model: string;
  readonly for: 'prune';
  /** Number of pictures. */
  readonly images: number;
  /** Groups of which channels can go, at most as many as were asked for. */
  readonly layers: readonly {
    /** The first layer that makes the channels. */
    readonly name: string;
    readonly operator: string;
    readonly channels: number;
    /** By amount, ascending. Amounts at which no channel goes, because widths are rounded, are left out. */
    readonly costs: readonly {
      /** Share of the group's channels that was asked for. */
      readonly amount: number;
      /** 1 - F1 against the original. */
      readonly drop: number;
      /** Of the whole model with only this group pruned; null where sizes are not known. */
      readonly macs: number | null;
      readonly parameters: number;
    }[];
  }[];
}

/** `boxwright sensitivity`. */
export type SensitivityReport = QuantizeSensitivity | PruneSensitivity;
