import { toImageX, toImageY } from '../../models/geometry/letterbox.ts';
import type { Box, GridLevel, Placement } from '../../models/types.ts';
import { screenRectangle } from './canvas.ts';
import { type Cell, cellBox } from './cells.ts';
import type { Size, Transform } from './view.ts';

/** Cells smaller than this many pane pixels are not drawn: they would only grey the picture. */
const smallestCell = 4;
/** From this size on lines have their full strength; those of smaller cells lie closer and so are fainter. */
const roomyCell = 20;

/** The grids' whole extent in image pixels: the input, and what the last cells reach beyond it. */
export function gridExtent(levels: readonly GridLevel[], placement: Placement): Box {
  const right = Math.max(placement.inputWidth, ...levels.map(({ columns, stride }) => columns * stride));
  const bottom = Math.max(placement.inputHeight, ...levels.map(({ rows, stride }) => rows * stride));
  return [toImageX(placement, 0), toImageY(placement, 0), toImageX(placement, right), toImageY(placement, bottom)];
}

/** Keeps what follows inside the picture. Undo with `context.restore()`. */
export function clipToPicture(context: CanvasRenderingContext2D, image: Size, transform: Transform): void {
  const { x, y, width, height } = screenRectangle([0, 0, image.width, image.height], transform);
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
}

/** Keeps what follows on the bars, outside the picture and inside `extent`. Undo with `context.restore()`. */
export function clipToBars(context: CanvasRenderingContext2D, image: Size, extent: Box, transform: Transform): void {
  const inner = screenRectangle([0, 0, image.width, image.height], transform);
  const outer = screenRectangle(extent, transform);
  context.save();
  context.beginPath();
  context.rect(outer.x, outer.y, outer.width, outer.height);
  context.rect(inner.x, inner.y, inner.width, inner.height);
  context.clip('evenodd');
}

/** Shows that the network sees grey bars where the picture ends. */
export function drawBars(context: CanvasRenderingContext2D, extent: Box, transform: Transform): void {
  const { x, y, width, height } = screenRectangle(extent, transform);
  context.fillStyle = 'rgba(114, 114, 114, 0.22)';
  context.fillRect(x, y, width, height);
}

/**
 * The cell lines of one level, light on a dark shadow so that they show on any ground.
 * @param strength 0..1
 */
export function drawGrid(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  placement: Placement,
  transform: Transform,
  strength: number,
): void {
  const first = screenRectangle(cellBox(level.stride, 0, 0, placement), transform);
  const size = Math.min(first.width, first.height);
  if (size < smallestCell) return;
  const path = new Path2D();
  const right = first.x + level.columns * first.width;
  const bottom = first.y + level.rows * first.height;
  for (let column = 0; column <= level.columns; column += 1) {
    const x = Math.round(first.x + column * first.width) + 0.5;
    path.moveTo(x, first.y);
    path.lineTo(x, bottom);
  }
  for (let row = 0; row <= level.rows; row += 1) {
    const y = Math.round(first.y + row * first.height) + 0.5;
    path.moveTo(first.x, y);
    path.lineTo(right, y);
  }
  context.globalAlpha = strength * Math.min(1, size / roomyCell) ** 0.75;
  context.lineWidth = 2;
  context.strokeStyle = 'rgba(0, 0, 0, 0.16)';
  context.stroke(path);
  context.lineWidth = 1;
  context.strokeStyle = 'rgba(255, 255, 255, 0.3)';
  context.stroke(path);
  context.globalAlpha = 1;
}

/** One cell, lit up; a quiet one is only outlined. */
export function drawCell(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  cell: Cell,
  placement: Placement,
  transform: Transform,
  look: 'bright' | 'quiet' = 'bright',
): void {
  const square: Box = cellBox(level.stride, cell.row, cell.column, placement);
  const { x, y, width, height } = screenRectangle(square, transform);
  const bright = look === 'bright';
  if (bright) {
    context.fillStyle = 'rgba(255, 255, 255, 0.18)';
    context.fillRect(x, y, width, height);
  }
  context.setLineDash(bright ? [] : [3, 3]);
  context.lineWidth = bright ? 4.5 : 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)';
  context.strokeRect(x, y, width, height);
  context.lineWidth = bright ? 2.5 : 1.25;
  context.strokeStyle = '#ffffff';
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
}
