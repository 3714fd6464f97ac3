/** How far one layer's result in a variant lies from the baseline's. */
export interface LayerDifference {
  readonly name: string;
  readonly operator: string;
  /** The name of the result in both models. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** 10 * log10(sum x² / sum (x - y)²) in dB, within ±150; null where a value is not finite. */
  readonly sqnr: number | null;
}

/** A layer whose result cannot be compared: the other model has none of that name, or one of another shape or kind. */
export interface UnmatchedLayer {
  readonly name: string;
  readonly operator: string;
  readonly tensor: string;
  readonly of: 'baseline' | 'variant';
  readonly why: 'missing' | 'shape' | 'type';
}

/** How far a variant lies from its baseline on one picture, layer by layer. */
export interface LayersReport {
  readonly baseline: string;
  readonly variant: string;
  readonly image: string;
  /** In groups that fit into memory, in the order of the baseline's graph. */
  readonly layers: readonly LayerDifference[];
  readonly unmatched: readonly UnmatchedLayer[];
}
