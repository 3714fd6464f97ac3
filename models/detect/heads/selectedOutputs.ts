import { attributeInt } from '../../graph/nodes.ts';
import { formatDims } from '../formatDims.ts';
import type { ModelFacts, OutputFacts } from './head.ts';
import type { SuppressedForm } from './nms.ts';
import { holdsIntegers, rowsShape } from './rowShapes.ts';
import { relativeBox } from './valueOrigin.ts';

/**
 * All boxes [1, N, 4] and all scores [1, C, N] with the rows [batch, class, box] that NonMaxSuppression chose among them, as
 * exports of Keras models have them.
 */
export function findSelectedOutputs(model: ModelFacts): SuppressedForm | null {
  const indices = model.outputs.find((output) => rowsShape(output)?.width === 3 && holdsIntegers(model, output));
  if (indices === undefined) return null;
  const found = findPair(model.outputs.filter((output) => output !== indices));
  if (found === null) return null;
  const { boxes, scores, classes } = found;
  const order = orderOfCorners(model);
  return {
    points: 4,
    isPlain: false,
    classes,
    evidence: [
      `Output "${indices.name}" ${formatDims(indices.dims)} says which of the boxes "${boxes.name}" ${formatDims(boxes.dims)} and ` +
        `scores "${scores.name}" ${formatDims(scores.dims)} suppression left.`,
      order.evidence,
    ],
    warnings: order.warnings,
    reading: {
      head: `[N, 4] and [${classes}, N] with the indices that suppression left`,
      outputs: [
        { name: boxes.name, holds: 'boxes', order: 'box-major' },
        { name: scores.name, holds: 'scores', order: 'channel-major' },
        { name: indices.name, holds: 'indices', order: 'box-major' },
      ],
      rows: { columns: [], box: order.box, units: relativeBox(model, boxes.name) === null ? 'pixels' : 'relative' },
    },
  };
}

/** Boxes [N, 4] and scores [C, N]; N may be open. */
function findPair(outputs: readonly OutputFacts[]) {
  for (const boxes of outputs) {
    const shape = rowsShape(boxes);
    if (shape?.width !== 4) continue;
    for (const scores of outputs) {
      const [classes, count] = scores.shape;
      const fits = scores.shape.length === 2 && (count === shape.count || shape.count === null);
      if (scores !== boxes && fits && typeof classes === 'number') return { boxes, scores, classes };
    }
  }
  return null;
}

/** NonMaxSuppression takes opposite corners in either order, so that the graph does not tell x from y. */
function orderOfCorners(model: ModelFacts) {
  const nodes = [...model.index.producers.values()];
  const suppression = nodes.find((node) => node.opType === 'NonMaxSuppression');
  if (suppression !== undefined && attributeInt(suppression, 'center_point_box', 0) === 1) {
    return { box: 'centre-size', evidence: 'Suppression takes boxes as centre and size.', warnings: [] } as const;
  }
  const isKeras = model.extraInputs.some((input) => input.name === 'image_shape');
  if (isKeras || model.outputs.some((output) => /yolonms/i.test(output.name))) {
    return { box: 'y1x1y2x2', evidence: 'Keras exports give corners as y1, x1, y2, x2.', warnings: [] } as const;
  }
  return {
    box: 'x1y1x2y2',
    evidence: 'Corners are taken as x1, y1, x2, y2.',
    warnings: ['The graph does not tell whether x or y comes first in a box; x1, y1, x2, y2 is assumed.'],
  } as const;
}
