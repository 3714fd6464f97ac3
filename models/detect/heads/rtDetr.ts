import type { RowLayout } from '../../types.ts';
import { formatDims } from '../formatDims.ts';
import { findStrides } from '../levels.ts';
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { describeColumns, plainWidth, readLayout, relativeEvidence } from './rowLayout.ts';
import { rowsShape } from './rowShapes.ts';
import { makeRowDecoder } from './rows.ts';
import { countClasses, findSelection } from './selection.ts';
import { findSeparateOutputs } from './separateOutputs.ts';
import { bestOf, namesPoints } from './shapes.ts';
import { activationOf, joinedColumns, relativeBox } from './valueOrigin.ts';

/** More queries than any published model has: longer lists are cells of a grid. */
const maximumQueries = 2000;

/**
 * RT-DETR and its kin (D-FINE, DEIM, RF-DETR, DETR): a fixed number of queries, no grid, no suppression.
 * - [1, K, 4 + C] of centre and size as shares of the picture, and class scores (Ultralytics);
 * - [1, K, 6] of centre and size as shares of the picture, score, class: the best of all queries and classes;
 * - boxes [1, K, 4] and class logits [1, K, C];
 * - labels [1, K], boxes [1, K, 4] in pixels of the size that a second input gives, scores [1, K].
 */
export const rtDetrHead: Head = {
  family: 'rt-detr',
  recognise(model) {
    if (findSelection(model) !== null) return null;
    return bestOf([
      readFinished(model),
      readPair(model),
      ...model.outputs.flatMap((output) => [readJoined(model, output), readBest(model, output)]),
    ]);
  },
  makeDecoder: makeRowDecoder,
};

const common = {
  strides: [],
  anchorsPerCell: 1,
  decodedInGraph: true,
  nmsInGraph: true,
} as const;

const usualInput = { channels: 'RGB', scale: 1 / 255, resize: 'stretch' } as const;

/** Mean and deviation of ImageNet's pictures, 0..1. */
const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

function isQueries(model: ModelFacts, count: number | null): count is number {
  if (count === null || count < 2 || count > maximumQueries) return false;
  // A single level may have as many cells by chance: 300 is 3 x 10 x 10, stride 32 at 320 x 320.
  return [1, 3].every((anchors) => (findStrides(model.size, count, anchors)?.length ?? 0) < 2);
}

/** Points and evidence for the attention that every such model is made of. */
function attention(model: ModelFacts) {
  const has = model.hasOperator('MatMul', 'Gemm') && model.hasOperator('Softmax', 'LayerNormalization', 'GridSample');
  return has ? { points: 1, evidence: ['The graph has attention layers.'] } : { points: 0, evidence: [] };
}

function boxLayout(model: ModelFacts, tensor: string, columns: RowLayout['columns']): RowLayout {
  const relative = relativeBox(model, tensor);
  return { columns, box: relative ?? 'centre-size', units: relative === null ? 'pixels' : 'relative' };
}

function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = rowsShape(output);
  if (shape === null || shape.width < 5 || !isQueries(model, shape.count)) return null;
  const { count, width } = shape;
  const parts = joinedColumns(model, output.name, width);
  const [box, scores] = parts ?? [];
  const isJoined = parts?.length === 2 && box?.width === 4 && scores !== undefined;
  // Without the Concat this is any table of numbers.
  if (!isJoined) return null;
  const classes = width - 4;
  const isActivated = activationOf(model, scores.tensor) !== null;
  const rows = boxLayout(model, box.tensor, ['box', 'classes']);
  const { points, evidence } = attention(model);
  return {
    points: 5 + points + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is ${formatDims(output.dims)}: ${count} queries, too few for a grid, each with a box and ${classes} class scores.`,
      ...evidence,
      ...explain(rows, isActivated),
    ],
    reading: {
      ...common,
      head: `[1, ${count}, 4+${classes}], ${rows.units === 'relative' ? 'relative ' : ''}centre and size, class scores ${isActivated ? 'activated' : 'raw'}`,
      outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
      classes,
      activation: { box: 'none', objectness: 'absent', class: isActivated ? 'none' : 'sigmoid' },
      bakedIn: { maxDetections: count },
      rows,
      input: usualInput,
    },
  };
}

function readBest(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = rowsShape(output);
  const layout = shape?.width === plainWidth ? readLayout(model, output, plainWidth) : null;
  if (layout?.rows.units !== 'relative' || layout.rows.box !== 'centre-size' || !layout.isInGraph) return null;
  const count = shape?.count ?? null;
  const classes = countClasses(model);
  const { points, evidence } = attention(model);
  return {
    points: 6 + points,
    evidence: [
      `Output "${output.name}" is ${formatDims(output.dims)}: the best boxes of all queries, with score and class.`,
      ...layout.evidence,
      ...evidence,
      ...classes.evidence,
    ],
    warnings: classes.warnings,
    reading: {
      ...common,
      head: `[1, ${count ?? 'N'}, 6]: ${describeColumns(layout.rows)}; boxes relative`,
      outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
      classes: classes.count,
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      ...(count === null ? {} : { bakedIn: { maxDetections: count } }),
      rows: layout.rows,
      input: usualInput,
    },
  };
}

function explain(rows: RowLayout, isActivated: boolean): string[] {
  return [
    rows.units === 'relative' ? relativeEvidence : 'The graph scales boxes to pixels.',
    isActivated ? 'Class scores are activated in the graph.' : 'Class scores are raw: the sigmoid is applied here.',
  ];
}

function readPair(model: ModelFacts): HeadMatch | null {
  const boxes = model.outputs.find((output) => rowsShape(output)?.width === 4);
  const count = boxes === undefined ? null : (rowsShape(boxes)?.count ?? null);
  if (boxes === undefined || !isQueries(model, count)) return null;
  const scores = model.outputs.find((output) => output !== boxes && rowsShape(output)?.count === count);
  const width = scores === undefined ? 0 : (rowsShape(scores)?.width ?? 0);
  if (scores === undefined || width < 1) return null;
  const isActivated = activationOf(model, scores.name) !== null;
  const background = hasBackground(model, width);
  const classes = background ? width - 1 : width;
  const rows = boxLayout(model, boxes.name, []);
  const { points, evidence } = attention(model);
  const isRf = !background && width === 91;
  return {
    points: 4 + points + namesPoints(model, classes),
    evidence: [
      `Outputs "${boxes.name}" ${formatDims(boxes.dims)} and "${scores.name}" ${formatDims(scores.dims)}: boxes and class scores of ${count} queries.`,
      ...evidence,
      ...explain(rows, isActivated).slice(0, background ? 1 : 2),
      ...(background ? [`The last of ${width} scores is that of the background: softmax over all of them.`] : []),
    ],
    warnings:
      background || isRf
        ? [
            `The model seems to be ${isRf ? 'RF-DETR' : 'DETR'}: pictures go in with the mean and deviation of ImageNet.`,
          ]
        : [],
    reading: {
      ...common,
      head: `boxes [1, ${count}, 4] and class ${isActivated ? 'scores' : 'logits'} [1, ${count}, ${width}]`,
      outputs: [
        { name: boxes.name, holds: 'boxes', order: 'box-major' },
        { name: scores.name, holds: 'scores', order: 'box-major' },
      ],
      classes,
      activation: {
        box: 'none',
        objectness: 'absent',
        class: isActivated ? 'none' : background ? 'softmax' : 'sigmoid',
      },
      bakedIn: { maxDetections: count },
      rows,
      input: background || isRf ? { ...usualInput, ...imageNet } : usualInput,
    },
  };
}

/** DETR's scores have one more than the names, the background; trained on COCO they are 91 classes and the background. */
function hasBackground({ classNames }: ModelFacts, width: number): boolean {
  return classNames === null ? width === 92 : width === classNames.length + 1;
}

function readFinished(model: ModelFacts): HeadMatch | null {
  const found = findSeparateOutputs(model);
  if (found?.scores === undefined || found.count !== undefined) return null;
  const { boxes, scores, classes } = found;
  const count = rowsShape(boxes)?.count ?? null;
  if (!isQueries(model, count)) return null;
  const counted = countClasses(model);
  const relative = model.extraInputs.length > 0 ? null : relativeBox(model, boxes.name);
  const rows: RowLayout = {
    columns: [],
    box: relative ?? 'x1y1x2y2',
    units: relative === null ? 'pixels' : 'relative',
  };
  const { points, evidence } = attention(model);
  const outputs: HeadSpec['outputs'] = [
    { name: boxes.name, holds: 'boxes', order: 'box-major' },
    { name: scores.name, holds: 'scores', order: 'box-major' },
    { name: classes.name, holds: 'classes', order: 'box-major' },
  ];
  return {
    points: 5 + points,
    evidence: [
      `Outputs "${boxes.name}" ${formatDims(boxes.dims)}, "${scores.name}" and "${classes.name}": the ${count} best boxes with score and class each; the graph suppresses nothing.`,
      ...evidence,
      ...counted.evidence,
    ],
    warnings: counted.warnings,
    reading: {
      ...common,
      head: `labels, boxes and scores of ${count} queries`,
      outputs,
      classes: counted.count,
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      bakedIn: { maxDetections: count },
      rows,
      input: usualInput,
    },
  };
}
