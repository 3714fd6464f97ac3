import { BrowserWindow, screen } from 'electron';
import { isReachable, type WindowState } from './windowState.ts';

/** The page's own background, so that no other colour flashes up before its first paint. */
export function backgroundColor(isDark: boolean): string {
  return isDark ? '#14161a' : '#f6f7f9';
}

/** Makes the studio's window, empty; it shows itself once its page has painted. */
export function createStudioWindow(state: WindowState, preload: string): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const bounds = state.bounds !== null && isReachable(state.bounds, screens) ? state.bounds : null;
  const window = new BrowserWindow({
    ...(bounds ?? { width: 1440, height: 900 }),
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Boxwright',
    backgroundColor: backgroundColor(state.isDark),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
    },
  });
  window.once('ready-to-show', () => {
    // Not before: maximizing shows the window.
    if (state.isMaximized) window.maximize();
    window.show();
  });
  return window;
}
