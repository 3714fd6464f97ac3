import type { Look } from '../../models/types.ts';
import { faded, strokeBox } from './boxes.ts';
import type { BoxLabel } from './labels.ts';
import { type ColorOf, namedClass } from './sharedClasses.ts';
import type { JudgedObject } from './truth.ts';
import { type Transform, toScreen } from './view.ts';

/** The labelled objects, dashed: with a tick where they were found, a cross where they were missed. */
export function drawTruth(
  context: CanvasRenderingContext2D,
  objects: readonly JudgedObject[],
  look: Pick<Look, 'classNames'>,
  transform: Transform,
  options: {
    readonly emphasized: number | null;
    /** All but the emphasized one are pale, because something else is meant. */
    readonly faded: boolean;
    readonly colorOf: ColorOf;
  },
): void {
  for (const [index, { box, classId, verdict }] of objects.entries()) {
    const emphasized = index === options.emphasized;
    context.globalAlpha = options.faded && !emphasized ? faded : 1;
    const color = options.colorOf(namedClass(look, classId));
    strokeBox(context, box, transform, { color, width: emphasized ? 3.5 : 2, dash: [6, 4] });
    drawMark(context, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, verdict.kind === 'found', transform);
  }
  context.globalAlpha = 1;
}

/** The label of a labelled object. */
export function labelOfObject(
  { box, classId, verdict }: JudgedObject,
  look: Pick<Look, 'classNames'>,
  colorOf: ColorOf,
): BoxLabel {
  const named = namedClass(look, classId);
  const text = verdict.kind === 'found' ? `✓ ${named.className}` : `✗ ${named.className}`;
  return { text, box, color: colorOf(named), outlined: true };
}

/** The middle of an object: a filled dot where it was found, a cross where it was not. */
function drawMark(context: CanvasRenderingContext2D, x: number, y: number, found: boolean, transform: Transform): void {
  const at = toScreen(transform, { x, y });
  context.beginPath();
  if (found) {
    context.arc(at.x, at.y, 4, 0, 2 * Math.PI);
    context.fillStyle = '#ffffff';
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
    context.stroke();
    return;
  }
  context.moveTo(at.x - 5, at.y - 5);
  context.lineTo(at.x + 5, at.y + 5);
  context.moveTo(at.x + 5, at.y - 5);
  context.lineTo(at.x - 5, at.y + 5);
  context.lineCap = 'round';
  context.lineWidth = 4.5;
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.stroke();
  context.lineWidth = 2.25;
  context.strokeStyle = '#ffffff';
  context.stroke();
  context.lineCap = 'butt';
}
