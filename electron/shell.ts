import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { app, type BrowserWindow, shell as desktop, nativeTheme } from 'electron';
import { type ErrorReport, reportError } from '../models/errors.ts';
import { openDocumentFile } from '../models/project/documentFile.ts';
import { emptyProject } from '../models/project/project.ts';
import { projectDocument } from '../models/project/schemas.ts';
import { callParameters } from './callParameters.ts';
import { createCallHandlers } from './calls.ts';
import type { OpenReport, ShellEventName, ShellEvents } from './contract.ts';
import { askWhatToOpen } from './dialogs.ts';
import { createEngineHost } from './engineHost.ts';
import { startEngineProcess } from './engineProcess.ts';
import { createImageHandler } from './imageProtocol.ts';
import { type CallTable, sendEvent } from './ipc.ts';
import { createJobRunner, titleOf } from './jobRunner.ts';
import { createJobTable } from './jobs.ts';
import type { Log } from './log.ts';
import { installMenu } from './menu.ts';
import { openPaths } from './openPaths.ts';
import { createProjectChanges } from './projectChanges.ts';
import { createProjectState } from './projectState.ts';
import { renewReadings } from './renewReadings.ts';
import { defaultSettings, settingsDocument } from './settings.ts';
import { backgroundColor } from './window.ts';

export interface ShellOptions {
  readonly window: BrowserWindow;
  readonly dataFolder: string;
  readonly log: Log;
  /** The built engine. */
  readonly engineFile: string;
  /** The model and pictures that come with the studio. */
  readonly samplePaths: readonly string[];
}

/** Everything behind the window, once it is up. */
export interface Shell {
  readonly table: CallTable;
  /** Opens files that came from outside, and tells the window. */
  readonly openFiles: (paths: readonly string[]) => void;
  /** Answers the window's requests for pictures. */
  readonly serveImage: (request: Request) => Promise<Response>;
  readonly refresh: () => void;
  /** Ends jobs and engines and writes what is not yet on disk. */
  readonly close: () => Promise<void>;
}

/** Loads what is kept in the data folder and connects project, settings, jobs and engines with the window. */
export async function startShell(options: ShellOptions): Promise<Shell> {
  const { window, dataFolder, log, engineFile } = options;
  // Events wait for the window to have asked for the state, so that none is lost while it loads.
  let waiting: (() => void)[] | null = [];
  function send<Name extends ShellEventName>(name: Name, value: ShellEvents[Name]): void {
    if (waiting === null) sendEvent(window.webContents, name, value);
    else waiting.push(() => sendEvent(window.webContents, name, value));
  }
  const onWindowReady = (): void => {
    for (const deliver of waiting ?? []) deliver();
    waiting = null;
  };
  const notify = (error: ErrorReport): void => {
    log.write(`${error.code}: ${error.message}\n${error.detail ?? ''}`);
    send('notice', error);
  };

  const [project, settings] = await Promise.all([
    openDocumentFile({
      path: join(dataFolder, 'project.json'),
      schema: projectDocument,
      initial: emptyProject,
      onSaveFailed: notify,
    }),
    openDocumentFile({
      path: join(dataFolder, 'settings.json'),
      schema: settingsDocument,
      initial: defaultSettings,
      onSaveFailed: notify,
    }),
  ]);
  for (const { notice } of [project, settings]) if (notice !== null) notify(notice);

  const changeOf = createProjectChanges();
  const state = createProjectState(project.file, (view) => send('project', changeOf(view)));
  const startEngine = (name: string) =>
    createEngineHost(() => startEngineProcess(engineFile, name, (text) => log.write(`${name}: ${text}`)));
  const interactive = startEngine('boxwright-interactive');
  const jobEngine = startEngine('boxwright-jobs');
  const jobs = createJobTable({
    run: createJobRunner({
      dataFolder,
      state,
      settings: settings.file.read,
      engine: jobEngine,
      interactive,
      start: (request) => jobs.start(request),
    }),
    titleOf: (request) => titleOf(request, state),
    onChange(job) {
      if (job.state === 'failed')
        log.write(`${job.title}: ${job.error.code}: ${job.error.message}\n${job.error.detail ?? ''}`);
      send('job', job);
    },
    onDismissed: (jobId) => send('jobDismissed', jobId),
  });

  const applySettings = (): void => {
    nativeTheme.themeSource = settings.file.read().colorScheme;
    if (!window.isDestroyed()) window.setBackgroundColor(backgroundColor(nativeTheme.shouldUseDarkColors));
  };
  nativeTheme.on('updated', applySettings);
  applySettings();

  const open = (paths: readonly string[]): Promise<OpenReport> => openPaths(paths, state, interactive, dataFolder);
  function announce(opening: Promise<OpenReport>): void {
    opening.then((report) => send('opened', report)).catch((error: unknown) => notify(reportError(error)));
  }
  const logFolder = join(dataFolder, 'logs');
  installMenu(
    {
      open: (what) => {
        announce(askWhatToOpen(window, what).then(open));
      },
      openSample: () => announce(open(options.samplePaths)),
      command: (command) => send('command', command),
      showLogs: () => void desktop.openPath(logFolder),
    },
    !app.isPackaged,
  );

  const handlers = createCallHandlers({
    window,
    state,
    settings: settings.file,
    onSettings: (next) => {
      applySettings();
      send('settings', next);
    },
    jobs,
    interactive,
    open,
    samplePaths: options.samplePaths,
    appInfo: { version: app.getVersion(), electron: process.versions.electron, platform: process.platform, logFolder },
    reportFile: (baselineId) => join(dataFolder, 'comparisons', baselineId, 'report.html'),
    deleteOwn: async (modelPath) => {
      const folder = dirname(modelPath);
      if (dirname(folder) === join(dataFolder, 'variants')) await rm(folder, { recursive: true, force: true });
    },
    onWindowReady,
    showInFolder: (path) => desktop.showItemInFolder(path),
  });

  let isRefreshing = false;
  /** Looks at the models' files again, and at the corrections beside them. */
  const refresh = (): void => {
    if (isRefreshing) return;
    isRefreshing = true;
    void state
      .refreshPresence()
      .then(() => renewReadings(state, interactive, notify))
      .catch((error: unknown) => notify(reportError(error)))
      .finally(() => {
        isRefreshing = false;
      });
  };
  refresh();
  return {
    table: { handlers, parameters: callParameters },
    openFiles: (paths) => announce(open(paths)),
    serveImage: createImageHandler(state.holdsImage, (path, error) =>
      log.write(`${path} could not be shown: ${reportError(error).message}`),
    ),
    refresh,
    async close() {
      nativeTheme.off('updated', applySettings);
      jobEngine.stop();
      interactive.stop();
      await jobs.stop();
      await Promise.all([project.file.flush(), settings.file.flush()]);
    },
  };
}
