import { attributeInt } from '../../graph/nodes.ts';
import { isLayer } from '../graphTail.ts';
import type { ModelFacts, OutputFacts } from './head.ts';
import { followValues, joinedChannels } from './valueOrigin.ts';

/** The two dimensions of an output that joins all predictions, [1, A, B] or [A, B]; null for any other shape. */
export function joinedShape(output: OutputFacts): { first: number; second: number } | null {
  const [first, second] = output.shape;
  if (output.shape.length !== 2) return null;
  return typeof first === 'number' && typeof second === 'number' ? { first, second } : null;
}

/** Other outputs with values for each of `count` predictions, [count, values] or [values, count]. */
export function valuesBeside(model: ModelFacts, beside: OutputFacts, count: number): ValuesBeside[] {
  return model.outputs.flatMap((output): ValuesBeside[] => {
    const shape = output === beside ? null : joinedShape(output);
    if (shape?.first === count) return [{ output, values: shape.second, order: 'box-major' }];
    return shape?.second === count ? [{ output, values: shape.first, order: 'channel-major' }] : [];
  });
}

interface ValuesBeside {
  readonly output: OutputFacts;
  readonly values: number;
  readonly order: 'box-major' | 'channel-major';
}

/** Whether an output of one level, `values` a cell, stands beside others of its kind: then none of them is the whole grid. */
export function isOneOfLevels(
  model: ModelFacts,
  output: OutputFacts,
  { strides }: { readonly strides: readonly number[] },
  values: number,
): boolean {
  return (
    strides.length === 1 &&
    model.outputs.some((other) => {
      const shape = other === output ? null : joinedShape(other);
      return shape?.first === values || shape?.second === values;
    })
  );
}

/** Points for class names that agree with the classes a reading has room for. */
export function namesPoints(model: ModelFacts, classes: number): number {
  if (model.classNames === null) return classes === 80 ? 1 : 0;
  return model.classNames.length === classes ? 2 : -2;
}

/**
 * Whether an output whose two sides could both be its predictions has the values of one in its first: the way in which the
 * graph joins boxes to scores tells it. True where it does not.
 */
export function isChannelMajor(model: ModelFacts, output: OutputFacts): boolean {
  let name = output.name;
  let isTurned = false;
  for (let step = 0; step < 8; step += 1) {
    const node = model.index.producers.get(name);
    const inputs = node?.input.map((input) => model.shapes.get(input)?.dims ?? []) ?? [];
    const rank = inputs[0]?.length ?? 0;
    const axis = node === undefined ? 0 : attributeInt(node, 'axis', 0);
    if (node === undefined || rank < 2) return true;
    if (node.opType === 'Concat' && inputs[0]?.at(axis) === 4) return (axis === -2 || axis === rank - 2) !== isTurned;
    if (node.opType === 'Transpose') isTurned = !isTurned;
    name = node.input[0] ?? '';
  }
  return true;
}

/** Whether the parts of one prediction hold an objectness beside box and classes; null where the graph does not tell. */
export function hasObjectness(model: ModelFacts, output: OutputFacts, channels: number): boolean | null {
  const parts = joinedChannels(model, output.name, channels);
  if (parts === null) return null;
  let before = 0;
  const behindBox = parts.filter(({ width }) => {
    before += width;
    return before > 4;
  });
  const isBoxApart = parts.slice(0, parts.length - behindBox.length).reduce((sum, { width }) => sum + width, 0) === 4;
  const [first, second] = behindBox;
  if (!isBoxApart || first === undefined) return null;
  // [4, 1, C] of YOLOX and YOLOv6.
  if (second !== undefined) return first.width === 1 ? true : null;
  if (parts.length === 2) return false;
  // [2, 2, 1 + C]: places and scores of YOLOv5 come from one sigmoid, sizes of YOLOX from an exponential.
  return usesBefore(model, parts[0]?.tensor, 'Sigmoid') || usesBefore(model, parts[1]?.tensor, 'Exp');
}

/** Whether an operator is met on the way back from a tensor, before any layer. */
export function usesBefore(model: ModelFacts, tensor: string | undefined, operator: string): boolean {
  let isMet = false;
  followValues(model, tensor ?? '', (node) => {
    isMet ||= node.opType === operator;
    return isMet || isLayer(model.index, node) ? 'stop' : 'go on';
  });
  return isMet;
}

/** The best of the matches of a head that reads one output: every output is tried. */
export function bestOf<Match extends { readonly points: number }>(matches: readonly (Match | null)[]): Match | null {
  return matches.reduce<Match | null>(
    (best, match) => (match !== null && (best === null || match.points > best.points) ? match : best),
    null,
  );
}
