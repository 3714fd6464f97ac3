import { create } from '@bufbuild/protobuf';
import { GraphProtoSchema, type ModelProto, ValueInfoProtoSchema } from 'onnx-buf';
import { toInputX, toInputY } from '../geometry/letterbox.ts';
import { inferShapes } from '../graph/shapes.ts';
import { indexGraph } from '../graph/topology.ts';
import type { CandidateSet, DetectorSpec, GridLevel, HeadFamily, Placement } from '../types.ts';
import { readCandidates, unknownLevel } from './candidates.ts';
import { joinedParts, type TensorShapes, walkBack } from './graphTail.ts';
import { makeGridDecoder } from './heads/grid.ts';
import { joinedLevels, placeField } from './heads/gridPlaces.ts';
import type { Decoder, OutputValues, Place } from './heads/head.ts';
import { activationOf } from './heads/valueOrigin.ts';
import { findStrides } from './levels.ts';
import { withoutBatch } from './tensorValues.ts';

/**
 * The grid inside a model that selects its boxes itself: a tensor with the class scores of every cell, before the best of
 * them are chosen. It is no output of the file; `exposeTensor` makes it one.
 */
export interface HiddenGrid {
  readonly tensor: string;
  readonly decoder: Decoder;
}

/** Scores of a row and of its cell come from one tensor; half floats and another order of sums may part them by this much. */
const scoreTolerance = 1e-5;

/** Families whose boxes come from cells, although their outputs no longer tell which. */
const selecting: ReadonlySet<HeadFamily> = new Set<HeadFamily>(['end-to-end', 'nms']);

/** True where a model's grid, if it has one, can only be seen inside the graph. */
export function mayHideGrid({ family, strides }: Pick<DetectorSpec, 'family' | 'strides'>): boolean {
  return selecting.has(family) && strides.length === 0;
}

/**
 * The class scores of all cells, [1, N, C] or [1, C, N] straight from an activation, nearest before the outputs, where N is
 * the number of cells of known strides, perhaps times three anchors. Null where the graph has none.
 */
export function findHiddenGrid(proto: ModelProto, spec: DetectorSpec): HiddenGrid | null {
  const graph = proto.graph ?? create(GraphProtoSchema);
  const index = indexGraph(graph);
  const shapes = shapesAtInput(proto, spec);
  let found: HiddenGrid | null = null;
  for (const { name } of spec.outputs) {
    walkBack(index, name, (node) => {
      if (found !== null) return 'stop';
      for (const tensor of node.output) {
        const layout = layScores(shapes, tensor, spec);
        if (layout === null || activationOf({ index }, tensor) === null) continue;
        const parts = joinedParts(index, shapes, tensor, layout.count);
        const coarsestFirst = parts !== null && (parts[0] ?? 0) < (parts.at(-1) ?? 0);
        found = { tensor, decoder: makeScoreDecoder(spec, layout, coarsestFirst) };
        return 'stop';
      }
      return 'go on';
    });
  }
  return found;
}

interface ScoreLayout {
  readonly order: 'channel-major' | 'box-major';
  readonly count: number;
  readonly strides: readonly number[];
  readonly anchorsPerCell: number;
}

function layScores(shapes: TensorShapes, tensor: string, { input, classes }: DetectorSpec): ScoreLayout | null {
  const shape = shapes.get(tensor);
  if (shape === undefined || !/^float(16)?$/.test(shape.type) || shape.dims.length !== 3) return null;
  const [first, second] = withoutBatch(shape.dims, input.batch);
  const order = second === classes ? 'box-major' : first === classes ? 'channel-major' : null;
  const count = order === 'box-major' ? first : second;
  if (order === null || typeof count !== 'number') return null;
  for (const anchorsPerCell of [1, 3]) {
    const strides = findStrides(input.size, count, anchorsPerCell);
    if (strides !== null) return { order, count, strides, anchorsPerCell };
  }
  return null;
}

/** Reads scores alone: the boxes that count are those that the graph has selected. */
function makeScoreDecoder(spec: DetectorSpec, layout: ScoreLayout, coarsestFirst: boolean): Decoder {
  const { order, anchorsPerCell } = layout;
  const strides = coarsestFirst ? layout.strides.toReversed() : layout.strides;
  const gridSpec: DetectorSpec = {
    ...spec,
    outputs: [{ name: '', holds: 'scores', order }],
    strides,
    anchorsPerCell,
    activation: { box: 'none', objectness: 'absent', class: 'none' },
  };
  const levels = joinedLevels(gridSpec).map(({ size, cells, anchors, joined }) => {
    const scores = placeField({ output: 0, order, channels: spec.classes, anchors, cells, joined }, 0);
    return { ...size, box: scores, objectness: null, classes: scores };
  });
  return makeGridDecoder(gridSpec, { levels, boxValues: 0, readBox: (_data, _at, _step, _cell, box) => box.fill(0) });
}

function shapesAtInput(proto: ModelProto, { input }: DetectorSpec): TensorShapes {
  const { name, layout, batch, size, extra = [] } = input;
  const dims = layout === 'NCHW' ? [batch, 3, ...size] : [batch, ...size, 3];
  return inferShapes(proto, { ...Object.fromEntries(extra.map((other) => [other.name, other.dims])), [name]: dims });
}

/** Makes a tensor of a model one of its outputs, in place. */
export function exposeTensor({ graph }: ModelProto, tensor: string): void {
  if (graph === undefined || graph.output.some(({ name }) => name === tensor)) return;
  const known = graph.valueInfo.find(({ name }) => name === tensor);
  // The runtime finds out a type that is not given.
  graph.output.push(known ?? create(ValueInfoProtoSchema, { name: tensor }));
}

/**
 * The heat of every cell, and for each selected box the cell that has exactly its score for its class; of several such
 * cells, the one whose middle is nearest to that of the box. Null where most boxes have no such cell, so that the tensor
 * cannot be what they were selected from.
 */
export function placeInHiddenGrid(
  { decoder }: HiddenGrid,
  values: OutputValues,
  candidates: CandidateSet,
  spec: DetectorSpec,
  placement: Placement,
): { readonly candidates: CandidateSet; readonly levels: GridLevel[] } | null {
  const { readLevels } = readCandidates([values], decoder, spec, placement, Number.POSITIVE_INFINITY, false);
  const levels = readLevels();
  const { count, readScore, readPlace } = decoder.read([values]);
  const columns = new Map<number, Float32Array>();
  const scoresOf = (classId: number): Float32Array => {
    const known = columns.get(classId);
    if (known !== undefined) return known;
    const scores = Float32Array.from({ length: count }, (_, index) => readScore?.(index, classId) ?? 0);
    columns.set(classId, scores);
    return scores;
  };
  const placed = {
    levels: new Uint8Array(candidates.count).fill(unknownLevel),
    rows: new Uint16Array(candidates.count),
    columns: new Uint16Array(candidates.count),
    anchors: new Uint8Array(candidates.count),
  };
  const place: Place = { level: -1, row: 0, column: 0, anchor: 0 };
  let found = 0;
  for (let candidate = 0; candidate < candidates.count; candidate += 1) {
    const scores = scoresOf(candidates.classIds[candidate] ?? 0);
    const score = candidates.scores[candidate] ?? 0;
    const x = middleOf(candidates, candidate, 0, placement);
    const y = middleOf(candidates, candidate, 1, placement);
    let nearest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < count; index += 1) {
      if (Math.abs((scores[index] ?? 0) - score) > scoreTolerance) continue;
      readPlace(index, place);
      const stride = levels[place.level]?.stride ?? 0;
      const distance = Math.hypot((place.column + 0.5) * stride - x, (place.row + 0.5) * stride - y);
      if (distance >= nearest) continue;
      nearest = distance;
      placed.levels[candidate] = place.level;
      placed.rows[candidate] = place.row;
      placed.columns[candidate] = place.column;
      placed.anchors[candidate] = place.anchor;
    }
    if (nearest < Number.POSITIVE_INFINITY) found += 1;
  }
  return 2 * found < candidates.count ? null : { candidates: { ...candidates, ...placed }, levels };
}

/** The middle of a candidate's box along an axis (0: x, 1: y), in input pixels. */
function middleOf({ boxes }: CandidateSet, candidate: number, axis: 0 | 1, placement: Placement): number {
  const at = 4 * candidate + axis;
  const middle = ((boxes[at] ?? 0) + (boxes[at + 2] ?? 0)) / 2;
  return axis === 0 ? toInputX(placement, middle) : toInputY(placement, middle);
}
