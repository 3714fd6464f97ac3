import type { DetectorSpec, OutputSpec } from '../../types.ts';
import { gridSize } from '../levels.ts';
import type { LevelSize } from './head.ts';

/** Where one kind of value (box, objectness, classes) of a level's predictions lies in an output, in elements. */
export interface Field {
  /** Index into the outputs of the specification. */
  readonly output: number;
  /** Of the first anchor of the first cell. */
  readonly start: number;
  readonly anchorStep: number;
  readonly cellStep: number;
  /** From one value of a prediction to the next. */
  readonly channelStep: number;
}

/** One level of a grid and where the values of its predictions lie. */
export interface GridLevelLayout {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly box: Field;
  readonly objectness: Field | null;
  readonly classes: Field;
}

/** Cells of every level of a grid, in the order of the strides. */
function levelSizes({ strides, grids, input }: Pick<DetectorSpec, 'strides' | 'grids' | 'input'>): LevelSize[] {
  return strides.map((stride, level) => {
    const [rows, columns] = grids?.[level] ?? [];
    const known = rows === undefined || columns === undefined ? gridSize(input.size, stride) : { rows, columns };
    return { stride, ...known };
  });
}

/** What lies in an output that a field is taken from. */
export interface FieldSource {
  readonly output: number;
  readonly order: OutputSpec['order'];
  /** Values of one prediction in this output. */
  readonly channels: number;
  readonly anchors: number;
  /** Cells of the level. */
  readonly cells: number;
  /** Where levels are joined: predictions of all of them, and of those before this one. */
  readonly joined: { readonly total: number; readonly before: number } | null;
}

/** The field that begins with value number `channel` of every prediction. */
export function placeField(source: FieldSource, channel: number): Field {
  const { output, order, channels, anchors, cells, joined } = source;
  const before = joined?.before ?? 0;
  const start = before * channels + channel;
  switch (order) {
    case 'channel-major':
      return joined === null
        ? { output, start: channel * cells, anchorStep: channels * cells, cellStep: 1, channelStep: cells }
        : { output, start: channel * joined.total + before, anchorStep: cells, cellStep: 1, channelStep: joined.total };
    case 'box-major':
      return { output, start, anchorStep: cells * channels, cellStep: channels, channelStep: 1 };
    case 'cell-major':
      return { output, start, anchorStep: channels, cellStep: anchors * channels, channelStep: 1 };
  }
}

/** The levels of a specification with where each begins in an output that joins them. */
export function joinedLevels(spec: DetectorSpec) {
  const sizes = levelSizes(spec);
  const anchors = spec.anchorsPerCell;
  const total = sizes.reduce((sum, { rows, columns }) => sum + anchors * rows * columns, 0);
  let before = 0;
  return sizes.map((size) => {
    const cells = size.rows * size.columns;
    const level = { size, cells, anchors, joined: { total, before } };
    before += anchors * cells;
    return level;
  });
}

/**
 * The places of the values where each prediction is one run of `channels` values, the box first: joined in one output,
 * or one output per level.
 * @param at of the objectness (null without) and of the first class among the values of a prediction
 */
export function layPredictions(
  spec: DetectorSpec,
  channels: number,
  at: { readonly objectness: number | null; readonly classes: number; readonly box?: number },
): GridLevelLayout[] {
  const isJoined = spec.outputs.length < spec.strides.length;
  return joinedLevels(spec).map(({ size, cells, anchors, joined }, level) => {
    const output = isJoined ? 0 : level;
    const order = spec.outputs[output]?.order ?? 'box-major';
    const source: FieldSource = { output, order, channels, anchors, cells, joined: isJoined ? joined : null };
    return {
      ...size,
      box: placeField(source, at.box ?? 0),
      objectness: at.objectness === null ? null : placeField(source, at.objectness),
      classes: placeField(source, at.classes),
    };
  });
}
