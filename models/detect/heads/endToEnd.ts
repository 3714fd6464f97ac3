import { formatDims } from '../formatDims.ts';
import { findStrides } from '../levels.ts';
import { finishedInput } from './finishedInput.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { describeColumns, plainWidth, readLayout } from './rowLayout.ts';
import { rowsShape } from './rowShapes.ts';
import { makeRowDecoder } from './rows.ts';
import { countClasses, findSelection } from './selection.ts';
import { bestOf } from './shapes.ts';
import { joinedColumns } from './valueOrigin.ts';

/**
 * YOLOv10, YOLO26 and other end-to-end heads: [1, K, 6] of x1, y1, x2, y2 in input pixels, score, class; the best K are
 * selected in the graph by score alone. With masks, keypoints or an angle there are more values a row. The class count is
 * not in the shape: it comes from the names or from the selection. Exports for DeepStream give such a row for every cell.
 */
export const endToEndHead: Head = {
  family: 'end-to-end',
  recognise: (model) =>
    findSelection(model) === null ? bestOf(model.outputs.map((output) => recogniseOutput(model, output))) : null,
  makeDecoder: makeRowDecoder,
};

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = rowsShape(output);
  if (shape === null || shape.count === 1 || shape.width < plainWidth) return null;
  const { count, width } = shape;
  // [box, scores of all classes] is another family's.
  const parts = joinedColumns(model, output.name, width);
  if (parts?.length === 2 && parts[0]?.width === 4) return null;
  const layout = readLayout(model, output, width);
  // Centre and size as shares of the picture are RT-DETR's, which pictures are stretched for.
  if (layout === null || (layout.rows.units === 'relative' && layout.rows.box === 'centre-size')) return null;
  const selects = model.hasOperator('TopK');
  const areAll = !selects && areCells(model, count);
  if (areAll && !layout.isInGraph) return null;
  const { rows, extraValues } = layout;
  const most = count ?? 'N';
  const outputs = [{ name: output.name, holds: 'predictions', order: 'box-major' }] as const;
  const input = finishedInput(model, { outputs, rows });
  const classes = countClasses(model);
  return {
    points:
      (selects || areAll ? 6 : 3) + (layout.isInGraph ? 3 : 0) + (model.metadata.get('end2end') === 'True' ? 1 : 0),
    evidence: [
      `Output "${output.name}" is ${formatDims(output.dims)}: finished boxes${count === null ? '' : `, at most ${count} a picture`}.`,
      ...(selects ? ['The graph selects the best boxes itself, so the grid cell of a box is not known.'] : []),
      ...(areAll
        ? ['There is one for every cell and nothing selects among them: overlapping ones are suppressed here.']
        : []),
      ...layout.evidence,
      ...classes.evidence,
      ...input.evidence,
    ],
    warnings: [...layout.warnings, ...classes.warnings, ...input.warnings],
    reading: {
      head: `[1, ${most}, ${width}]: ${describeColumns(rows)}; ${areAll ? 'still to be suppressed' : 'no suppression needed'}`,
      outputs,
      strides: [],
      anchorsPerCell: 1,
      classes: classes.count,
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      decodedInGraph: true,
      nmsInGraph: !areAll,
      ...(count === null || areAll ? {} : { bakedIn: { maxDetections: count } }),
      rows,
      ...(extraValues === undefined ? {} : { extraValues }),
      input: input.reading,
    },
  };
}

/** As many rows as cells are predictions of another head with one or two classes, unless the graph shows otherwise. */
function areCells({ size }: ModelFacts, count: number | null): boolean {
  return count !== null && [1, 3].some((anchors) => findStrides(size, count, anchors) !== null);
}
