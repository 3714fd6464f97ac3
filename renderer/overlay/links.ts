/** Lines from suppressed candidates to what suppressed them. */
import { boxAt } from '../../models/geometry/box.ts';
import type { Look } from '../../models/types.ts';
import { cellOfCandidate, middleOfCell } from './cells.ts';
import type { Link } from './fate.ts';
import { type ColorOf, namedClass } from './sharedClasses.ts';
import { type Point, type Transform, toScreen } from './view.ts';

/** With more lines than this only the strongest are drawn: the star would become a blot. */
const mostLinks = 60;
/** With more than this no line has its IoU written on it. */
const mostNumbers = 4;
/** Pane pixels that a number takes. */
const numberWidth = 60;
/** Shorter lines have no room for a number. */
const shortest = 26;

/** Where a candidate is shown: the middle of its cell, for boxes of neighbours lie on each other; else of its box. */
function anchorPoint(look: Look, candidate: number): Point {
  const cell = cellOfCandidate(look.candidates, candidate);
  const level = cell && look.levels[cell.level];
  if (cell && level) return middleOfCell(level.stride, cell, look.placement);
  const [left, top, right, bottom] = boxAt(look.candidates.boxes, candidate);
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** A line per link: a dot in the class colour where the suppressed one is, the other end at the one that won. */
export function drawLinks(
  context: CanvasRenderingContext2D,
  look: Look,
  links: readonly Link[],
  transform: Transform,
  colorOf: ColorOf,
): void {
  const drawn = links.slice(0, mostLinks);
  for (const { from, to } of drawn) {
    const start = toScreen(transform, anchorPoint(look, from));
    const end = toScreen(transform, anchorPoint(look, to));
    drawLine(context, start, end);
  }
  for (const { from } of drawn) {
    const start = toScreen(transform, anchorPoint(look, from));
    drawDot(context, start, colorOf(namedClass(look, look.candidates.classIds[from] ?? 0)));
  }
  if (drawn.length > mostNumbers) return;
  const taken: Point[] = [];
  for (const { from, to, iou } of drawn) {
    const start = toScreen(transform, anchorPoint(look, from));
    const end = toScreen(transform, anchorPoint(look, to));
    const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
    const isTaken = taken.some(({ x, y }) => Math.abs(x - middle.x) < numberWidth && Math.abs(y - middle.y) < 18);
    if (isTaken || Math.hypot(end.x - start.x, end.y - start.y) < shortest) continue;
    taken.push(middle);
    drawNumber(context, `IoU ${iou.toFixed(2)}`, middle);
  }
}

function drawLine(context: CanvasRenderingContext2D, start: Point, end: Point): void {
  context.beginPath();
  context.moveTo(start.x, start.y);
  context.lineTo(end.x, end.y);
  context.lineWidth = 3;
  context.strokeStyle = 'rgba(0, 0, 0, 0.5)';
  context.stroke();
  context.lineWidth = 1.25;
  context.strokeStyle = '#ffffff';
  context.stroke();
}

function drawDot(context: CanvasRenderingContext2D, { x, y }: Point, color: string): void {
  context.beginPath();
  context.arc(x, y, 3.5, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
  context.stroke();
}

function drawNumber(context: CanvasRenderingContext2D, text: string, { x, y }: Point): void {
  context.font = '600 11px Inter, "Noto Sans", system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const width = context.measureText(text).width + 8;
  context.fillStyle = 'rgba(16, 17, 20, 0.85)';
  context.fillRect(x - width / 2, y - 8, width, 16);
  context.fillStyle = '#ffffff';
  context.fillText(text, x, y + 0.5);
  context.textAlign = 'start';
}
