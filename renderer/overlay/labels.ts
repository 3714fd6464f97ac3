import { labelInk } from '../../models/geometry/classColor.ts';
import type { Box } from '../../models/types.ts';
import { screenRectangle } from './canvas.ts';
import { halo } from './colors.ts';
import type { Size, Transform } from './view.ts';

const labelFont = '600 12px Inter, "Noto Sans", "Noto Sans CJK SC", system-ui, sans-serif';
const labelHeight = 18;
/** Boxes lower than this have no room for a label inside. */
const smallBox = 3 * labelHeight;

/** In pane pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A text that belongs to a box. */
export interface BoxLabel {
  readonly text: string;
  readonly box: Box;
  readonly color: string;
  /**
   * Dark with text and frame in the colour instead of filled with it, and below the box rather than above: labels that a
   * person gave.
   */
  readonly outlined?: boolean;
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * Where a label of the given width goes: above its box, else at its top inside, below it, or at its right end, whichever
 * first covers no label that is placed already; always wholly inside the pane. The first place when all are taken.
 * @param below tries the lower edge of the box first: inside it, or outside where the box is small
 */
export function placeLabel(
  box: Rectangle,
  width: number,
  pane: Size,
  placed: readonly Rectangle[],
  below = false,
): Rectangle {
  const right = box.x + box.width - width;
  const bottom = box.y + box.height;
  const above: readonly (readonly [number, number])[] = [
    [box.x - 1, box.y - labelHeight - 1],
    [box.x - 1, box.y + 1],
    [right + 1, box.y - labelHeight - 1],
    [box.x - 1, bottom + 1],
    [right + 1, box.y + 1],
  ];
  const atFoot = [
    [box.x - 1, bottom - labelHeight - 1],
    [right + 1, bottom - labelHeight - 1],
  ] as const;
  const underneath = [box.x - 1, bottom + 1] as const;
  // Inside a small box a label would hide what the box is about.
  const small = box.height < smallBox;
  const candidates = below ? [...(small ? [underneath, ...atFoot] : [...atFoot, underneath]), ...above] : above;
  const inside = candidates.map(([x, y]) => ({
    x: Math.max(0, Math.min(x, pane.width - width)),
    y: Math.max(0, Math.min(y, pane.height - labelHeight)),
    width,
    height: labelHeight,
  }));
  const free = inside.find((place) => !placed.some((other) => overlaps(place, other)));
  return free ?? inside[0] ?? { x: 0, y: 0, width, height: labelHeight };
}

/**
 * Draws labels, the first with the first choice of its place and on top of the others.
 * @param taken places of labels that are there already; the new ones are added
 */
export function drawLabels(
  context: CanvasRenderingContext2D,
  labels: readonly BoxLabel[],
  transform: Transform,
  pane: Size,
  taken: Rectangle[] = [],
): void {
  context.font = labelFont;
  context.textBaseline = 'middle';
  const placed: Rectangle[] = [];
  const shown: BoxLabel[] = [];
  for (const label of labels) {
    const rectangle = screenRectangle(label.box, transform);
    if (!overlaps(rectangle, { x: 0, y: 0, ...pane })) continue;
    const width = Math.ceil(context.measureText(label.text).width) + 10;
    const place = placeLabel(rectangle, width, pane, taken, label.outlined);
    placed.push(place);
    taken.push(place);
    shown.push(label);
  }
  for (let index = shown.length - 1; index >= 0; index -= 1) {
    const label = shown[index];
    const place = placed[index];
    if (!label || !place) continue;
    context.fillStyle = halo;
    context.fillRect(place.x - 1, place.y - 1, place.width + 2, place.height + 2);
    context.fillStyle = label.color;
    context.fillRect(place.x, place.y, place.width, place.height);
    context.fillStyle = labelInk;
    if (label.outlined === true) {
      context.fillRect(place.x + 1, place.y + 1, place.width - 2, place.height - 2);
      context.fillStyle = label.color;
    }
    context.fillText(label.text, place.x + 5, place.y + labelHeight / 2 + 0.5);
  }
}
