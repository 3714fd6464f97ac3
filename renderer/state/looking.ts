/** Moving between pictures, boxes and cells: shared by the keyboard, the palette and the screens. */
import type { Look } from '../../models/types.ts';
import { type Cell, cellOfCandidate, levelsOfStride, moveCell, samePlace, surestCell } from '../overlay/cells.ts';
import { showBoxes } from '../overlay/selection.ts';
import { listedPictures } from './listedPictures.ts';
import { readyLook } from './looks.ts';
import { usePictureFilter } from './pictureFilter.ts';
import { useProject } from './project.ts';
import { currentVerdicts } from './verdicts.ts';
import { setOverlay, setView, showImage, useView, type ViewState } from './view.ts';

/** Shows the picture `step` places further in the strip. */
export function showNeighbour(step: number): void {
  const { project } = useProject.getState();
  const view = useView.getState();
  const { filter } = usePictureFilter.getState();
  const verdictOf = currentVerdicts(project, view);
  const images = listedPictures(
    project.images,
    verdictOf,
    filter,
    view.variantIds.length > 0,
    view.stripOrder === 'harm',
  );
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

/** Strides of the grids that the given models have on the current picture, finest first. */
function strideChoices({ baselineId, variantIds, imagePath }: ViewState): readonly number[] {
  const ids = baselineId === null ? variantIds : [baselineId, ...variantIds];
  const strides = ids.flatMap((id) => readyLook(id, imagePath)?.levels.map(({ stride }) => stride) ?? []);
  return [...new Set(strides)].sort((a, b) => a - b);
}

/** Steps through: no grid, then each level's, finest first, then all levels at once. */
export function nextGrid(): void {
  const view = useView.getState();
  const { grid, stride } = view.overlay;
  const choices = strideChoices(view);
  if (!grid) setOverlay({ grid: true, stride: choices[0] ?? null });
  else if (stride === null) setOverlay({ grid: false });
  else setOverlay({ stride: choices[choices.indexOf(stride) + 1] ?? null });
}

/** The cell that is pinned, with the look it belongs to. */
function pinnedCell(): { readonly variantId: string; readonly cell: Cell; readonly look: Look } | null {
  const { pinned, imagePath } = useView.getState();
  if (pinned?.kind !== 'cell') return null;
  const look = readyLook(pinned.variantId, imagePath);
  return look && { variantId: pinned.variantId, cell: pinned.cell, look };
}

function pin(variantId: string, cell: Cell): void {
  setView({ pinned: { kind: 'cell', variantId, cell }, hovered: null });
}

/** Moves the pinned cell; false where none is pinned, so that the keys mean something else. */
export function movePinnedCell(rows: number, columns: number): boolean {
  const pinned = pinnedCell();
  const level = pinned?.look.levels[pinned.cell.level];
  if (!pinned || !level) return false;
  pin(pinned.variantId, moveCell(level, pinned.cell, rows, columns));
  return true;
}

/** Shows the next finer (-1) or coarser (1) level; a pinned cell goes along to the one at its place. */
export function changeLevel(step: number): void {
  const view = useView.getState();
  const choices = strideChoices(view);
  const pinned = pinnedCell();
  const current = pinned?.look.levels[pinned.cell.level]?.stride ?? view.overlay.stride;
  const at = current === null ? (step > 0 ? -1 : choices.length) : choices.indexOf(current);
  const stride = choices[at + step];
  if (stride === undefined) return;
  // With all levels shown, only the pinned cell changes.
  if (!pinned || view.overlay.stride !== null) setOverlay({ grid: true, stride });
  if (!pinned) return;
  const level = pinned.look.levels.findIndex((other) => other.stride === stride);
  const cell = samePlace(pinned.look.levels, pinned.cell, level);
  if (cell) pin(pinned.variantId, cell);
}

/** Pins the cell of the pinned box, else the surest cell of the picture, for the arrow keys to move from there. */
export function pinCell(): void {
  const { baselineId, pinned, imagePath, overlay } = useView.getState();
  const variantId = pinned?.variantId ?? baselineId;
  if (variantId === null) return;
  if (!overlay.grid && !overlay.heat) setOverlay({ grid: true });
  const look = readyLook(variantId, imagePath);
  const own = look && pinned?.kind === 'box' ? cellOfCandidate(look.candidates, pinned.candidate) : null;
  const cell = own ?? (look && surestCell(look, levelsOfStride(look.levels, overlay.stride)));
  if (cell) pin(variantId, cell);
}
