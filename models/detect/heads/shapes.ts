import type { ModelFacts, OutputFacts } from './head.ts';

/** The two dimensions of an output that joins all predictions, [1, A, B] or [A, B]; null for any other shape. */
export function joinedShape(output: OutputFacts): { first: number; second: number } | null {
  const [first, second] = output.shape;
  if (output.shape.length !== 2) return null;
  return typeof first === 'number' && typeof second === 'number' ? { first, second } : null;
}

/** Points for class names that agree with the classes a reading has room for. */
export function namesPoints(model: ModelFacts, classes: number): number {
  if (model.classNames === null) return classes === 80 ? 1 : 0;
  return model.classNames.length === classes ? 2 : -2;
}

/** Whether the parts of one prediction hold an objectness beside box and classes; null where the graph does not tell. */
export function hasObjectness(output: OutputFacts, channels: number): boolean | null {
  const parts = output.partsOf(channels);
  if (parts === null) return null;
  if (parts.length === 2 && parts[0] === 4) return false;
  // [4, 1, C] of YOLOX and YOLOv6, [2, 2, 1 + C] of YOLOv5.
  if (parts.includes(1) || (parts[0] === 2 && parts[1] === 2)) return true;
  return null;
}

/** The strides in the order in which the levels are joined: the graph tells it, or else the finest comes first. */
export function orderStrides(output: OutputFacts, total: number, strides: readonly number[]): readonly number[] {
  const parts = output.partsOf(total);
  const coarsestFirst = parts !== null && parts.length === strides.length && (parts[0] ?? 0) < (parts.at(-1) ?? 0);
  return coarsestFirst ? strides.toReversed() : strides;
}

/** The best of the matches of a head that reads one output: every output is tried. */
export function bestOf<Match extends { readonly points: number }>(matches: readonly (Match | null)[]): Match | null {
  return matches.reduce<Match | null>(
    (best, match) => (match !== null && (best === null || match.points > best.points) ? match : best),
    null,
  );
}
