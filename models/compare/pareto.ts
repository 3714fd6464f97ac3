/** What a model costs and how well it agrees. */
export interface ParetoPoint {
  readonly path: string;
  /** Milliseconds. */
  readonly p50: number;
  /** Agreement with the baseline, 0..1; 1 for the baseline itself. */
  readonly f1: number;
  /** The time is not that of the provider that was asked for. */
  readonly isInvalid?: true;
}

/**
 * Marks the points that no other beats: none is at least as fast and as good, and better in one of both. Points whose times are
 * invalid beat nothing and are never best.
 */
export function markBest<Point extends ParetoPoint>(points: readonly Point[]): (Point & { readonly best: boolean })[] {
  return points.map((point) => ({
    ...point,
    best:
      point.isInvalid !== true &&
      !points.some(
        (other) =>
          other.isInvalid !== true &&
          other.p50 <= point.p50 &&
          other.f1 >= point.f1 &&
          (other.p50 < point.p50 || other.f1 > point.f1),
      ),
  }));
}
