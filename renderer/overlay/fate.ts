/** What became of a candidate, and which candidate suppressed which. */
import { iouAt } from '../../models/geometry/iou.ts';
import type { Look } from '../../models/types.ts';
import type { ShownBoxes } from './selection.ts';

/** Ranks count the shown boxes from 1, the strongest first. */
export type Fate =
  | { readonly kind: 'kept'; readonly rank: number }
  | { readonly kind: 'suppressed'; readonly by: number; readonly rank: number; readonly iou: number }
  | { readonly kind: 'weak' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'too-many' };

/** A suppressed candidate and the one that suppressed it. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly iou: number;
}

/** As `Selection.suppressedBy` writes it. */
const belowConfidence = -2;
const beyondLimit = -3;

function rankOf({ boxes }: ShownBoxes, candidate: number): number {
  return boxes.findIndex((shown) => shown.candidate === candidate) + 1;
}

/** What became of a candidate at the thresholds that `shown` was selected with. */
export function fateOf(look: Look, shown: ShownBoxes, confidence: number, candidate: number): Fate {
  const by = shown.selection.suppressedBy[candidate] ?? belowConfidence;
  if (by >= 0) {
    return { kind: 'suppressed', by, rank: rankOf(shown, by), iou: iouAt(look.candidates.boxes, candidate, by) };
  }
  if (by === beyondLimit) return { kind: 'too-many' };
  if (by === belowConfidence) {
    return { kind: (look.candidates.scores[candidate] ?? 0) > confidence ? 'outside' : 'weak' };
  }
  return { kind: 'kept', rank: rankOf(shown, candidate) };
}

/** Everything that a kept candidate suppressed, the strongest first. */
export function linksTo({ candidates }: Look, { selection }: ShownBoxes, kept: number): readonly Link[] {
  const links: Link[] = [];
  for (const [from, by] of selection.suppressedBy.entries()) {
    if (by === kept) links.push({ from, to: kept, iou: iouAt(candidates.boxes, from, kept) });
  }
  return links.sort((a, b) => (candidates.scores[b.from] ?? 0) - (candidates.scores[a.from] ?? 0) || a.from - b.from);
}

/** The links of candidates: to their suppressors where they were suppressed, from what they suppressed where they were kept. */
export function linksOf(look: Look, shown: ShownBoxes, candidates: readonly number[]): readonly Link[] {
  return candidates.flatMap((candidate): readonly Link[] => {
    const by = shown.selection.suppressedBy[candidate] ?? belowConfidence;
    if (by < 0) return linksTo(look, shown, candidate);
    return [{ from: candidate, to: by, iou: iouAt(look.candidates.boxes, candidate, by) }];
  });
}
