/** The lasting part of the view, kept by the window itself between starts. */
import type { ScreenName } from '../../electron/contract.ts';
import type { CompareMode, DockTab, OverlayChoice, ViewState } from './view.ts';

const storageKey = 'boxwright-view';
const screens: readonly ScreenName[] = ['home', 'models', 'compare', 'optimize', 'export', 'settings'];
const tabs: readonly DockTab[] = ['figures', 'pareto', 'layers', 'graph', 'classes', 'curves', 'confusion'];
const modes: readonly CompareMode[] = ['side-by-side', 'swipe', 'difference'];

type Lasting = Pick<
  ViewState,
  | 'screen'
  | 'selectedId'
  | 'baselineId'
  | 'variantIds'
  | 'imagePath'
  | 'mode'
  | 'overlay'
  | 'stripOrder'
  | 'dockTab'
  | 'dockHeight'
  | 'inspectorOpen'
  | 'inspectorWidth'
  | 'explanationOpen'
>;

/** What is worth keeping of a view, as text. */
export function serializeView(view: ViewState): string {
  const lasting: Lasting = {
    screen: view.screen,
    selectedId: view.selectedId,
    baselineId: view.baselineId,
    variantIds: view.variantIds,
    imagePath: view.imagePath,
    mode: view.mode,
    overlay: view.overlay,
    stripOrder: view.stripOrder,
    dockTab: view.dockTab,
    dockHeight: view.dockHeight,
    inspectorOpen: view.inspectorOpen,
    inspectorWidth: view.inspectorWidth,
    explanationOpen: view.explanationOpen,
  };
  return JSON.stringify(lasting);
}

/** Reads what `serializeView` wrote; whatever does not fit (another version, a damaged store) is left out. */
export function parseView(text: string | null): Partial<Lasting> {
  const record = parseRecord(text);
  const screen = screens.find((name) => name === record.screen);
  const mode = modes.find((name) => name === record.mode);
  const overlay = parseOverlay(record.overlay);
  const dockTab = tabs.find((name) => name === record.dockTab);
  const width = record.inspectorWidth;
  const height = record.dockHeight;
  return {
    ...(screen ? { screen } : {}),
    ...(mode ? { mode } : {}),
    ...(overlay ? { overlay } : {}),
    ...(typeof record.selectedId === 'string' ? { selectedId: record.selectedId } : {}),
    ...(typeof record.baselineId === 'string' ? { baselineId: record.baselineId } : {}),
    ...(isStrings(record.variantIds) ? { variantIds: record.variantIds } : {}),
    ...(typeof record.imagePath === 'string' ? { imagePath: record.imagePath } : {}),
    ...(record.stripOrder === 'harm' ? { stripOrder: 'harm' } : {}),
    ...(dockTab ? { dockTab } : {}),
    ...(typeof height === 'number' && height >= 80 && height <= 2000 ? { dockHeight: height } : {}),
    ...(typeof record.inspectorOpen === 'boolean' ? { inspectorOpen: record.inspectorOpen } : {}),
    ...(typeof record.explanationOpen === 'boolean' ? { explanationOpen: record.explanationOpen } : {}),
    ...(typeof width === 'number' && width >= 200 && width <= 1000 ? { inspectorWidth: width } : {}),
  };
}

function parseRecord(text: string | null): Record<string, unknown> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function parseOverlay(value: unknown): OverlayChoice | null {
  if (!isRecord(value)) return null;
  const { boxes, labels, candidates, truth, grid, heat, stride, heatOf } = value;
  if (typeof boxes !== 'boolean' || typeof labels !== 'boolean' || typeof candidates !== 'boolean') return null;
  if (typeof truth !== 'boolean' || typeof grid !== 'boolean' || typeof heat !== 'boolean') return null;
  if (stride !== null && typeof stride !== 'number') return null;
  // A class means another thing in another model, so it is not kept.
  const source = heatOf === 'objectness' ? 'objectness' : 'score';
  return { boxes, labels, candidates, truth, grid, heat, stride, heatOf: source };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** The view as it was left. */
export function recallView(): Partial<Lasting> {
  return parseView(localStorage.getItem(storageKey));
}

/** Keeps the view whenever its lasting part has changed, a moment later: never while something is dragged. */
export function rememberView(subscribe: (listener: (view: ViewState) => void) => void): void {
  let kept = localStorage.getItem(storageKey);
  let latest: ViewState | null = null;
  const write = () => {
    const text = latest && serializeView(latest);
    latest = null;
    if (text === null || text === kept) return;
    kept = text;
    localStorage.setItem(storageKey, text);
  };
  subscribe((view) => {
    if (latest === null) setTimeout(write, 400);
    latest = view;
  });
  window.addEventListener('pagehide', write);
}
