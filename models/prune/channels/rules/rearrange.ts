import { attributeInt, attributeInts, attributeString, setAttribute } from '../../../graph/nodes.ts';
import { type AxisIds, freshIds, protectIds, uniteIds } from '../channelIds.ts';
import { matchReshape, type ReshapePart } from '../reshapeParts.ts';
import {
  type Adaptation,
  type ChannelRules,
  describeNode,
  type Followed,
  fixedAxes,
  leftCount,
  type Operand,
  type Visit,
} from '../rule.ts';

/** Coordinate of a flat position inside a part of a reshape along one of its axes. */
function coordinates(dims: readonly number[], axes: readonly number[], axis: number): (flat: number) => number {
  const later = axes.slice(axes.indexOf(axis) + 1).reduce((product, other) => product * (dims[other] ?? 1), 1);
  const size = dims[axis] ?? 1;
  return (flat) => Math.floor(flat / later) % size;
}

/**
 * Follows channels through a part of a reshape. Where one axis becomes several or several become one, the result must stay a
 * full block: what lies at one position of the largest new axis goes together.
 */
function followPart(visit: Visit, data: Operand, dims: readonly number[], part: ReshapePart, result: AxisIds[]): void {
  const { channels } = visit;
  const sources = part.from.filter((axis) => data.axes[axis] != null);
  const [source] = sources;
  if (source === undefined) return;
  const ids = data.axes[source] ?? null;
  const [target] = [...part.to].sort((a, b) => (dims[b] ?? 1) - (dims[a] ?? 1));
  if (ids === null || target === undefined || (dims[target] ?? 1) === 1 || sources.length > 1) {
    for (const axis of sources) {
      protectIds(channels, data.axes[axis] ?? null, `${describeNode(visit.node)} mixes them with other axes`);
    }
    return;
  }
  if (part.from.length === 1 && part.to.length === 1) {
    result[target] = ids;
    return;
  }
  const fresh = freshIds(channels, dims[target] ?? 1);
  const [sourceOf, targetOf] = [coordinates(data.dims, part.from, source), coordinates(dims, part.to, target)];
  const count = part.from.reduce((product, axis) => product * (data.dims[axis] ?? 1), 1);
  for (let flat = 0; flat < count; flat += 1) {
    uniteIds(channels, ids[sourceOf(flat)] ?? 0, fresh[targetOf(flat)] ?? 0);
  }
  result[target] = fresh;
}

function followParts(visit: Visit): Followed {
  const data = visit.input(0);
  const dims = visit.outputDims(0);
  if (data === undefined || dims === undefined) return 'its sizes are not known';
  const result = fixedAxes(dims.length);
  for (const part of matchReshape(data.dims, dims)) followPart(visit, data, dims, part, result);
  return [result];
}

function followReshape(visit: Visit): Followed {
  const data = visit.input(0);
  const isMoved = data?.axes.some((ids) => ids !== null) ?? false;
  const isConstant = attributeInts(visit.node, 'shape') !== undefined || visit.integers(1) !== undefined;
  if (isMoved && !isConstant) return 'its target is computed while it runs';
  return followParts(visit);
}

/** Sizes written in the target follow the axes they name; 0 and -1 do so by themselves. */
function adaptReshape(adaptation: Adaptation): void {
  const result = adaptation.output(0);
  const attribute = attributeInts(adaptation.node, 'shape');
  const target = attribute ?? adaptation.integers(1);
  if (result === undefined || target === undefined || result.axes.every((ids) => ids === null)) return;
  const sizes = target.map((size, axis) => (size <= 0 ? size : leftCount(adaptation, result, axis)));
  if (attribute === undefined) adaptation.setIntegers(1, sizes);
  else setAttribute(adaptation.node, 'shape', { ints: sizes });
}

function followTranspose(visit: Visit): Followed {
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  const order = attributeInts(visit.node, 'perm') ?? data.dims.map((_, axis) => data.dims.length - 1 - axis);
  return [order.map((axis) => data.axes[axis] ?? null)];
}

/** Spreads a tensor over more axes: its own channels pass, what it is spread over is fixed. */
function followExpand(visit: Visit): Followed {
  const data = visit.input(0);
  const dims = visit.outputDims(0);
  if (data === undefined || dims === undefined) return 'its sizes are not known';
  if (data.axes.some((ids) => ids !== null) && visit.integers(1) === undefined)
    return 'its target is computed while it runs';
  return [dims.map((_, axis) => data.axes[axis - dims.length + data.dims.length] ?? null)];
}

function adaptExpand(adaptation: Adaptation): void {
  const result = adaptation.output(0);
  const target = adaptation.integers(1);
  if (result === undefined || target === undefined || result.axes.every((ids) => ids === null)) return;
  const before = result.dims.length - target.length;
  const sizes = target.map((size, index) => (size === 1 ? 1 : leftCount(adaptation, result, index + before)));
  adaptation.setIntegers(1, sizes);
}

function followTile(visit: Visit): Followed {
  const data = visit.input(0);
  const repeats = visit.integers(1);
  if (data === undefined) return 'its input is not known';
  if (data.axes.every((ids) => ids === null)) return [data.axes];
  if (repeats === undefined) return 'its repeats are computed while it runs';
  return [
    data.axes.map((ids, axis) =>
      ids === null
        ? null
        : Int32Array.from({ length: ids.length * (repeats[axis] ?? 1) }, (_, at) => ids[at % ids.length] ?? 0),
    ),
  ];
}

/** Which input channel lies at a place (block row and column joined) of an output channel. */
function depthOrder(visit: Visit, outputs: number, places: number): (output: number, place: number) => number {
  return attributeString(visit.node, 'mode', 'DCR') === 'CRD'
    ? (output, place) => output * places + place
    : (output, place) => place * outputs + output;
}

function followDepthToSpace(visit: Visit): Followed {
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  const ids = data.axes[1] ?? null;
  const places = attributeInt(visit.node, 'blocksize', 1) ** 2;
  const outputs = (data.dims[1] ?? 1) / places;
  if (ids === null) return [data.axes];
  const inputOf = depthOrder(visit, outputs, places);
  const result = Int32Array.from({ length: outputs }, (_, output) => ids[inputOf(output, 0)] ?? 0);
  for (const [output, id] of result.entries()) {
    for (let place = 1; place < places; place += 1) uniteIds(visit.channels, id, ids[inputOf(output, place)] ?? id);
  }
  if (outputs === 1) protectIds(visit.channels, result, `${describeNode(visit.node)} makes a single channel of them`);
  return [[data.axes[0] ?? null, outputs === 1 ? null : result, null, null]];
}

function followSpaceToDepth(visit: Visit): Followed {
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  const ids = data.axes[1] ?? null;
  const places = attributeInt(visit.node, 'blocksize', 1) ** 2;
  const result =
    ids === null ? null : Int32Array.from({ length: ids.length * places }, (_, at) => ids[at % ids.length] ?? 0);
  return [[data.axes[0] ?? null, result, null, null]];
}

const byParts = { follow: followParts };

/** Operators that keep every element and give it another place. */
export const rearrangeRules: ChannelRules = {
  Reshape: { follow: followReshape, adapt: adaptReshape },
  Flatten: byParts,
  Squeeze: byParts,
  Unsqueeze: byParts,
  Transpose: { follow: followTranspose },
  Expand: { follow: followExpand, adapt: adaptExpand },
  Tile: { follow: followTile },
  DepthToSpace: { follow: followDepthToSpace },
  SpaceToDepth: { follow: followSpaceToDepth },
};
