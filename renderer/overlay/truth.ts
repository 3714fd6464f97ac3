/** Which cells are responsible for the labelled objects of a picture, and whether they found them. */
import { matchBoxes } from '../../models/geometry/agreement.ts';
import { boxAt } from '../../models/geometry/box.ts';
import { boxIou } from '../../models/geometry/iou.ts';
import type { Box, DetectorSpec, LabelledObject, Look } from '../../models/types.ts';
import { anchorsOfLevel } from './anchors.ts';
import { type Cell, cellAt, cellOfCandidate, heatOfCell } from './cells.ts';
import type { ShownBoxes } from './selection.ts';

/** The part of a specification that says which cell is made responsible. */
type Assignment = Pick<DetectorSpec, 'family' | 'anchors'>;

/** What the network made of an object. `candidate` is an index into the look's candidates. */
export type Verdict =
  /** `steps`: cells between the one that found it and the one that its middle lies in; null where the cell is unknown. */
  | { readonly kind: 'found'; readonly candidate: number; readonly iou: number; readonly steps: number | null }
  | { readonly kind: 'other-class'; readonly candidate: number }
  /** A box of its class from its cells was kept, but does not cover it by half. */
  | { readonly kind: 'misplaced'; readonly candidate: number; readonly iou: number }
  | { readonly kind: 'suppressed'; readonly candidate: number; readonly by: number }
  /** Its cells answered for another object of the class. */
  | { readonly kind: 'taken'; readonly candidate: number }
  /** The best score that its cells and their neighbours gave its class; 0 where it is not known. */
  | { readonly kind: 'weak'; readonly score: number };

/** A labelled object, and what the model made of it. */
export interface JudgedObject {
  readonly classId: number;
  readonly box: Box;
  /** Per level, the cell that the middle of the object lies in, and the anchor of that level that is most like it. */
  readonly cells: readonly { readonly cell: Cell; readonly anchor: number | null }[];
  /** Index into `cells`: the level that fits the size of the object; -1 without a grid. */
  readonly fitting: number;
  readonly verdict: Verdict;
}

/**
 * Anchor-free heads are trained with levels by size or by competition; as a rule of thumb the finest level that reaches the
 * sides of an object within this many cells is its own (the ranges of FCOS: 64 pixels at stride 8, 128 at 16, 256 at 32;
 * Tian et al., 2019, section 3.2).
 */
const reachInCells = 8;

/** Cells around the responsible one that may answer for an object as well. */
const neighbourhood = 1;

const matchIou = 0.5;

/** Judges every labelled object of a look at the given confidence. */
export function judgeObjects(
  look: Look,
  shown: ShownBoxes,
  spec: Assignment,
  objects: readonly LabelledObject[],
  confidence: number,
): readonly JudgedObject[] {
  const truth = objects.map(({ classId, box }) => ({ classId, box, score: 1 }));
  const match = matchBoxes(truth, shown.boxes, matchIou);
  const found = new Map(match.pairs.map((pair) => [pair.baseline, pair]));
  const taken = new Set(match.pairs.map((pair) => shown.boxes[pair.variant]?.candidate ?? -1));
  const renamed = new Map(match.changedClass.map((pair) => [pair.baseline, pair]));
  return objects.map((object, index): JudgedObject => {
    const cells = responsibleCells(look, spec, object.box);
    const judged = { ...object, cells, fitting: fittingLevel(look, spec, object.box) };
    const pair = found.get(index);
    const candidate = shown.boxes[pair?.variant ?? -1]?.candidate;
    if (pair && candidate !== undefined) {
      const steps = stepsBetween(cells, cellOfCandidate(look.candidates, candidate));
      return { ...judged, verdict: { kind: 'found', candidate, iou: pair.iou, steps } };
    }
    const other = shown.boxes[renamed.get(index)?.variant ?? -1]?.candidate;
    if (other !== undefined) return { ...judged, verdict: { kind: 'other-class', candidate: other } };
    return { ...judged, verdict: explainMiss(look, shown, taken, cells, object, confidence) };
  });
}

function responsibleCells(look: Look, spec: Assignment, box: Box): JudgedObject['cells'] {
  const middle = { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 };
  return look.levels.flatMap((_, level) => {
    const cell = cellAt(look.levels, level, look.placement, middle);
    return cell === null ? [] : [{ cell, anchor: bestAnchor(look, spec, level, box)?.anchor ?? null }];
  });
}

/** The anchor of a level that is most like a box, and how unlike it is still. */
function bestAnchor(look: Look, spec: Assignment, level: number, box: Box) {
  const { scaleX, scaleY } = look.placement;
  const width = (box[2] - box[0]) * scaleX;
  const height = (box[3] - box[1]) * scaleY;
  let best: { readonly anchor: number; readonly unlike: number } | null = null;
  for (const [anchor, [w, h]] of anchorsOfLevel(spec, level).entries()) {
    const unlike = unlikeness(spec.family, [width, height], [w, h]);
    if (best === null || unlike < best.unlike) best = { anchor, unlike };
  }
  return best;
}

/**
 * How unlike two shapes are, as the family measures it when it is trained: YOLOv2 to v4 by 1 - IoU of the shapes laid on one
 * corner, YOLOv5 and later anchor heads by the greatest ratio of widths or heights.
 */
function unlikeness(
  family: DetectorSpec['family'],
  [w, h]: readonly [number, number],
  [anchorW, anchorH]: readonly [number, number],
): number {
  if (family === 'v2' || family === 'v3') return 1 - boxIou([0, 0, w, h], [0, 0, anchorW, anchorH]);
  return Math.max(w / anchorW, anchorW / w, h / anchorH, anchorH / h);
}

function fittingLevel(look: Look, spec: Assignment, box: Box): number {
  const { levels, placement } = look;
  const byAnchor = levels.map((_, level) => bestAnchor(look, spec, level, box)?.unlike ?? Number.POSITIVE_INFINITY);
  const most = Math.min(...byAnchor);
  if (most < Number.POSITIVE_INFINITY) return byAnchor.indexOf(most);
  const side = Math.max((box[2] - box[0]) * placement.scaleX, (box[3] - box[1]) * placement.scaleY);
  const finestFirst = [...levels.keys()].sort((a, b) => (levels[a]?.stride ?? 0) - (levels[b]?.stride ?? 0));
  const reaching = finestFirst.find((level) => side / 2 <= reachInCells * (levels[level]?.stride ?? 0));
  return reaching ?? finestFirst.at(-1) ?? -1;
}

/** Rows or columns, whichever are more, between a cell and the responsible cell of its level. */
function stepsBetween(cells: JudgedObject['cells'], cell: Cell | null): number | null {
  const own = cells.find((one) => one.cell.level === cell?.level)?.cell;
  if (!own || !cell) return null;
  return Math.max(Math.abs(own.row - cell.row), Math.abs(own.column - cell.column));
}

/** Why nothing was found: judged by the best candidate of the object's class that its cells or their neighbours gave. */
function explainMiss(
  look: Look,
  { selection }: ShownBoxes,
  taken: ReadonlySet<number>,
  cells: JudgedObject['cells'],
  { classId, box }: LabelledObject,
  confidence: number,
): Verdict {
  const { candidates } = look;
  const isNear = (candidate: number) => {
    const cell = cellOfCandidate(candidates, candidate);
    if (cell === null) return boxIou(boxAt(candidates.boxes, candidate), box) >= matchIou;
    const steps = stepsBetween(cells, cell);
    return steps !== null && steps <= neighbourhood;
  };
  let [best, bestTaken] = [-1, -1];
  for (let candidate = 0; candidate < candidates.count; candidate += 1) {
    if (candidates.classIds[candidate] !== classId) continue;
    const isTaken = taken.has(candidate);
    const known = isTaken ? bestTaken : best;
    if (known >= 0 && (candidates.scores[candidate] ?? 0) <= (candidates.scores[known] ?? 0)) continue;
    if (!isNear(candidate)) continue;
    if (isTaken) bestTaken = candidate;
    else best = candidate;
  }
  const score = best < 0 ? 0 : (candidates.scores[best] ?? 0);
  if (score <= confidence) {
    if (bestTaken >= 0) return { kind: 'taken', candidate: bestTaken };
    return { kind: 'weak', score: best < 0 ? bestHeat(look, cells, classId) : score };
  }
  const by = selection.suppressedBy[best] ?? -1;
  if (by >= 0) return { kind: 'suppressed', candidate: best, by };
  return { kind: 'misplaced', candidate: best, iou: boxIou(boxAt(candidates.boxes, best), box) };
}

/** The highest heat of a class in the responsible cells. */
function bestHeat(look: Look, cells: JudgedObject['cells'], classId: number): number {
  return cells.reduce((highest, { cell }) => {
    const heat = heatOfCell(look, cell);
    return heat?.classId === classId ? Math.max(highest, heat.score) : highest;
  }, 0);
}

/** How many objects were found. */
export function countFound(objects: readonly JudgedObject[]): number {
  return objects.filter(({ verdict }) => verdict.kind === 'found').length;
}
