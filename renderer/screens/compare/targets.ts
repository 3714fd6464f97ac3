import type { Look } from '../../../models/types.ts';
import { cellUnder, levelsOfStride } from '../../overlay/cells.ts';
import { counterpart, type Emphasis } from '../../overlay/scene.ts';
import { boxEdgeUnder, boxUnder, type ShownBoxes } from '../../overlay/selection.ts';
import type { SharedClasses } from '../../overlay/sharedClasses.ts';
import type { Point } from '../../overlay/view.ts';
import type { OverlayChoice, Target } from '../../state/view.ts';

/**
 * What the pointer means at an image point of one model's pane. With grid or heat on, cells come first and a box is meant
 * only on its lines; without one, the smallest box around the point.
 */
export function findTarget(
  variantId: string,
  look: Look,
  shown: ShownBoxes,
  overlay: OverlayChoice,
  point: Point,
  reach: number,
): Target | null {
  const boxes = overlay.boxes ? shown.boxes : [];
  const edge = boxEdgeUnder(boxes, point.x, point.y, reach);
  if (edge) return { kind: 'box', variantId, candidate: edge.candidate };
  if ((overlay.grid || overlay.heat) && look.levels.length > 0) {
    const cell = cellUnder(look, levelsOfStride(look.levels, overlay.stride), point);
    return cell && { kind: 'cell', variantId, cell };
  }
  const box = boxUnder(boxes, point.x, point.y);
  return box && { kind: 'box', variantId, candidate: box.candidate };
}

/**
 * What a pane lights up when `target` is meant: the box itself in its own pane, its counterpart in the others; a cell
 * in every pane whose model has one at that place.
 */
export function emphasisFor(
  target: Target | null,
  variantId: string,
  look: Look,
  shown: ShownBoxes,
  origin: { readonly look: Look; readonly shown: ShownBoxes } | null,
  classes: SharedClasses,
): Emphasis | null {
  if (target === null) return null;
  if (target.kind === 'cell') {
    const stride = origin?.look.levels[target.cell.level]?.stride;
    const level = look.levels.findIndex((other) => other.stride === stride);
    return level < 0 ? null : { kind: 'cell', cell: { ...target.cell, level } };
  }
  // Every pane has the same objects, and its own answer to them.
  if (target.kind === 'object') return { kind: 'object', object: target.object };
  if (target.variantId === variantId) return { kind: 'box', candidate: target.candidate };
  const box = origin?.shown.boxes.find(({ candidate }) => candidate === target.candidate);
  const found = box && counterpart(box, shown.boxes, classes);
  return found ? { kind: 'box', candidate: found.shown.candidate } : null;
}
