/**
 * The only file that touches `window.studio`. Every call unwraps the shell's reply: a refusal is thrown as a
 * `StudioError` that carries the code, detail and hint of the report.
 */
import type { JobRequest, OpenReport, Reply, Settings, StudioApi, StudioState } from '../electron/contract.ts';
import type { OperationOutput } from '../models/api.ts';
import { StudioError } from '../models/errors.ts';
import type { Recipe } from '../models/recipeSchema.ts';
import type { SpecCorrection } from '../models/specSchema.ts';
import type { ProvidersReport } from '../models/types.ts';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly studio: StudioApi;
  }
}

async function unwrap<Value>(pending: Promise<Reply<Value>>): Promise<Value> {
  const reply = await pending;
  if (reply.ok) return reply.value;
  const { code, message, detail, hint } = reply.error;
  throw new StudioError(code, message, { detail, hint });
}

/** Everything the shell knows at this moment; later changes arrive as events. */
export const getState = (): Promise<StudioState> => unwrap(window.studio.getState());

/** Adds models, pictures, folders and bundles by their paths. */
export const openPaths = (paths: readonly string[]): Promise<OpenReport> => unwrap(window.studio.openPaths(paths));

/** Shows the system's open dialog; an empty report when the user changed their mind. */
export const openDialog = (what: 'models' | 'images' | 'folder'): Promise<OpenReport> =>
  unwrap(window.studio.openDialog(what));

/** Opens the detector and pictures that ship with the app. */
export const openSample = (): Promise<OpenReport> => unwrap(window.studio.openSample());

/** Forgets a variant; the user's own files stay. */
export const removeVariant = (variantId: string): Promise<void> => unwrap(window.studio.removeVariant(variantId));

/** Keeps a correction (or the JSON of one) of how a model is read beside its file, or, with null, forgets it. */
export const correctModel = (variantId: string, correction: SpecCorrection | string | null): Promise<void> =>
  unwrap(window.studio.correctModel({ variantId, correction }));

/** Empties the tray; the pictures themselves stay. */
export const clearImages = (): Promise<void> => unwrap(window.studio.clearImages());

/** Changes and keeps settings; returns them as they are now. */
export const updateSettings = (change: Partial<Settings>): Promise<Settings> =>
  unwrap(window.studio.updateSettings(change));

/** Runs one model over one picture: every candidate, once; with `grid` also the cells inside a graph that selects boxes. */
export const look = (variantId: string, imagePath: string, grid: boolean): Promise<OperationOutput<'look'>> =>
  unwrap(window.studio.look({ variantId, imagePath, grid }));

/** How far a variant's layers lie from the baseline's on a picture. */
export const compareLayers = (
  baselineId: string,
  variantId: string,
  imagePath: string,
): Promise<OperationOutput<'layers'>> => unwrap(window.studio.compareLayers({ baselineId, variantId, imagePath }));

/** Which nodes of a variant's graph differ from the baseline's. */
export const compareGraphs = (baselineId: string, variantId: string): Promise<OperationOutput<'graphDifference'>> =>
  unwrap(window.studio.compareGraphs({ baselineId, variantId }));

/** What this machine can run models on. */
export const listProviders = (): Promise<ProvidersReport> => unwrap(window.studio.providers());

/** What a recipe would leave of a model after each step, without running the network. */
export const predict = (variantId: string, recipe: Recipe): Promise<OperationOutput<'predict'>> =>
  unwrap(window.studio.predict({ variantId, recipe }));

/** Reads the recipe in a file that the user picks; null when they changed their mind. */
export const importRecipe = (): Promise<OperationOutput<'recipe'> | null> => unwrap(window.studio.importRecipe());

/** Writes a recipe as JSON to where the user says; null when they changed their mind. */
export const exportRecipe = (recipe: Recipe, name: string): Promise<string | null> =>
  unwrap(window.studio.exportRecipe({ recipe, name }));

/** Queues a job and returns its id. */
export const startJob = (request: JobRequest): Promise<string> => unwrap(window.studio.startJob(request));

/** Asks a job to stop. */
export const cancelJob = (jobId: string): Promise<void> => unwrap(window.studio.cancelJob(jobId));

/** Takes a finished job off the list. */
export const dismissJob = (jobId: string): Promise<void> => unwrap(window.studio.dismissJob(jobId));

/** Copies a verified bundle to where the user says; null when they changed their mind. */
export const saveBundle = (jobId: string): Promise<string | null> => unwrap(window.studio.saveBundle(jobId));

/** Verifies a bundle, asking for the file when no path is given; null when the user changed their mind. */
export const verifyBundle = (path: string | null): Promise<OperationOutput<'verify'> | null> =>
  unwrap(window.studio.verifyBundle(path));

/** Writes a baseline's latest comparison as an HTML page, CSV or JSON; null when the user changed their mind. */
export const saveReport = (baselineId: string): Promise<string | null> => unwrap(window.studio.saveReport(baselineId));

/** Shows a file in the system's file manager. */
export const showInFolder = (path: string): Promise<void> => unwrap(window.studio.showInFolder(path));

/** Opens the page of the window anew. */
export const reloadWindow = (): Promise<void> => unwrap(window.studio.reloadWindow());

/** The path of a dropped file, or "" for one that has none. */
export const pathOfFile: StudioApi['pathOfFile'] = (file) => window.studio.pathOfFile(file);

/** Subscribes to an event of the shell; the result unsubscribes. */
export const onShellEvent: StudioApi['on'] = (name, listener) => window.studio.on(name, listener);
