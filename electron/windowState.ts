import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';

/** What the next start needs before anything else is loaded. */
export interface WindowState {
  readonly bounds: Rectangle | null;
  readonly isMaximized: boolean;
  readonly isDark: boolean;
}

const firstState: WindowState = { bounds: null, isMaximized: false, isDark: true };

const smallestSide = 200;
const largestSide = 20_000;

/**
 * Reads the state of the last window; anything amiss with the file counts as no state. Checked by hand, since it stands
 * between the start and the first paint and a schema library would have to be loaded for it.
 */
export function readWindowState(path: string): WindowState {
  try {
    return parseWindowState(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return firstState;
  }
}

/** Takes what is usable of a parsed window state. */
export function parseWindowState(value: unknown): WindowState {
  if (typeof value !== 'object' || value === null) return firstState;
  return {
    bounds: 'bounds' in value ? parseBounds(value.bounds) : null,
    isMaximized: 'isMaximized' in value && value.isMaximized === true,
    isDark: !('isDark' in value && value.isDark === false),
  };
}

function parseBounds(value: unknown): Rectangle | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!('x' in value && 'y' in value && 'width' in value && 'height' in value)) return null;
  const { x, y, width, height } = value;
  if (!isWithin(x, -largestSide, largestSide) || !isWithin(y, -largestSide, largestSide)) return null;
  if (!isWithin(width, smallestSide, largestSide) || !isWithin(height, smallestSide, largestSide)) return null;
  return { x, y, width, height };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** Whether enough of the window's title lies on one of the screens to be grabbed. */
export function isReachable(bounds: Rectangle, screens: readonly Rectangle[]): boolean {
  return screens.some((screen) => {
    const overlap = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
    return overlap >= 100 && bounds.y >= screen.y - 10 && bounds.y <= screen.y + screen.height - 50;
  });
}

/** At once, since it is called while the window closes. A torn file counts as none. */
export function writeWindowState(path: string, state: WindowState): void {
  writeFileSync(path, JSON.stringify(state));
}
