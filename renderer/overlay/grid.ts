import type { Box, GridLevel, Placement } from '../../models/types.ts';
import { screenRectangle } from './canvas.ts';
import { type Cell, cellBox } from './cells.ts';
import type { Size, Transform } from './view.ts';

/** Cells smaller than this many pane pixels are not drawn: they would only grey the picture. */
const smallestCell = 4;
/** From this size on lines have their full strength; those of smaller cells lie closer and so are fainter. */
const roomyCell = 20;

/** Keeps what follows inside the picture. Undo with `context.restore()`. */
export function clipToPicture(context: CanvasRenderingContext2D, image: Size, transform: Transform): void {
  const { x, y, width, height } = screenRectangle([0, 0, image.width, image.height], transform);
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
}

/** The cell lines of one level, light on a dark shadow so that they show on any ground. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  placement: Placement,
  transform: Transform,
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
  context.globalAlpha = Math.min(1, size / roomyCell) ** 0.75;
  context.lineWidth = 2;
  context.strokeStyle = 'rgba(0, 0, 0, 0.16)';
  context.stroke(path);
  context.lineWidth = 1;
  context.strokeStyle = 'rgba(255, 255, 255, 0.34)';
  context.stroke(path);
  context.globalAlpha = 1;
}

/** One cell, lit up. */
export function drawCell(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  cell: Cell,
  placement: Placement,
  transform: Transform,
): void {
  const square: Box = cellBox(level.stride, cell.row, cell.column, placement);
  const { x, y, width, height } = screenRectangle(square, transform);
  context.fillStyle = 'rgba(255, 255, 255, 0.18)';
  context.fillRect(x, y, width, height);
  context.lineWidth = 4.5;
  context.strokeStyle = 'rgba(0, 0, 0, 0.6)';
  context.strokeRect(x, y, width, height);
  context.lineWidth = 2.5;
  context.strokeStyle = '#ffffff';
  context.strokeRect(x, y, width, height);
}
