/** Everything that is drawn over a picture for one model, in the order it lies on top of each other. */
import { boxAt } from '../../models/geometry/box.ts';
import { boxIou } from '../../models/geometry/iou.ts';
import type { Box, Look } from '../../models/types.ts';
import type { OverlayChoice } from '../state/view.ts';
import { drawBoxes, drawCandidates, drawPrediction } from './boxes.ts';
import { type Cell, candidatesOfCell, cellOfCandidate } from './cells.ts';
import { clipToPicture, drawCell, drawGrid } from './grid.ts';
import { drawHeat } from './heat.ts';
import type { ShownBox, ShownBoxes } from './selection.ts';
import type { Size, Transform } from './view.ts';

/** What is lit up in a pane: a shown box with its cell, or a cell with what it predicts. */
export type Emphasis =
  | { readonly kind: 'box'; readonly candidate: number }
  | { readonly kind: 'cell'; readonly cell: Cell };

export interface Scene {
  readonly look: Look;
  readonly shown: ShownBoxes;
  readonly overlay: OverlayChoice;
  readonly confidence: number;
  readonly emphasis: Emphasis | null;
}

/** Draws a scene into a pane. */
export function drawScene(context: CanvasRenderingContext2D, scene: Scene, transform: Transform, pane: Size): void {
  const { look, shown, overlay, emphasis } = scene;
  clipToPicture(context, look, transform);
  if (overlay.heat)
    for (const level of heatLevels(look, overlay.strides)) drawHeat(context, level, look.placement, transform);
  for (const level of look.levels) {
    if (overlay.strides.includes(level.stride)) drawGrid(context, level, look.placement, transform);
  }
  context.restore();
  if (overlay.candidates) drawCandidates(context, look, scene.confidence, transform);
  if (emphasis) drawEmphasizedCell(context, look, emphasis, transform);
  if (overlay.boxes) {
    drawBoxes(context, shown.boxes, transform, pane, {
      labels: overlay.labels,
      emphasized: emphasis?.kind === 'box' ? emphasis.candidate : null,
    });
  }
  if (emphasis?.kind === 'cell') drawCellPrediction(context, look, emphasis.cell, transform, pane);
}

/** The levels whose grid is on, or all of them where none is. */
function heatLevels(look: Look, strides: readonly number[]) {
  const chosen = look.levels.filter(({ stride }) => strides.includes(stride));
  return chosen.length > 0 ? chosen : look.levels;
}

function drawEmphasizedCell(
  context: CanvasRenderingContext2D,
  look: Look,
  emphasis: Emphasis,
  transform: Transform,
): void {
  const cell = emphasis.kind === 'cell' ? emphasis.cell : cellOfCandidate(look.candidates, emphasis.candidate);
  const level = cell && look.levels[cell.level];
  if (level) drawCell(context, level, cell, look.placement, transform);
}

function drawCellPrediction(
  context: CanvasRenderingContext2D,
  look: Look,
  cell: Cell,
  transform: Transform,
  pane: Size,
): void {
  const [best] = candidatesOfCell(look.candidates, cell);
  if (best === undefined) return;
  const classId = look.candidates.classIds[best] ?? 0;
  const label = `${look.classNames[classId] ?? classId} ${(look.candidates.scores[best] ?? 0).toFixed(2)}`;
  drawPrediction(context, boxAt(look.candidates.boxes, best), classId, label, transform, pane);
}

/** The box that overlaps `box` most, if by half or more: of its own class if there is one, else of any. */
export function counterpart(
  box: { readonly box: Box; readonly classId: number },
  others: readonly ShownBox[],
): { readonly shown: ShownBox; readonly iou: number } | null {
  let best: { shown: ShownBox; iou: number } | null = null;
  for (const shown of others) {
    const iou = boxIou(box.box, shown.box);
    if (iou < 0.5) continue;
    const sameClass = shown.classId === box.classId;
    const bestSameClass = best?.shown.classId === box.classId;
    if (best && bestSameClass && !sameClass) continue;
    if (!best || (sameClass && !bestSameClass) || iou > best.iou) best = { shown, iou };
  }
  return best;
}
