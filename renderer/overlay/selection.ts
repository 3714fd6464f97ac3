import { boxAt, clipBox } from '../../models/geometry/box.ts';
import { type Selection, selectDetections } from '../../models/geometry/nms.ts';
import type { Box, Look } from '../../models/types.ts';
import { type NamedClass, namedClass } from './sharedClasses.ts';

/** One box that is shown. */
export interface ShownBox extends NamedClass {
  /** Index into the look's candidates. */
  readonly candidate: number;
  readonly score: number;
  /** Image pixels, clipped to the picture. */
  readonly box: Box;
}

/** The boxes of a picture at the thresholds that are set. */
export interface ShownBoxes {
  readonly selection: Selection;
  /** By descending score. */
  readonly boxes: readonly ShownBox[];
}

/** At most so many boxes are shown, as everywhere in the product. */
const maximumDetections = 300;

interface Remembered {
  readonly confidence: number;
  readonly iou: number;
  readonly shown: ShownBoxes;
}
const remembered = new WeakMap<Look, Remembered>();

/**
 * The boxes of a look at the given thresholds. Runs in the window on what the engine sent once, so that sliders never
 * ask the engine; the last result per look is remembered, because several parts of the window want it.
 */
export function showBoxes(look: Look, confidence: number, iou: number): ShownBoxes {
  const last = remembered.get(look);
  if (last && last.confidence === confidence && last.iou === iou) return last.shown;
  const { candidates, width, height } = look;
  const selection = selectDetections(candidates, {
    confidence,
    iou,
    maxDetections: maximumDetections,
    nms: !look.nmsInGraph,
    width,
    height,
  });
  const boxes = Array.from(
    selection.kept,
    (candidate): ShownBox => ({
      candidate,
      ...namedClass(look, candidates.classIds[candidate] ?? 0),
      score: candidates.scores[candidate] ?? 0,
      box: clipBox(boxAt(candidates.boxes, candidate), width, height),
    }),
  );
  const shown = { selection, boxes };
  remembered.set(look, { confidence, iou, shown });
  return shown;
}

/** The smallest shown box that holds the image point (so that small things inside large ones can be reached), or null. */
export function boxUnder(boxes: readonly ShownBox[], x: number, y: number): ShownBox | null {
  let best: ShownBox | null = null;
  let bestArea = Number.POSITIVE_INFINITY;
  for (const shown of boxes) {
    const [x1, y1, x2, y2] = shown.box;
    if (x < x1 || x > x2 || y < y1 || y > y2) continue;
    const area = (x2 - x1) * (y2 - y1);
    if (area < bestArea) {
      best = shown;
      bestArea = area;
    }
  }
  return best;
}

/** The shown box one of whose sides passes within `reach` image pixels of the point, or null. */
export function boxEdgeUnder(boxes: readonly ShownBox[], x: number, y: number, reach: number): ShownBox | null {
  for (const shown of boxes) {
    const [x1, y1, x2, y2] = shown.box;
    const insideX = x >= x1 - reach && x <= x2 + reach;
    const insideY = y >= y1 - reach && y <= y2 + reach;
    if (!insideX || !insideY) continue;
    const nearX = Math.min(Math.abs(x - x1), Math.abs(x - x2)) <= reach;
    const nearY = Math.min(Math.abs(y - y1), Math.abs(y - y2)) <= reach;
    if (nearX || nearY) return shown;
  }
  return null;
}
