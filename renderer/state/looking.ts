/** Moving between pictures and boxes: shared by the keyboard, the palette and the screens. */
import type { Project, TrayImage } from '../../electron/contract.ts';
import type { CompareReport } from '../../models/types.ts';
import { showBoxes } from '../overlay/selection.ts';
import { readyLook } from './looks.ts';
import { findVariant, useProject } from './project.ts';
import { setView, showImage, useView, type ViewState } from './view.ts';

/** Lost and extra boxes of a variant on one picture. */
export interface Harm {
  readonly lost: number;
  readonly extra: number;
}

/** Harm by picture path: of the given variant, or of the worst one. Empty without a comparison. */
function harmByImage(report: CompareReport | undefined, variantPath: string | null): ReadonlyMap<string, Harm> {
  const model = report?.models.find(({ path }) => path === variantPath);
  return new Map((model?.images ?? report?.images ?? []).map(({ path, lost, extra }) => [path, { lost, extra }]));
}

/** The pictures in the order the strip shows them: as opened, or those that lost most first (then those with most extra). */
export function orderImages(
  images: readonly TrayImage[],
  harm: ReadonlyMap<string, Harm>,
  order: ViewState['stripOrder'],
): readonly TrayImage[] {
  if (order === 'tray' || harm.size === 0) return images;
  const none: Harm = { lost: 0, extra: 0 };
  return images.toSorted((a, b) => {
    const left = harm.get(a.path) ?? none;
    const right = harm.get(b.path) ?? none;
    return right.lost - left.lost || right.extra - left.extra;
  });
}

/** Harm of the variant in focus, in the latest comparison of a baseline. */
export function currentHarm(
  project: Project,
  baselineId: string | null,
  focusedId: string | null,
): ReadonlyMap<string, Harm> {
  const report = baselineId === null ? undefined : project.comparisons[baselineId];
  return harmByImage(report, findVariant(project, focusedId)?.modelPath ?? null);
}

/** Shows the picture `step` places further in the strip. */
export function showNeighbour(step: number): void {
  const { project } = useProject.getState();
  const view = useView.getState();
  const images = orderImages(project.images, currentHarm(project, view.baselineId, view.focusedId), view.stripOrder);
  const at = images.findIndex(({ path }) => path === view.imagePath);
  const next = images[Math.min(images.length - 1, Math.max(0, at + step))];
  if (next && next.path !== view.imagePath) showImage(next.path);
}

/** Pins the next box of the baseline (or of the model whose box is pinned), strongest first. */
export function stepBox(step: number): void {
  const view = useView.getState();
  const variantId = view.pinned?.variantId ?? view.baselineId;
  if (variantId === null) return;
  const look = readyLook(variantId, view.imagePath);
  if (!look) return;
  const { boxes } = showBoxes(look, view.confidence, view.iou);
  const pinned = view.pinned;
  const at = pinned?.kind === 'box' ? boxes.findIndex(({ candidate }) => candidate === pinned.candidate) : -1;
  const next = boxes[(at < 0 ? (step > 0 ? 0 : boxes.length - 1) : at + step + boxes.length) % boxes.length];
  if (next) setView({ pinned: { kind: 'box', variantId, candidate: next.candidate }, hovered: null });
}

/** All strides of the given models, finest first. */
export function strideChoices(project: Project, variantIds: readonly (string | null)[]): readonly number[] {
  const shown = variantIds.map((id) => findVariant(project, id));
  const strides = new Set(shown.flatMap((variant) => variant?.inspection.detector?.strides ?? []));
  return [...strides].sort((a, b) => a - b);
}
