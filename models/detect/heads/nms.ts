import type { RowLayout } from '../../types.ts';
import { formatDims } from '../formatDims.ts';
import { finishedInput } from './finishedInput.ts';
import type { Head, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { describeColumns, plainWidth, readLayout, relativeEvidence } from './rowLayout.ts';
import { mayBeCount, rowsShape, vectorLength } from './rowShapes.ts';
import { makeRowDecoder, usualRows } from './rows.ts';
import { findSelectedOutputs } from './selectedOutputs.ts';
import { countClasses, findSelection } from './selection.ts';
import { findSeparateOutputs } from './separateOutputs.ts';
import { bestOf } from './shapes.ts';
import { relativeBox } from './valueOrigin.ts';

/**
 * Exports with non-maximum suppression inside, whatever does it (NonMaxSuppression, TensorRT's plugins, PaddlePaddle's):
 * - rows of one output: YOLOv7 [N, 7] of picture, box, class, score; YOLO-NAS "flat" [N, 7] of picture, box, score, class;
 *   PaddleDetection [N, 6] of class, score, box; Ultralytics [1, K, 6] of box, score, class;
 * - EfficientNMS and its like: how many, boxes [1, K, 4], scores [1, K], classes [1, K];
 * - mmdetection: boxes with their scores [1, K, 5], classes [1, K];
 * - boxes [1, N, 4] and scores [1, C, N] with the rows that NonMaxSuppression chose among them.
 */
export const nmsHead: Head = {
  family: 'nms',
  recognise(model) {
    const selection = findSelection(model);
    const form =
      readSeparate(model) ??
      findSelectedOutputs(model) ??
      bestOf(model.outputs.map((output) => readRows(model, output)));
    if (form === null || (selection === null && !form.isPlain)) return null;
    const classes =
      form.classes === undefined ? countClasses(model) : { count: form.classes, evidence: [], warnings: [] };
    const input = finishedInput(model, form.reading);
    return {
      points: form.points + (selection === null ? 0 : 4),
      evidence: [
        ...form.evidence,
        ...(selection === null ? [] : [selection.evidence]),
        ...classes.evidence,
        ...input.evidence,
      ],
      warnings: [...form.warnings, ...classes.warnings, ...input.warnings],
      reading: {
        ...form.reading,
        strides: [],
        anchorsPerCell: 1,
        classes: classes.count,
        activation: { box: 'none', objectness: 'absent', class: 'none' },
        decodedInGraph: true,
        nmsInGraph: true,
        ...(selection === null ? {} : { bakedIn: selection.bakedIn }),
        input: input.reading,
      },
    };
  },
  makeDecoder: makeRowDecoder,
};

/** One way in which suppressed boxes come out. */
export interface SuppressedForm {
  readonly points: number;
  /** Whether the outputs alone tell that boxes are finished, without suppression being found in the graph. */
  readonly isPlain: boolean;
  /** Where a shape tells the number. */
  readonly classes?: number;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
  readonly reading: Pick<HeadSpec, 'head' | 'outputs' | 'rows' | 'extraValues'>;
}

const nameAndShape = ({ name, dims }: OutputFacts) => `"${name}" ${formatDims(dims)}`;

function readSeparate(model: ModelFacts): SuppressedForm | null {
  const found = findSeparateOutputs(model);
  if (found === null) return null;
  const { boxes, width, scores, classes, count } = found;
  const relative = relativeBox(model, boxes.name);
  const rows: RowLayout = {
    columns: width === 5 ? ['box', 'score'] : [],
    box: relative ?? 'x1y1x2y2',
    units: relative === null ? 'pixels' : 'relative',
  };
  const order = 'box-major';
  return {
    points: 4,
    isPlain: count !== undefined,
    evidence: [
      `Output ${nameAndShape(boxes)} holds finished boxes${width === 5 ? ' with their scores' : ''}, ${nameAndShape(classes)} their classes` +
        (scores === undefined ? '' : `, ${nameAndShape(scores)} their scores`) +
        (count === undefined ? '.' : `, ${nameAndShape(count)} how many are filled.`),
      ...(relative === null ? [] : [relativeEvidence]),
    ],
    warnings: [],
    reading: {
      head: `boxes, scores and classes after suppression${count === undefined ? '' : ', with their number'}`,
      outputs: [
        { name: boxes.name, holds: width === 5 ? 'predictions' : 'boxes', order },
        ...(scores === undefined ? [] : [{ name: scores.name, holds: 'scores', order } as const]),
        { name: classes.name, holds: 'classes', order },
        ...(count === undefined ? [] : [{ name: count.name, holds: 'count', order } as const]),
      ],
      rows,
    },
  };
}

function readRows(model: ModelFacts, output: OutputFacts): SuppressedForm | null {
  const shape = rowsShape(output);
  if (shape === null || shape.width < plainWidth) return null;
  const count = model.outputs.find((other) => other !== output && mayBeCount(model, other));
  const layout = readLayout(model, output, shape.width, usualColumns(model, output, shape.width, count !== undefined));
  if (layout === null) return null;
  const { rows, extraValues } = layout;
  const scores = rows.columns.includes('score')
    ? undefined
    : model.outputs.find((other) => other !== output && other !== count && vectorLength(other) !== undefined);
  if (!rows.columns.includes('score') && scores === undefined) return null;
  const order = 'box-major';
  const unsure = !layout.isInGraph && (rows.columns[0] !== 'box' || shape.width === 7);
  return {
    points: layout.isInGraph ? 6 : 3,
    isPlain: false,
    evidence: [`Output ${nameAndShape(output)} holds finished boxes, one a row.`, ...layout.evidence],
    warnings: [
      ...layout.warnings,
      ...(unsure
        ? [`The graph does not tell what the ${shape.width} values of a box mean; ${describeColumns(rows)} is assumed.`]
        : []),
    ],
    reading: {
      head: `[N, ${shape.width}]: ${describeColumns(rows)}; after suppression`,
      outputs: [
        { name: output.name, holds: 'predictions', order },
        ...(scores === undefined ? [] : [{ name: scores.name, holds: 'scores', order } as const]),
        ...(count === undefined ? [] : [{ name: count.name, holds: 'count', order } as const]),
      ],
      rows,
      ...(extraValues === undefined ? {} : { extraValues }),
    },
  };
}

/** The order by convention of the exporter. */
function usualColumns(
  model: ModelFacts,
  { name }: OutputFacts,
  width: number,
  hasCount: boolean,
): RowLayout['columns'] {
  const isPaddle = hasCount || model.extraInputs.some((input) => /^(scale_factor|im_shape)$/.test(input.name));
  if (width === plainWidth && isPaddle) return ['class', 'score', 'box'];
  if (width !== plainWidth + 1 || model.metadata.get('task') === 'obb') return usualRows.columns;
  return /flat/i.test(name) ? ['batch', 'box', 'score', 'class'] : ['batch', 'box', 'class', 'score'];
}
