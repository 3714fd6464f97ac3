import { attributeInt, attributeInts, setAttribute } from '../../../graph/nodes.ts';
import { positiveAxis } from '../../../graph/shapeRules/facts.ts';
import { sliceRange } from '../../../graph/shapeRules/select.ts';
import { type AxisIds, protectIds } from '../channelIds.ts';
import {
  type Adaptation,
  type ChannelRules,
  describeNode,
  type Followed,
  leftCount,
  type Operand,
  type Visit,
} from '../rule.ts';

function replaceAxis(axes: readonly AxisIds[], axis: number, ids: AxisIds): AxisIds[] {
  return axes.map((own, index) => (index === axis ? ids : own));
}

/** Ids of one part; a part of a single position cannot become smaller. */
function partOf({ channels, node }: Visit, ids: AxisIds, first: number, count: number): AxisIds {
  if (ids === null) return null;
  const part = ids.slice(first, first + count);
  if (count > 1) return part;
  protectIds(channels, part, `${describeNode(node)} takes a single channel`);
  return null;
}

function followSplit(visit: Visit): Followed {
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  const axis = positiveAxis(attributeInt(visit.node, 'axis', 0), data.dims.length);
  let first = 0;
  const parts: AxisIds[][] = [];
  for (const index of visit.node.output.keys()) {
    const count = visit.outputDims(index)?.[axis];
    if (count === undefined) return 'its sizes are not known';
    parts.push(replaceAxis(data.axes, axis, partOf(visit, data.axes[axis] ?? null, first, count)));
    first += count;
  }
  return parts;
}

/** Parts of equal size may become unequal, so their sizes are always written down. */
function adaptSplit(adaptation: Adaptation): void {
  const { node, opset } = adaptation;
  const data = adaptation.input(0);
  if (data === undefined) return;
  const axis = positiveAxis(attributeInt(node, 'axis', 0), data.dims.length);
  if (data.axes[axis] == null) return;
  const sizes = node.output.map((_, index) => {
    const part = adaptation.output(index);
    return part === undefined ? 0 : leftCount(adaptation, part, axis);
  });
  node.attribute = node.attribute.filter(({ name }) => name !== 'split' && name !== 'num_outputs');
  if (opset >= 13) adaptation.setIntegers(1, sizes);
  else setAttribute(node, 'split', { ints: sizes });
}

interface Range {
  readonly axis: number;
  readonly first: number;
  readonly count: number;
  readonly step: number;
}

/** What a Slice takes, axis by axis; undefined where its bounds are not constant. */
function rangesOf({ node, integers }: Pick<Visit, 'node' | 'integers'>, data: Operand): Range[] | undefined {
  const starts = attributeInts(node, 'starts') ?? integers(1);
  const ends = attributeInts(node, 'ends') ?? integers(2);
  const hasAxes = (node.input[3] ?? '') !== '';
  const axes = attributeInts(node, 'axes') ?? (hasAxes ? integers(3) : starts?.map((_, axis) => axis));
  const steps = (node.input[4] ?? '') === '' ? axes?.map(() => 1) : integers(4);
  if (starts === undefined || ends === undefined || axes === undefined || steps === undefined) return undefined;
  return axes.map((given, index) => {
    const axis = positiveAxis(given, data.dims.length);
    const step = steps[index] ?? 1;
    return { axis, step, ...sliceRange(data.dims[axis] ?? 0, starts[index] ?? 0, ends[index] ?? 0, step) };
  });
}

function followSlice(visit: Visit): Followed {
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  if (data.axes.every((ids) => ids === null)) return [data.axes];
  const ranges = rangesOf(visit, data);
  if (ranges === undefined) return 'its bounds are computed while it runs';
  let axes: AxisIds[] = [...data.axes];
  for (const { axis, first, count, step } of ranges) {
    const ids = axes[axis] ?? null;
    if (ids === null) continue;
    if (step !== 1) return 'it takes every so many of them';
    axes = replaceAxis(axes, axis, partOf(visit, ids, first, count));
  }
  return [axes];
}

/** New bounds count the channels that are left before the old ones. */
function adaptSlice(adaptation: Adaptation): void {
  const { node } = adaptation;
  const data = adaptation.input(0);
  if (data === undefined) return;
  const ranges = rangesOf(adaptation, data);
  if (ranges === undefined || ranges.every(({ axis }) => data.axes[axis] == null)) return;
  const starts = [...(attributeInts(node, 'starts') ?? adaptation.integers(1) ?? [])];
  const ends = [...(attributeInts(node, 'ends') ?? adaptation.integers(2) ?? [])];
  for (const [index, { axis, first, count }] of ranges.entries()) {
    if (data.axes[axis] == null) continue;
    const left = adaptation.left(data, axis);
    starts[index] = left.filter((position) => position < first).length;
    ends[index] = left.filter((position) => position < first + count).length;
  }
  if (attributeInts(node, 'starts') !== undefined) {
    setAttribute(node, 'starts', { ints: starts });
    setAttribute(node, 'ends', { ints: ends });
  } else {
    adaptation.setIntegers(1, starts);
    adaptation.setIntegers(2, ends);
  }
}

function followGather(visit: Visit): Followed {
  const { node, channels } = visit;
  const [data, indices] = [visit.input(0), visit.input(1)];
  if (data === undefined || indices === undefined) return 'its inputs are not known';
  const axis = positiveAxis(attributeInt(node, 'axis', 0), data.dims.length);
  const ids = data.axes[axis] ?? null;
  const around = (picked: readonly AxisIds[]) => [
    [...data.axes.slice(0, axis), ...picked, ...data.axes.slice(axis + 1)],
  ];
  if (ids === null) return around(indices.axes.map(() => null));
  const values = visit.integers(1);
  if (values === undefined) return 'it picks by numbers computed while it runs';
  const picked = Int32Array.from(values, (value) => ids[positiveAxis(value, ids.length)] ?? 0);
  if (indices.dims.length === 1 && picked.length > 1) return around([picked]);
  protectIds(channels, picked, `${describeNode(node)} picks single channels`);
  return around(indices.axes.map(() => null));
}

function adaptGather(adaptation: Adaptation): void {
  const [data, picked] = [adaptation.input(0), adaptation.output(0)];
  const values = adaptation.integers(1);
  if (data === undefined || picked === undefined || values === undefined) return;
  const axis = positiveAxis(attributeInt(adaptation.node, 'axis', 0), data.dims.length);
  if (data.axes[axis] == null) return;
  const numbers = new Map(adaptation.left(data, axis).map((position, index) => [position, index]));
  const size = data.dims[axis] ?? 0;
  const left = values.flatMap((value) => numbers.get(positiveAxis(value, size)) ?? []);
  adaptation.setIntegers(1, left);
}

/** Operators that take some of the channels. */
export const pickRules: ChannelRules = {
  Split: { follow: followSplit, adapt: adaptSplit },
  Slice: { follow: followSlice, adapt: adaptSlice },
  Gather: { follow: followGather, adapt: adaptGather },
};
