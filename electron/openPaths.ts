import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ErrorReport, reportError } from '../models/errors.ts';
import {
  addDatasets,
  addImages,
  addVariant,
  findBySha256,
  relocateVariant,
  renewInspection,
  trayCapacity,
} from '../models/project/project.ts';
import { readingStamp } from '../models/project/readingStamp.ts';
import { nameOriginal } from '../models/project/variantName.ts';
import { parseRecordedRecipe, recipeKey } from '../models/recordedRecipe.ts';
import type { OpenReport } from './contract.ts';
import type { EngineHost } from './engineHost.ts';
import { openBundle } from './openBundle.ts';
import type { ProjectState } from './projectState.ts';

type Problem = OpenReport['problems'][number];

/** More than this many ignored files are not named one by one. */
const namedProblems = 20;

/**
 * Opens whatever the paths are: models are inspected and added, pictures go to the tray, bundles restore
 * their variant. What can't be opened is
 * reported beside the rest.
 */
export async function openPaths(
  paths: readonly string[],
  state: ProjectState,
  engine: EngineHost,
  dataFolder: string,
): Promise<OpenReport> {
  const collected = await engine.call('collect', { paths: paths.map((path) => resolve(path)) });
  const problems: Problem[] = [];
  const attempt = async <Value>(path: string, open: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await open();
    } catch (error) {
      problems.push({ path, error: reportError(error) });
      return null;
    }
  };

  const variantIds: string[] = [];
  const add = (id: string | null): void => {
    if (id !== null && !variantIds.includes(id)) variantIds.push(id);
  };
  for (const path of collected.models) {
    add(await attempt(path, () => openModel(path, state, engine)));
  }
  const images = [...collected.images];
  const datasets: string[] = [];
  for (const path of collected.datasets) {
    const listed = await attempt(path, () => engine.call('listImages', { paths: [path] }));
    if (listed === null) continue;
    datasets.push(path);
    for (const image of listed) images.push(image);
  }
  for (const path of collected.bundles) add(await attempt(path, () => openBundle(path, state, engine, dataFolder)));
  const added = fillTray(images, state);
  state.update((document) => addDatasets(document, datasets));
  problems.push(...added.problems, ...summarizeIgnored(collected.ignored));
  return { variantIds, images: added.count, problems };
}

/** @returns the id of the variant that this file is, added now or known before */
async function openModel(path: string, state: ProjectState, engine: EngineHost): Promise<string> {
  const readAs = await readingStamp(path);
  const inspection = await engine.call('inspect', { model: path });
  const modified = (await stat(path)).mtimeMs;
  const known = findBySha256(state.read(), inspection.sha256);
  if (known) {
    await state.refreshPresence();
    const isPresent = state.view().variants.some((variant) => variant.id === known.id && variant.present);
    if (!isPresent) {
      state.update((document) => relocateVariant(document, known.id, { modelPath: path, modified }));
      await state.refreshPresence();
    }
    // A copy elsewhere may be read otherwise, but the known file is the one that runs.
    if (state.variant(known.id).modelPath === path) {
      state.update((document) => renewInspection(document, known.id, inspection, readAs));
    }
    return known.id;
  }
  const id = inspection.sha256.slice(0, 16);
  // A variant that was derived elsewhere tells of which original, and how.
  const made = parseRecordedRecipe(inspection.metadata[recipeKey]);
  const original = made?.original === undefined ? undefined : findBySha256(state.read(), made.original);
  state.update((document) =>
    addVariant(document, {
      id,
      parentId: original?.id ?? null,
      name: nameOriginal(path),
      modelPath: path,
      sha256: inspection.sha256,
      modified,
      recipe: made?.steps ?? [],
      createdAt: new Date().toISOString(),
      inspection,
      readAs,
      agreement: null,
      warnings: [],
    }),
  );
  return id;
}

function fillTray(images: readonly string[], state: ProjectState): { count: number; problems: Problem[] } {
  let count = 0;
  let refused = 0;
  state.update((document) => {
    const result = addImages(document, images);
    count = result.added;
    refused = result.refused;
    return result.document;
  });
  const first = images[0];
  if (refused === 0 || first === undefined) return { count, problems: [] };
  const error: ErrorReport = {
    code: 'bad-input',
    message: `${refused} more ${refused === 1 ? 'picture was' : 'pictures were'} left out: the tray holds ${trayCapacity}.`,
    hint: 'Clear the tray first, or open fewer pictures.',
  };
  return { count, problems: [{ path: first, error }] };
}

function summarizeIgnored(ignored: readonly { readonly path: string; readonly why: string }[]): Problem[] {
  const problems: Problem[] = ignored
    .slice(0, namedProblems)
    .map(({ path, why }) => ({ path, error: { code: 'bad-input', message: why } }));
  const next = ignored[namedProblems];
  if (next !== undefined) {
    const message = `${ignored.length - namedProblems} more files were left out.`;
    problems.push({ path: next.path, error: { code: 'bad-input', message } });
  }
  return problems;
}
