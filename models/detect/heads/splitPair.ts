import { orderOfAnchors, sizesOf } from './anchorGrid.ts';
import { anchorsInGraph } from './anchors.ts';
import { readDecodedBoxes, rowsOf } from './decodedBox.ts';
import type { HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { namesPoints, valuesBeside } from './shapes.ts';
import { isRelativePlace } from './valueRange.ts';

/**
 * Boxes [N, 1, 4] or [N, 4] of `anchorsPerCell` anchors beside scores [N, C], which have the objectness in them already. YOLOv4
 * is exported so, in corners as shares of the picture; it is the only one with a dimension of 1.
 */
export function readSplitPair(
  model: ModelFacts,
  boxes: OutputFacts,
  { anchorsPerCell, resize }: { readonly anchorsPerCell: number; readonly resize: 'stretch' | 'letterbox-center' },
): HeadMatch | null {
  const [count, second, third] = boxes.shape;
  const isLikeYoloV4 = boxes.shape.length === 3 && second === 1 && third === 4;
  const isPlain = boxes.shape.length === 2 && second === 4;
  if (typeof count !== 'number' || (!isLikeYoloV4 && !isPlain)) return null;
  const grid = findGrid(model, boxes.name, count, anchorsPerCell);
  const [scores, another] = valuesBeside(model, boxes, count).filter(({ order }) => order === 'box-major');
  if (grid === null || scores === undefined || another !== undefined) return null;
  const classes = scores.values;
  const read = readDecodedBoxes(model, boxes.name);
  const bounded = isRelativePlace(model, boxes.name);
  const form = isLikeYoloV4 ? 'x1y1x2y2' : (read.form ?? 'x1y1x2y2');
  const units = bounded === null ? (isLikeYoloV4 ? 'relative' : read.units) : bounded ? 'relative' : 'pixels';
  const levels = sizesOf(model, grid);
  const found = anchorsInGraph(model, { levels, anchorsPerCell, units });
  // Rows of other heads may be three times some number of cells: a graph that has anchors shows them.
  if (isPlain && found === null) return null;
  const order = orderOfAnchors(model, boxes.name, levels, anchorsPerCell);
  const shape = `[1, ${boxes.shape.join(', ')}]`;
  return {
    points: (isLikeYoloV4 ? 7 : 5) + namesPoints(model, classes),
    evidence: [
      `Output "${boxes.name}" is ${shape} and "${scores.output.name}" [1, ${count}, ${classes}]: boxes and scores of ${anchorsPerCell} anchors in the cells of ${grid.text}.`,
      ...(isLikeYoloV4 ? ['YOLOv4 is exported so.'] : []),
      `Boxes are taken for ${form === 'x1y1x2y2' ? 'corners' : 'centre and size'} in ${units === 'relative' ? 'shares of the picture' : 'input pixels'}.`,
      ...(found?.evidence ?? []),
    ],
    warnings:
      isLikeYoloV4 || read.form !== null
        ? []
        : ['Boxes are taken for x1, y1, x2, y2; if they lie wrong, try centre and size in the specification.'],
    reading: {
      ...gridOf(grid),
      ...(found === null ? {} : { anchors: found.anchors }),
      ...rowsOf(form, units),
      head: `boxes ${shape} and scores [1, ${count}, ${classes}], decoded`,
      outputs: [
        { name: boxes.name, holds: 'boxes', order },
        { name: scores.output.name, holds: 'scores', order },
      ],
      anchorsPerCell,
      classes,
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      decodedInGraph: true,
      nmsInGraph: false,
      input: { channels: 'RGB', scale: 1 / 255, resize },
    },
  };
}
