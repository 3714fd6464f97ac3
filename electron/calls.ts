import { basename } from 'node:path';
import type { BrowserWindow } from 'electron';
import { StudioError } from '../models/errors.ts';
import { copyFileAtomically, writeFileAtomically } from '../models/files.ts';
import type { DocumentFile } from '../models/project/documentFile.ts';
import { clearImages, listDescent, removeVariant } from '../models/project/project.ts';
import { fileNameOf } from '../models/project/variantName.ts';
import type { AppInfo, OpenReport, Settings } from './contract.ts';
import { correctModel } from './correctModel.ts';
import { askForBundle, askForRecipe, askWhatToOpen, askWhereToSave } from './dialogs.ts';
import type { EngineHost } from './engineHost.ts';
import type { CallHandlers } from './ipc.ts';
import type { JobTable } from './jobs.ts';
import type { ProjectState } from './projectState.ts';
import { reportAs } from './reportAs.ts';

export interface CallServices {
  readonly window: BrowserWindow;
  readonly state: ProjectState;
  readonly settings: DocumentFile<Settings>;
  readonly onSettings: (settings: Settings) => void;
  readonly jobs: JobTable;
  readonly interactive: EngineHost;
  readonly open: (paths: readonly string[]) => Promise<OpenReport>;
  readonly samplePaths: readonly string[];
  readonly appInfo: AppInfo;
  /** Where the latest comparison of a baseline has its HTML report; its figures lie beside it. */
  readonly reportFile: (baselineId: string) => string;
  /** Deletes a model that lies in the data folder; leaves any other alone. */
  readonly deleteOwn: (modelPath: string) => Promise<void>;
  /** The window has asked for the state: from now on it hears events. */
  readonly onWindowReady: () => void;
  readonly showInFolder: (path: string) => void;
}

const nothingOpened: OpenReport = { variantIds: [], images: 0, problems: [] };

/** What each call of the window does. */
export function createCallHandlers(services: CallServices): CallHandlers {
  const { window, state, settings, jobs, interactive, open } = services;
  /** Files the user saved in this session; with what the project holds, the only ones that are shown in their folder. */
  const saved = new Set<string>();

  async function saveAs(
    kind: 'bundle' | 'report',
    fileFor: (to: string) => string,
    name: string,
  ): Promise<string | null> {
    const to = await askWhereToSave(window, kind, name);
    if (to === null) return null;
    await copyFileAtomically(fileFor(to), to);
    saved.add(to);
    return to;
  }

  function requireInTray(imagePath: string): void {
    if (!state.holdsImage(imagePath)) {
      throw new StudioError('bad-input', `${imagePath} is not in the tray.`);
    }
  }

  return {
    getState() {
      // After the reply: events sent now would come before it.
      setImmediate(services.onWindowReady);
      return { project: state.view(), settings: settings.read(), jobs: jobs.list(), app: services.appInfo };
    },
    openPaths: open,
    async openDialog(what) {
      const paths = await askWhatToOpen(window, what);
      return paths.length === 0 ? nothingOpened : open(paths);
    },
    openSample: () => open(services.samplePaths),
    async removeVariant(id) {
      state.variant(id);
      const removed = listDescent(state.read(), id);
      state.update((document) => removeVariant(document, id));
      for (const variant of removed) await services.deleteOwn(variant.modelPath);
    },
    correctModel: ({ variantId, correction }) => correctModel(variantId, correction, state, interactive),
    clearImages: () => state.update(clearImages),
    updateSettings(change) {
      const next = { ...settings.read(), ...change };
      settings.replace(next);
      services.onSettings(next);
      return next;
    },
    async look({ variantId, imagePath, grid }) {
      requireInTray(imagePath);
      const { modelPath } = await state.usableVariant(variantId);
      const { provider, threads } = settings.read();
      return interactive.call('look', {
        model: modelPath,
        image: imagePath,
        grid,
        datasets: [...state.read().datasets],
        provider,
        ...(threads === null ? {} : { threads }),
      });
    },
    async compareLayers({ baselineId, variantId, imagePath }) {
      requireInTray(imagePath);
      const { threads } = settings.read();
      return interactive.call('layers', {
        baseline: (await state.usableVariant(baselineId)).modelPath,
        variant: (await state.usableVariant(variantId)).modelPath,
        image: imagePath,
        ...(threads === null ? {} : { threads }),
      });
    },
    async compareGraphs({ baselineId, variantId }) {
      const baseline = (await state.usableVariant(baselineId)).modelPath;
      const variant = (await state.usableVariant(variantId)).modelPath;
      return interactive.call('graphDifference', { baseline, variant });
    },
    providers: () => interactive.call('providers', {}),
    async predict({ variantId, recipe }) {
      const { modelPath } = await state.usableVariant(variantId);
      return interactive.call('predict', { model: modelPath, recipe });
    },
    async importRecipe() {
      const path = await askForRecipe(window);
      return path === null ? null : interactive.call('recipe', { path });
    },
    async exportRecipe({ recipe, name }) {
      const to = await askWhereToSave(window, 'recipe', `${fileNameOf(name)}-recipe.json`);
      if (to === null) return null;
      await writeFileAtomically(to, `${JSON.stringify(recipe, null, 2)}\n`);
      saved.add(to);
      return to;
    },
    startJob: (request) => jobs.start(request),
    cancelJob: (jobId) => jobs.cancel(jobId),
    dismissJob: (jobId) => jobs.dismiss(jobId),
    saveBundle(jobId) {
      const job = jobs.get(jobId);
      if (job.state !== 'done' || job.result.kind !== 'export') {
        throw new StudioError('bad-input', `The job "${job.title}" has made no bundle.`);
      }
      const { out, verify } = job.result.report;
      if (!verify.ok) {
        const failed = verify.checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.detail}`);
        throw new StudioError('bundle-invalid', 'The bundle did not pass its own checks, so it was not saved.', {
          detail: failed.join('\n'),
        });
      }
      return saveAs('bundle', () => out, basename(out));
    },
    async verifyBundle(path) {
      const bundle = path ?? (await askForBundle(window));
      return bundle === null ? null : interactive.call('verify', { bundle });
    },
    saveReport(baselineId) {
      const { name } = state.variant(baselineId);
      if (state.read().comparisons[baselineId] === undefined) {
        throw new StudioError('bad-input', `${name} has not been compared yet.`, { hint: 'Run a comparison first.' });
      }
      const fileFor = (to: string) => reportAs(services.reportFile(baselineId), to);
      return saveAs('report', fileFor, `${fileNameOf(name)}-comparison.html`);
    },
    showInFolder(path) {
      const { variants } = state.read();
      const isKnown =
        saved.has(path) ||
        path === services.appInfo.logFolder ||
        state.holdsImage(path) ||
        variants.some((variant) => variant.modelPath === path);
      if (!isKnown) throw new StudioError('bad-input', `${path} is not part of the project.`);
      services.showInFolder(path);
    },
    reloadWindow: () => window.webContents.reload(),
  };
}
