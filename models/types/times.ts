/** Milliseconds of each step from a picture file to its boxes. */
export interface StepTimes {
  readonly decode: number;
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
}

/** Milliseconds of one run, over many. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
  readonly min: number;
  readonly runs: number;
  /** Pictures per second: batch * 1000 / mean. */
  readonly throughput: number;
  /** Runs before timing began. */
  readonly warmup?: number;
  /** Whether times had settled by then. */
  readonly steady?: boolean;
}
