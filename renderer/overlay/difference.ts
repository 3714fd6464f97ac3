/** What a variant does differently on one picture: computed for the figures and drawn in the difference mode. */
import {
  addToTally,
  agreementFrom,
  countMoved,
  emptyTally,
  type Match,
  matchBoxes,
  movedBelowIou,
} from '../../models/geometry/agreement.ts';
import { matchClassNames } from '../../models/geometry/classMap.ts';
import type { Agreement, Box, Look } from '../../models/types.ts';
import { strokeBox } from './boxes.ts';
import { screenRectangle } from './canvas.ts';
import { type BoxLabel, drawLabels } from './labels.ts';
import type { ShownBox, ShownBoxes } from './selection.ts';
import type { ColorOf } from './sharedClasses.ts';
import type { Size, Transform } from './view.ts';

/** How a variant's boxes of one picture lie to the baseline's. */
export interface Difference {
  readonly match: Match;
  readonly moved: number;
  readonly agreement: Agreement;
  /** The lists that were matched; the classes of both are the baseline's. */
  readonly baseline: readonly ShownBox[];
  readonly variant: readonly ShownBox[];
}

/** What one model sees on a picture. */
interface Seen {
  readonly look: Pick<Look, 'classNames'>;
  readonly boxes: Pick<ShownBoxes, 'boxes'>;
}

/** Matches a variant's boxes to the baseline's, as the comparison does over all pictures: whatever the order of their classes. */
export function compareBoxes(before: Seen, after: Seen): Difference {
  const baseline = before.boxes.boxes;
  const variant = inClassesOf(before.look.classNames, after);
  const match = matchBoxes(baseline, variant);
  const tally = emptyTally();
  addToTally(tally, match, baseline, variant);
  return { match, moved: countMoved(match), agreement: agreementFrom(tally), baseline, variant };
}

/** Boxes with the class ids of the baseline; models with nothing in common keep theirs apart. */
function inClassesOf(names: readonly string[], { look, boxes }: Seen): readonly ShownBox[] {
  const classes = matchClassNames(names, look.classNames);
  if (classes?.every((id, index) => id === index)) return boxes.boxes;
  return boxes.boxes.map((shown) => ({
    ...shown,
    classId: classes === null ? names.length + shown.classId : (classes[shown.classId] ?? shown.classId),
  }));
}

/** The words of the three kinds, in the user's language. */
export interface DifferenceWords {
  readonly lost: string;
  readonly extra: string;
  readonly moved: string;
}

/**
 * Matched boxes thin and solid, moved ones solid with the old place dashed and a line between, lost ones long-dashed
 * and crossed out, extra ones dotted: each kind can be told without its colour.
 */
export function drawDifference(
  context: CanvasRenderingContext2D,
  difference: Difference,
  transform: Transform,
  pane: Size,
  { words, labels, colorOf }: { readonly words: DifferenceWords; readonly labels: boolean; readonly colorOf: ColorOf },
): void {
  const { baseline, variant } = difference;
  const texts: BoxLabel[] = [];
  const label = (text: string, shown: ShownBox) => texts.push({ text, box: shown.box, color: colorOf(shown) });
  for (const pair of difference.match.pairs) {
    const before = baseline[pair.baseline];
    const after = variant[pair.variant];
    if (!before || !after) continue;
    const color = colorOf(after);
    const moved = pair.iou < movedBelowIou;
    if (moved) {
      strokeBox(context, before.box, transform, { color, width: 1.5, dash: [4, 4] });
      drawShift(context, before.box, after.box, transform, color);
    }
    strokeBox(context, after.box, transform, { color, width: moved ? 2.5 : 1.25, dash: [] });
    if (moved) label(`${words.moved} ${after.className} IoU ${pair.iou.toFixed(2)}`, after);
  }
  for (const index of difference.match.lost) {
    const shown = baseline[index];
    if (!shown) continue;
    strokeBox(context, shown.box, transform, { color: colorOf(shown), width: 2.5, dash: [12, 6] });
    crossOut(context, shown.box, transform, colorOf(shown));
    label(`− ${words.lost} ${shown.className} ${shown.score.toFixed(2)}`, shown);
  }
  for (const index of difference.match.extra) {
    const shown = variant[index];
    if (!shown) continue;
    strokeBox(context, shown.box, transform, { color: colorOf(shown), width: 3, dash: [2, 5] });
    label(`+ ${words.extra} ${shown.className} ${shown.score.toFixed(2)}`, shown);
  }
  if (labels) drawLabels(context, texts, transform, pane);
}

function crossOut(context: CanvasRenderingContext2D, box: Box, transform: Transform, color: string): void {
  const { x, y, width, height } = screenRectangle(box, transform);
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + width, y + height);
  context.moveTo(x + width, y);
  context.lineTo(x, y + height);
  context.stroke();
}

function drawShift(context: CanvasRenderingContext2D, from: Box, to: Box, transform: Transform, color: string): void {
  const a = screenRectangle(from, transform);
  const b = screenRectangle(to, transform);
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(a.x + a.width / 2, a.y + a.height / 2);
  context.lineTo(b.x + b.width / 2, b.y + b.height / 2);
  context.stroke();
}
