/**
 * What the variant in focus does differently, picture by picture: as it was compared over all pictures, and anew at the
 * thresholds as they are set for every picture that both models have been looked at on.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Project } from '../../electron/contract.ts';
import { groupDifferences } from '../../models/geometry/differenceGroups.ts';
import type { ComparedModel, CompareReport } from '../../models/types.ts';
import { compareBoxes } from '../overlay/difference.ts';
import type { Verdict, VerdictOf } from '../overlay/pictureFilter.ts';
import { showBoxes } from '../overlay/selection.ts';
import { rememberLast } from '../rememberLast.ts';
import { imagesSeenBy, onLooks, readyLook } from './looks.ts';
import { findVariant, useProject } from './project.ts';
import { useView } from './view.ts';

interface VerdictsState {
  /** By picture path. */
  readonly live: ReadonlyMap<string, Verdict>;
}

const useVerdicts = create<VerdictsState>()(() => ({ live: new Map() }));

function judge(baselineId: string, variantId: string, imagePath: string): Verdict | null {
  const { confidence, iou } = useView.getState();
  const [before, after] = [readyLook(baselineId, imagePath), readyLook(variantId, imagePath)];
  if (before === null || after === null) return null;
  const { match, moved, baseline, variant } = compareBoxes(
    { look: before, boxes: showBoxes(before, confidence, iou) },
    { look: after, boxes: showBoxes(after, confidence, iou) },
  );
  return {
    lost: match.lost.length,
    extra: match.extra.length,
    moved,
    changedClass: match.changedClass.length,
    groups: groupDifferences(match, baseline, variant),
    current: true,
  };
}

/** Milliseconds of work between two chances for the window to draw. */
const slice = 6;
const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve));

let stale = false;
let busy = false;

/** Judges every picture that was seen; what changes meanwhile is taken up afterwards, so that a dragged slider never starves it. */
async function refresh(): Promise<void> {
  stale = true;
  if (busy) return;
  busy = true;
  while (stale) {
    stale = false;
    useVerdicts.setState({ live: await judgeSeen() });
  }
  busy = false;
}

async function judgeSeen(): Promise<ReadonlyMap<string, Verdict>> {
  const { baselineId, focusedId } = useView.getState();
  const live = new Map<string, Verdict>();
  if (baselineId === null || focusedId === null) return live;
  let started = performance.now();
  for (const imagePath of imagesSeenBy([baselineId, focusedId])) {
    if (performance.now() - started > slice) {
      await nextTask();
      started = performance.now();
    }
    const verdict = judge(baselineId, focusedId, imagePath);
    if (verdict !== null) live.set(imagePath, verdict);
  }
  return live;
}

/** Keeps the verdicts up to date for as long as a screen shows them. */
export function useLiveVerdicts(): void {
  useEffect(() => {
    const stopLooks = onLooks(() => void refresh());
    const stopView = useView.subscribe((now, before) => {
      const same =
        now.confidence === before.confidence &&
        now.iou === before.iou &&
        now.baselineId === before.baselineId &&
        now.focusedId === before.focusedId;
      if (!same) void refresh();
    });
    void refresh();
    return () => {
      stopLooks();
      stopView();
    };
  }, []);
}

const noVerdicts: ReadonlyMap<string, Verdict> = new Map();
/** Kept for as long as their comparison: a tray of 100,000 takes a while to go through. */
const known = new WeakMap<ComparedModel, ReadonlyMap<string, Verdict>>();

/** What was measured of a variant over all pictures; nothing where the comparison does not have it. */
function measuredVerdicts(report: CompareReport | undefined, variantPath: string | null): ReadonlyMap<string, Verdict> {
  const model = report?.models.find(({ path }) => path === variantPath);
  if (model === undefined) return noVerdicts;
  const before = known.get(model);
  if (before !== undefined) return before;
  const verdicts = new Map(model.images.map(({ path, ...counts }) => [path, { ...counts, current: true }]));
  known.set(model, verdicts);
  return verdicts;
}

/** Whether the boxes of a comparison were compared at other thresholds; those of earlier versions do not know theirs. */
export function measuredAtOthers(report: CompareReport | undefined, confidence: number, iou: number): boolean {
  return (report?.confidence ?? confidence) !== confidence || (report?.iou ?? iou) !== iou;
}

interface ThresholdsAndModels {
  readonly baselineId: string | null;
  readonly focusedId: string | null;
  readonly confidence: number;
  readonly iou: number;
}

function reportOf({ comparisons }: Project, baselineId: string | null): CompareReport | undefined {
  return baselineId === null ? undefined : comparisons[baselineId];
}

/** What was seen, else what was measured. The last answer is kept, so that what is listed by it can be kept as well. */
const joinVerdicts = rememberLast(
  (live: ReadonlyMap<string, Verdict>, measured: ReadonlyMap<string, Verdict>, isOld: boolean): VerdictOf =>
    (path) => {
      const seen = live.get(path);
      if (seen !== undefined) return seen;
      const before = measured.get(path);
      return before && isOld ? { ...before, current: false } : before;
    },
);

/** The verdicts as they are at this moment, for what is no component. */
export function currentVerdicts(project: Project, view: ThresholdsAndModels): VerdictOf {
  const report = reportOf(project, view.baselineId);
  const path = findVariant(project, view.focusedId)?.modelPath ?? null;
  const isOld = measuredAtOthers(report, view.confidence, view.iou);
  return joinVerdicts(useVerdicts.getState().live, measuredVerdicts(report, path), isOld);
}

/** The verdict on every picture, and whether any was measured over all of them. */
export function useVerdictOf(): {
  readonly verdictOf: VerdictOf;
  readonly isCompared: boolean;
} {
  const baselineId = useView((state) => state.baselineId);
  const focusedId = useView((state) => state.focusedId);
  const report = useProject((state) => reportOf(state.project, baselineId));
  const path = useProject((state) => findVariant(state.project, focusedId)?.modelPath ?? null);
  const isOld = useView((state) => measuredAtOthers(report, state.confidence, state.iou));
  const live = useVerdicts((state) => state.live);
  const measured = measuredVerdicts(report, path);
  return { verdictOf: joinVerdicts(live, measured, isOld), isCompared: measured.size > 0 };
}
