/** What a model costs and how well it agrees. */
export interface ParetoPoint {
  readonly path: string;
  /** Milliseconds. */
  readonly p50: number;
  /** Agreement with the baseline, 0..1; 1 for the baseline itself. */
  readonly f1: number;
}

/** Marks the points that no other beats: none is at least as fast and as good, and better in one of both. */
export function markBest<Point extends ParetoPoint>(points: readonly Point[]): (Point & { readonly best: boolean })[] {
  return points.map((point) => ({
    ...point,
    best: !points.some(
      (other) => other.p50 <= point.p50 && other.f1 >= point.f1 && (other.p50 < point.p50 || other.f1 > point.f1),
    ),
  }));
}
