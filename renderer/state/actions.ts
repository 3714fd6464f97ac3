/** What the user can have done that needs the shell; failures are shown where they happen. */
import type { JobRequest, JobResult, OpenReport, Settings } from '../../electron/contract.ts';
import { reportError } from '../../models/errors.ts';
import { showProblem, showProblems } from '../components/notify.tsx';
import * as studio from '../studio.ts';
import { adoptProject } from './adopt.ts';
import { findVariant, isRunnable, useProject } from './project.ts';
import { maximumVariants, setView, useView } from './view.ts';

/** Runs an action and shows its failure instead of throwing; undefined when it failed. */
export async function attempt<Value>(action: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await action();
  } catch (error) {
    showProblem(reportError(error));
    return undefined;
  }
}

async function open(action: () => Promise<OpenReport>): Promise<void> {
  const report = await attempt(action);
  if (!report) return;
  // A reply may overtake the event that tells of the new project, and what follows needs that project.
  const state = await attempt(studio.getState);
  if (state) adoptProject(state.project);
  showProblems(report.problems);
  afterOpening(report);
}

/** Opens dropped files and folders by their paths. */
export const openFiles = (paths: readonly string[]): Promise<void> => open(() => studio.openPaths(paths));

/** Opens what the user picks in the system's dialog. */
export const openByDialog = (what: 'models' | 'images' | 'folder'): Promise<void> =>
  open(() => studio.openDialog(what));

/** Opens the sample detector and its pictures. */
export const openSample = (): Promise<void> => open(studio.openSample);

/**
 * Puts what was opened beside what is there, and goes where the new things are: to the pictures when there is something
 * to see on them, else to the models.
 */
export function afterOpening(report: OpenReport): void {
  const { project } = useProject.getState();
  const opened = report.variantIds.map((id) => findVariant(project, id)).filter((variant) => variant !== undefined);
  const last = opened.at(-1);
  if (!last && report.images === 0) return;
  if (last) {
    setView({ selectedId: last.id });
    compareBeside(opened.filter(isRunnable).map(({ id }) => id));
  }
  const canLook = project.images.length > 0 && project.variants.some(isRunnable);
  if (last && (!isRunnable(last) || !canLook)) setView({ screen: 'models' });
  else if (canLook) setView({ screen: 'compare' });
}

/** Adds models to the comparison as long as there is room; a comparison that was set up already is left alone. */
function compareBeside(ids: readonly string[]): void {
  const { baselineId, variantIds } = useView.getState();
  if (variantIds.length > 0) return;
  const beside = ids.filter((id) => id !== baselineId).slice(0, maximumVariants);
  setView({ variantIds: beside, focusedId: beside[0] ?? null });
}

/** Puts a variant beside its parent (or beside the baseline that is set) in Compare. */
export function compareWith(variantId: string): void {
  const { project } = useProject.getState();
  const variant = findVariant(project, variantId);
  if (!variant || !isRunnable(variant)) return;
  const parent = findVariant(project, variant.parentId);
  const { baselineId, variantIds } = useView.getState();
  if (parent && parent.id !== baselineId && isRunnable(parent)) {
    setView({ baselineId: parent.id, variantIds: [variantId], focusedId: variantId });
    return;
  }
  if (!findVariant(project, baselineId)) {
    setView({ baselineId: variantId, variantIds: [], focusedId: null });
    return;
  }
  if (variantId === baselineId) return;
  const others = variantIds.filter((id) => id !== variantId);
  setView({ variantIds: [variantId, ...others].slice(0, maximumVariants), focusedId: variantId });
}

/** Shows what a job has made. */
export function followResult(result: JobResult): void {
  if (result.kind === 'prune' || result.kind === 'quantize' || result.kind === 'derive') compareWith(result.variantId);
}

/** Queues a job; its id, or undefined when the shell refused. */
export const startJob = (request: JobRequest): Promise<string | undefined> => attempt(() => studio.startJob(request));

/**
 * Compares the baseline with every chosen variant on all pictures, at the thresholds as they are set; goes where it says what is
 * missing when there is nothing to compare.
 */
export async function compareNow(): Promise<void> {
  const { baselineId, variantIds, confidence, iou } = useView.getState();
  if (baselineId === null || variantIds.length === 0) {
    setView({ screen: 'compare', dockTab: 'figures' });
    return;
  }
  await startJob({ kind: 'compare', baselineId, variantIds, confidence, iou });
}

/** Changes settings; the event that follows updates the store. */
export const changeSettings = async (change: Partial<Settings>): Promise<void> => {
  await attempt(() => studio.updateSettings(change));
};
