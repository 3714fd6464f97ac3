/** Everything that is drawn over a picture for one model, in the order it lies on top of each other. */
import { boxAt } from '../../models/geometry/box.ts';
import { boxIou } from '../../models/geometry/iou.ts';
import type { Box, DetectorSpec, Look } from '../../models/types.ts';
import type { OverlayChoice } from '../state/view.ts';
import { anchorBoxes } from './anchors.ts';
import { drawBoxes, drawCandidates, labelOfBox, strokeBox } from './boxes.ts';
import { type Cell, candidatesOfCell, cellOfCandidate, levelsOfStride } from './cells.ts';
import { drawTruth, labelOfObject } from './drawTruth.ts';
import { fateOf, linksOf } from './fate.ts';
import { clipToBars, clipToPicture, drawBars, drawCell, drawGrid, gridExtent } from './grid.ts';
import { drawHeat, drawHeatNumbers, ownSource } from './heat.ts';
import { type BoxLabel, drawLabels } from './labels.ts';
import { drawLinks } from './links.ts';
import type { ShownBox, ShownBoxes } from './selection.ts';
import { type ColorOf, type NamedClass, namedClass, type SharedClasses } from './sharedClasses.ts';
import type { JudgedObject } from './truth.ts';
import type { Size, Transform } from './view.ts';

/** What is lit up in a pane: a box with its cell, a cell with what it predicts, or a labelled object with its cells. */
export type Emphasis =
  | { readonly kind: 'box'; readonly candidate: number }
  | { readonly kind: 'cell'; readonly cell: Cell }
  | { readonly kind: 'object'; readonly object: number };

/** All that is drawn over a picture for one model. */
export interface Scene {
  readonly look: Look;
  readonly shown: ShownBoxes;
  readonly spec: Pick<DetectorSpec, 'anchors'> | null;
  /** Labelled objects, where they are to be shown. */
  readonly objects: readonly JudgedObject[] | null;
  readonly overlay: OverlayChoice;
  readonly confidence: number;
  readonly emphasis: Emphasis | null;
  readonly classes: SharedClasses;
}

/** How strongly cells over the bars show: the network has them, but nothing is there to see. */
const overBars = 0.4;
const finerStrength = 0.6;

/** Draws a scene into a pane. */
export function drawScene(context: CanvasRenderingContext2D, scene: Scene, transform: Transform, pane: Size): void {
  const { look, shown, overlay, emphasis, objects } = scene;
  const { colorOf } = scene.classes;
  const faded = emphasis?.kind === 'cell' || emphasis?.kind === 'object';
  if (overlay.grid || overlay.heat) drawCells(context, scene, transform);
  if (overlay.candidates) drawCandidates(context, look, scene.confidence, transform, colorOf);
  if (overlay.boxes) {
    const emphasized = emphasis?.kind === 'box' ? emphasis.candidate : null;
    drawBoxes(context, shown.boxes, transform, { faded, emphasized, colorOf });
  }
  if (objects) {
    const emphasized = emphasis?.kind === 'object' ? emphasis.object : null;
    drawTruth(context, objects, look, transform, { faded, emphasized, colorOf });
  }
  // A cell and an object bring their own.
  if (overlay.labels && !faded) drawLabels(context, labelsOf(scene), transform, pane);
  if (emphasis) drawEmphasis(context, scene, emphasis, transform, pane);
}

function labelsOf({ look, shown, overlay, objects, classes: { colorOf } }: Scene): readonly BoxLabel[] {
  const ranked = overlay.grid || overlay.candidates;
  const boxes = overlay.boxes ? shown.boxes : [];
  return [
    ...boxes.map((box, index) => labelOfBox(box, ranked ? index + 1 : null, colorOf)),
    ...(objects ?? []).map((object) => labelOfObject(object, look, colorOf)),
  ];
}

/** Grid and heat of the chosen levels, the coarsest lowest; once over the picture, and faintly over the bars. */
function drawCells(context: CanvasRenderingContext2D, { look, overlay, classes }: Scene, transform: Transform): void {
  const { levels, placement, width, height } = look;
  const source = ownSource(look, overlay.heatOf, classes);
  const chosen = levelsOfStride(levels, overlay.stride).flatMap((level) => levels[level] ?? []);
  chosen.sort((a, b) => b.stride - a.stride);
  const image = { width, height };
  const extent = gridExtent(chosen, placement);
  if (chosen.length === 0) return;
  const draw = (strength: number) => {
    context.globalAlpha = strength;
    if (overlay.heat) for (const level of chosen) drawHeat(context, level, source, placement, transform);
    context.globalAlpha = 1;
    if (!overlay.grid) return;
    // The coarsest leads the eye; the finer ones only divide its cells.
    for (const [finer, level] of chosen.entries()) {
      drawGrid(context, level, placement, transform, strength * finerStrength ** finer);
    }
  };
  clipToBars(context, image, extent, transform);
  drawBars(context, extent, transform);
  draw(overBars);
  context.restore();
  clipToPicture(context, image, transform);
  draw(1);
  // Numbers of several levels would lie on each other.
  const [only, ...others] = chosen;
  if (overlay.heat && only && others.length === 0) {
    drawHeatNumbers(context, only, source, placement, transform);
  }
  context.restore();
}

function drawEmphasis(
  context: CanvasRenderingContext2D,
  scene: Scene,
  emphasis: Emphasis,
  transform: Transform,
  pane: Size,
): void {
  switch (emphasis.kind) {
    case 'box':
      drawBoxStory(context, scene, emphasis.candidate, transform);
      return;
    case 'cell':
      drawCellStory(context, scene, emphasis.cell, transform, pane);
      return;
    case 'object':
      drawObjectStory(context, scene, emphasis.object, transform, pane);
  }
}

/** A box's cell, and lines from everything that it suppressed. */
function drawBoxStory(
  context: CanvasRenderingContext2D,
  { look, shown, classes }: Scene,
  candidate: number,
  transform: Transform,
): void {
  const cell = cellOfCandidate(look.candidates, candidate);
  const level = cell && look.levels[cell.level];
  if (level) drawCell(context, level, cell, look.placement, transform);
  drawLinks(context, look, linksOf(look, shown, [candidate]), transform, classes.colorOf);
}

/** A cell's square, its anchors, every box that it proposed, and what suppressed them. */
function drawCellStory(
  context: CanvasRenderingContext2D,
  { look, shown, spec, confidence, classes: { colorOf } }: Scene,
  cell: Cell,
  transform: Transform,
  pane: Size,
): void {
  const level = look.levels[cell.level];
  if (!level) return;
  for (const anchor of spec ? anchorBoxes(spec, level.stride, cell, look.placement) : []) {
    strokeBox(context, anchor, transform, { color: '#ffffff', width: 1, dash: [2, 3] });
  }
  drawCell(context, level, cell, look.placement, transform);
  const found = candidatesOfCell(look.candidates, cell);
  const classOf = (candidate: number) => namedClass(look, look.candidates.classIds[candidate] ?? 0);
  for (const candidate of found.toReversed()) {
    const kept = fateOf(look, shown, confidence, candidate).kind === 'kept';
    const color = colorOf(classOf(candidate));
    const box = boxAt(look.candidates.boxes, candidate);
    strokeBox(context, box, transform, { color, width: kept ? 3.5 : 2, dash: kept ? [] : [7, 5] });
  }
  drawLinks(context, look, linksOf(look, shown, found), transform, colorOf);
  const labels = found.map((candidate): BoxLabel => {
    const named = classOf(candidate);
    const text = `${named.className} ${(look.candidates.scores[candidate] ?? 0).toFixed(2)}`;
    return { text, box: boxAt(look.candidates.boxes, candidate), color: colorOf(named) };
  });
  drawLabels(context, [...labels, ...suppressorLabels(shown, found, colorOf)], transform, pane);
}

/** The boxes that candidates were suppressed by, under the numbers that texts call them by. */
function suppressorLabels(shown: ShownBoxes, candidates: readonly number[], colorOf: ColorOf): readonly BoxLabel[] {
  const winners = new Set(candidates.map((candidate) => shown.selection.suppressedBy[candidate]));
  return shown.boxes.flatMap((box, index) => (winners.has(box.candidate) ? [labelOfBox(box, index + 1, colorOf)] : []));
}

/** The cells that an object's middle lies in, the one of its size bright; and the cell and the box that found it. */
function drawObjectStory(
  context: CanvasRenderingContext2D,
  { look, shown, objects, classes: { colorOf } }: Scene,
  index: number,
  transform: Transform,
  pane: Size,
): void {
  const object = objects?.[index];
  if (!object) return;
  for (const [at, { cell }] of object.cells.entries()) {
    const level = look.levels[cell.level];
    if (level && at !== object.fitting) drawCell(context, level, cell, look.placement, transform, 'quiet');
  }
  const { verdict } = object;
  const rank = verdict.kind === 'found' ? shown.boxes.findIndex((box) => box.candidate === verdict.candidate) : -1;
  const box = shown.boxes[rank];
  if (box) strokeBox(context, box.box, transform, { color: colorOf(box), width: 2, dash: [] });
  const cell = (box && cellOfCandidate(look.candidates, box.candidate)) ?? object.cells[object.fitting]?.cell;
  const level = cell && look.levels[cell.level];
  if (level) drawCell(context, level, cell, look.placement, transform);
  const labels = [labelOfObject(object, look, colorOf)];
  drawLabels(context, box ? [labelOfBox(box, rank + 1, colorOf), ...labels] : labels, transform, pane);
}

/** A box of another model that lies where one does. */
export interface Counterpart {
  readonly shown: ShownBox;
  readonly iou: number;
  readonly isSameClass: boolean;
}

/** The box that overlaps `box` most, if by half or more: of its own class if there is one, else of any. */
export function counterpart(
  box: NamedClass & { readonly box: Box },
  others: readonly ShownBox[],
  { numberOf }: Pick<SharedClasses, 'numberOf'>,
): Counterpart | null {
  const wanted = numberOf(box);
  let best: Counterpart | null = null;
  for (const shown of others) {
    const iou = boxIou(box.box, shown.box);
    if (iou < 0.5) continue;
    const isSameClass = numberOf(shown) === wanted;
    if (best?.isSameClass && !isSameClass) continue;
    if (!best || (isSameClass && !best.isSameClass) || iou > best.iou) best = { shown, iou, isSameClass };
  }
  return best;
}
