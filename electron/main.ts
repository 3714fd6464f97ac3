import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app, type BrowserWindow, ipcMain, nativeTheme, protocol, session } from 'electron';
import { createAppHandler } from './appProtocol.ts';
import { shellCallNames } from './callNames.ts';
import { filesOfCommandLine } from './commandLine.ts';
import { handleCalls, isTrustedSender } from './ipc.ts';
import { openLog } from './log.ts';
import { appPage, appScheme, imageScheme } from './origin.ts';
import { registerSchemes } from './schemes.ts';
import { lockDown } from './security.ts';
import type { Shell } from './shell.ts';
import { createStudioWindow } from './window.ts';
import { readWindowState, writeWindowState } from './windowState.ts';

/*
 * The start of the studio. The window comes first; everything that it does not need for its first paint (schemas,
 * project, jobs) is loaded beside it.
 */

const distFolder = dirname(import.meta.dirname);
const appFolder = dirname(distFolder);
const sampleFolder = join(appFolder, 'models', 'samples');

const dataFolder = process.env.BOXWRIGHT_DATA ?? app.getPath('userData');
mkdirSync(dataFolder, { recursive: true });
app.setPath('userData', dataFolder);
// Chromium's own files stay apart from the project.
app.setPath('sessionData', join(dataFolder, 'chromium'));
app.setAppLogsPath(join(dataFolder, 'logs'));

const log = openLog(join(dataFolder, 'logs'));
const files = filesOfCommandLine(process.argv, process.cwd(), app.isPackaged);
if (app.requestSingleInstanceLock({ files })) start();
else app.quit();

function start(): void {
  const shell = Promise.withResolvers<Shell>();
  const openFiles = (paths: readonly string[]): void => {
    if (paths.length > 0) void shell.promise.then(({ openFiles }) => openFiles(paths));
  };
  let window: BrowserWindow | null = null;

  registerSchemes();
  process.on('uncaughtException', (error) => log.write(`uncaught: ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (reason) => log.write(`unhandled: ${describeFault(reason)}`));
  app.on('second-instance', (_event, _argv, _folder, handedOver) => {
    openFiles(filesHandedOver(handedOver));
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFiles([path]);
  });
  app.on('window-all-closed', () => app.quit());
  closeBeforeQuitting(async () => {
    await (await shell.promise).close();
    await log.flush();
  });

  // Not awaited at the top of the module: Electron gets ready only after the module has run.
  void app.whenReady().then(() => {
    window = openWindow(shell.promise);
    startShellBehind(window).then(shell.resolve, shell.reject);
    openFiles(files);
  });
}

/** Makes the window, with all that guards it in place before its page is loaded. */
function openWindow(shell: Promise<Shell>): BrowserWindow {
  const statePath = join(dataFolder, 'window.json');
  lockDown(app, session.defaultSession, !app.isPackaged);
  protocol.handle(appScheme, createAppHandler(join(distFolder, 'renderer')));
  protocol.handle(imageScheme, async (request) => (await shell).serveImage(request));
  const window = createStudioWindow(readWindowState(statePath), join(distFolder, 'main', 'preload.cjs'));
  handleCalls(shellCallNames, {
    ipc: ipcMain,
    isTrusted: (event) => !window.isDestroyed() && isTrustedSender(event, window.webContents),
    table: shell.then(({ table }) => table),
    onFault: (channel, { code, message, detail = '' }) => log.write(`${channel}: ${code}: ${message}\n${detail}`),
  });
  window.on('close', () => {
    const bounds = window.getNormalBounds();
    const state = { bounds, isMaximized: window.isMaximized(), isDark: nativeTheme.shouldUseDarkColors };
    writeWindowState(statePath, state);
  });
  window.on('focus', () => void shell.then(({ refresh }) => refresh()));
  if (process.env.BOXWRIGHT_STARTUP_MARK === '1') window.once('ready-to-show', announceFirstPaint);
  window.webContents.on('render-process-gone', (_event, { reason }) =>
    log.write(`the window's process ended: ${reason}`),
  );
  window.loadURL(appPage).catch((error: unknown) => log.write(`the window did not load: ${describeFault(error)}`));
  return window;
}

async function startShellBehind(window: BrowserWindow): Promise<Shell> {
  const { startShell } = await import('./shell.ts');
  return startShell({
    window,
    dataFolder,
    log,
    engineFile: join(distFolder, 'main', 'engine.js'),
    samplePaths: [join(sampleFolder, 'sample.onnx'), join(sampleFolder, 'data.yaml')],
  });
}

/** For measuring: says when the window has painted, and ends. */
function announceFirstPaint(): void {
  process.stdout.write('first-paint\n');
  app.quit();
}

/** Quitting waits for this, once. */
function closeBeforeQuitting(close: () => Promise<void>): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    close()
      .catch((error: unknown) => console.error(describeFault(error)))
      .finally(() => {
        isClosed = true;
        // Not from within the event, where this may still be: Electron would take it for a part of the first quit.
        setImmediate(() => app.quit());
      });
  });
}

/** What a second instance sent: files it was started with. */
function filesHandedOver(data: unknown): string[] {
  if (typeof data !== 'object' || data === null || !('files' in data) || !Array.isArray(data.files)) return [];
  return data.files.filter((file) => typeof file === 'string');
}

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
