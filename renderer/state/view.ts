import { create } from 'zustand';
import type { Project, ScreenName } from '../../electron/contract.ts';
import type { Cell } from '../overlay/cells.ts';
import { fitView, type View } from '../overlay/view.ts';
import { findVariant, isRunnable } from './project.ts';

export type CompareMode = 'side-by-side' | 'swipe' | 'difference';

/** What is drawn over the pictures. */
export interface OverlayChoice {
  readonly boxes: boolean;
  readonly labels: boolean;
  readonly candidates: boolean;
  /** Ground truth, where a label file lies beside the picture. */
  readonly truth: boolean;
  readonly grid: boolean;
  readonly heat: boolean;
  /** The level that grid and heat show; null for all. */
  readonly stride: number | null;
  readonly heatOf: HeatSource;
}

/** What the heat of a cell is: its best score, its objectness, or its score where its best class is the given one. */
export type HeatSource = 'score' | 'objectness' | number;

/** What the pointer is over, or what was clicked. */
export type Target =
  | { readonly kind: 'box'; readonly variantId: string; readonly candidate: number }
  | { readonly kind: 'cell'; readonly variantId: string; readonly cell: Cell }
  /** A labelled object, by its index in the label file. */
  | { readonly kind: 'object'; readonly variantId: string; readonly object: number };

type StripOrder = 'tray' | 'harm';

/** What the panel below the pictures of Compare shows. */
export type DockTab = 'figures' | 'pareto' | 'layers' | 'graph' | 'classes' | 'curves' | 'confusion';

export type OptimizeTab = 'results' | 'presets' | 'sensitivity';

/** Where the user is and how they look at things. Never sent anywhere; the lasting part is remembered. */
export interface ViewState {
  readonly screen: ScreenName;
  /** The model that Models, Optimize and Export are about. */
  readonly selectedId: string | null;
  readonly baselineId: string | null;
  /** Up to three. */
  readonly variantIds: readonly string[];
  /** The variant that swipe and difference show, when there are several. */
  readonly focusedId: string | null;
  readonly imagePath: string | null;
  readonly mode: CompareMode;
  readonly overlay: OverlayChoice;
  readonly confidence: number;
  readonly iou: number;
  readonly view: View;
  /** Share of the pane left of the swipe divider, 0..1. */
  readonly swipe: number;
  readonly hovered: Target | null;
  readonly pinned: Target | null;
  readonly stripOrder: StripOrder;
  /** Null while the panel is closed. */
  readonly dockTab: DockTab | null;
  /** Of the panel, as the user left it; null until then: it then takes its share of the window. */
  readonly dockHeight: number | null;
  /** The panel tells of the baseline where it tells of one model, rather than of the variant in focus. */
  readonly dockBaseline: boolean;
  /** What Optimize shows beside the recipe. */
  readonly optimizeTab: OptimizeTab;
  readonly inspectorOpen: boolean;
  readonly inspectorWidth: number;
  /** Whether the explanation of the grid is unfolded. */
  readonly explanationOpen: boolean;
  readonly jobsOpen: boolean;
  readonly paletteOpen: boolean;
  readonly cheatSheetOpen: boolean;
  /** Whether the form that corrects how the selected model is read is open. */
  readonly readingOpen: boolean;
}

export const maximumVariants = 3;

export const useView = create<ViewState>()(() => ({
  screen: 'home',
  selectedId: null,
  baselineId: null,
  variantIds: [],
  focusedId: null,
  imagePath: null,
  mode: 'side-by-side',
  overlay: {
    boxes: true,
    labels: true,
    candidates: false,
    truth: false,
    grid: false,
    heat: false,
    stride: null,
    heatOf: 'score',
  },
  confidence: 0.25,
  iou: 0.7,
  view: fitView,
  swipe: 0.5,
  hovered: null,
  pinned: null,
  stripOrder: 'tray',
  dockTab: null,
  dockHeight: null,
  dockBaseline: false,
  optimizeTab: 'results',
  inspectorOpen: true,
  inspectorWidth: 320,
  explanationOpen: true,
  jobsOpen: false,
  paletteOpen: false,
  cheatSheetOpen: false,
  readingOpen: false,
}));

/** Changes part of the view. */
export const setView = (change: Partial<ViewState>): void => useView.setState(change);

/** Switches parts of the overlay. */
export const setOverlay = (change: Partial<OverlayChoice>): void =>
  useView.setState(({ overlay }) => ({ overlay: { ...overlay, ...change } }));

/** Shows another picture, whole. */
export const showImage = (imagePath: string | null): void =>
  setView({ imagePath, view: fitView, hovered: null, pinned: null });

/** Forgets what is pinned or pointed at: boxes are numbered by the look that they come from. */
export const letGoOfTarget = (): void => setView({ hovered: null, pinned: null });

function sameCell(a: Cell, b: Cell): boolean {
  return a.level === b.level && a.row === b.row && a.column === b.column;
}

/** True for the same box, cell or object of the same model, or for none twice. */
export function sameTarget(a: Target | null, b: Target | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.variantId !== b.variantId) return false;
  switch (a.kind) {
    case 'box':
      return b.kind === 'box' && a.candidate === b.candidate;
    case 'object':
      return b.kind === 'object' && a.object === b.object;
    case 'cell':
      return b.kind === 'cell' && sameCell(a.cell, b.cell);
  }
}

/**
 * What must change in the view after the project changed: nothing may point at what is gone, and where nothing is
 * chosen yet the first runnable model, its newest child and the first picture are.
 */
export function reconcile(view: ViewState, project: Project): Partial<ViewState> {
  const runnable = project.variants.filter(isRunnable);
  const baseline = runnable.find(({ id }) => id === view.baselineId) ?? runnable.find((one) => one.parentId === null);
  const baselineId = (baseline ?? runnable[0])?.id ?? null;
  const variantIds = view.variantIds.filter((id) => id !== baselineId && runnable.some((one) => one.id === id));
  const images = project.images;
  const image = images.find(({ path }) => path === view.imagePath) ?? images[0];
  const selected = findVariant(project, view.selectedId) ?? project.variants.at(-1);
  const changed: Partial<ViewState> = {
    baselineId,
    variantIds,
    selectedId: selected?.id ?? null,
    focusedId: variantIds.find((id) => id === view.focusedId) ?? variantIds[0] ?? null,
  };
  const imagePath = image?.path ?? null;
  return imagePath === view.imagePath ? changed : { ...changed, imagePath, view: fitView, hovered: null, pinned: null };
}
