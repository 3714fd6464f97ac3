import { stat } from 'node:fs/promises';
import type { Dataset, DatasetImage } from './dataset.ts';
import { openDataset } from './openDataset.ts';

/** Datasets that are kept open; the one that was asked for longest ago goes first. */
const keptDatasets = 4;

/** A dataset, and its pictures by path. */
export interface KeptDataset {
  readonly dataset: Dataset;
  readonly imageAt: ReadonlyMap<string, DatasetImage>;
}

const kept = new Map<string, Promise<KeptDataset>>();

/**
 * Opens a dataset, or gives the one that is open already where its file or folder has not changed since: its list of pictures
 * is asked for again and again, picture by picture.
 * @throws StudioError what `openDataset` throws
 */
export async function keepDataset(path: string): Promise<KeptDataset> {
  const version = await stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
    () => '', // openDataset says what is wrong
  );
  const key = `${version} ${path}`;
  const found = kept.get(key) ?? openWhole(path);
  // Taken out and put back: the map's order is the order of last use.
  kept.delete(key);
  kept.set(key, found);
  const oldest = kept.keys().next();
  if (kept.size > keptDatasets && !oldest.done) kept.delete(oldest.value);
  found.catch(() => kept.delete(key));
  return found;
}

async function openWhole(path: string): Promise<KeptDataset> {
  const dataset = await openDataset(path);
  const images = dataset.splits.flatMap((split) => split.images);
  return { dataset, imageAt: new Map(images.map((image) => [image.path, image])) };
}
