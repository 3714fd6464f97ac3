/** Progress of one operation: `fraction` runs 0..1 over all steps. */
export interface Progress {
  readonly step: string;
  readonly fraction: number;
  /** Seconds left, where it can be told. */
  readonly eta?: number;
}
