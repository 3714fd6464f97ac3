/** Boxes and labels over a picture. All positions are computed in image pixels and drawn in pane pixels. */
import { boxAt } from '../../models/geometry/box.ts';
import type { Box, Look } from '../../models/types.ts';
import { screenRectangle } from './canvas.ts';
import { halo } from './colors.ts';
import type { BoxLabel } from './labels.ts';
import type { ShownBox } from './selection.ts';
import { type ColorOf, namedClass } from './sharedClasses.ts';
import type { Transform } from './view.ts';

const solid: readonly number[] = [];

/** Alpha of boxes while something else is meant. */
export const faded = 0.35;

/** How a box differs from the others: by width and dashes, not by colour alone. */
export interface BoxStyle {
  readonly color: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** One box with a dark line under it. */
export function strokeBox(context: CanvasRenderingContext2D, box: Box, transform: Transform, style: BoxStyle): void {
  const { x, y, width, height } = screenRectangle(box, transform);
  context.setLineDash(solid);
  context.lineJoin = 'round';
  context.strokeStyle = halo;
  context.lineWidth = style.width + 2.5;
  context.strokeRect(x, y, width, height);
  context.setLineDash(style.dash);
  context.strokeStyle = style.color;
  context.lineWidth = style.width;
  context.strokeRect(x, y, width, height);
  context.setLineDash(solid);
}

/** The boxes of one pane, weakest first so that the strongest lie on top; the emphasized one thicker. */
export function drawBoxes(
  context: CanvasRenderingContext2D,
  boxes: readonly ShownBox[],
  transform: Transform,
  options: {
    readonly emphasized: number | null;
    /** Pale, because something else is meant. */
    readonly faded: boolean;
    readonly colorOf: ColorOf;
  },
): void {
  context.globalAlpha = options.faded ? faded : 1;
  for (let index = boxes.length - 1; index >= 0; index -= 1) {
    const shown = boxes[index];
    if (!shown) continue;
    const emphasized = shown.candidate === options.emphasized;
    strokeBox(context, shown.box, transform, {
      color: options.colorOf(shown),
      width: emphasized ? 3.5 : 2,
      dash: solid,
    });
  }
  context.globalAlpha = 1;
}

/** The label of a shown box; it begins with the rank of the box where texts call the box by it. */
export function labelOfBox(shown: ShownBox, rank: number | null, colorOf: ColorOf): BoxLabel {
  const number = rank === null ? '' : `#${rank} `;
  return { text: `${number}${shown.className} ${shown.score.toFixed(2)}`, box: shown.box, color: colorOf(shown) };
}

/**
 * Every candidate above the confidence as a thin line, before any was suppressed. One path per class, since thousands
 * may pass.
 */
export function drawCandidates(
  context: CanvasRenderingContext2D,
  look: Look,
  confidence: number,
  transform: Transform,
  colorOf: ColorOf,
): void {
  const { candidates } = look;
  const paths = new Map<number, Path2D>();
  for (let index = 0; index < candidates.count; index += 1) {
    if ((candidates.scores[index] ?? 0) <= confidence) continue;
    const classId = candidates.classIds[index] ?? 0;
    let path = paths.get(classId);
    if (!path) {
      path = new Path2D();
      paths.set(classId, path);
    }
    const { x, y, width, height } = screenRectangle(boxAt(candidates.boxes, index), transform);
    path.rect(x, y, width, height);
  }
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  for (const [classId, path] of paths) {
    context.strokeStyle = colorOf(namedClass(look, classId));
    context.stroke(path);
  }
  context.globalAlpha = 1;
}
