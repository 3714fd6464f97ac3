import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { StudioError } from '../errors.ts';
import type { Collected } from '../types.ts';
import { chooseSplit } from './dataset.ts';
import { looksLikeDataYaml, recognizeFolder } from './datasetFolder.ts';
import { kindOf, mayBeDataset } from './fileKinds.ts';
import { keepDataset } from './keptDatasets.ts';
import { listPictures } from './listPictures.ts';
import { openDataset } from './openDataset.ts';
import { walkPaths } from './walk.ts';

/** So many pictures of a dataset that are all missing tell that it was moved without them. */
const missingProbes = 5;
/** Ignored files beyond this number are not listed one by one: a folder of anything would flood the list. */
const maximumIgnored = 200;

/**
 * Sorts dropped files and folders, with all they hold, into models, pictures, bundles and datasets; says why the rest was
 * ignored. A file that was named itself is judged by its own; what lies in a folder beside the wanted files (labels, notes)
 * is passed over in silence.
 */
export async function collect(input: OperationInput<'collect'>, context: OperationContext): Promise<Collected> {
  const found = {
    model: new Set<string>(),
    image: new Set<string>(),
    bundle: new Set<string>(),
    dataset: new Set<string>(),
  };
  const ignored: { path: string; why: string }[] = [];
  for await (const entry of walkPaths(input.paths, context.signal)) {
    const kind = entry.problem === undefined ? kindOf(entry.path) : null;
    // Folders hold YAML files of all kinds.
    if (kind === 'dataset' && !entry.named && !(await looksLikeDataYaml(entry.path))) continue;
    if (kind !== null) found[kind].add(entry.path);
    else if (entry.named && entry.problem === undefined && mayBeDataset(entry.path)) found.dataset.add(entry.path);
    else if (entry.problem !== undefined) ignored.push({ path: entry.path, why: entry.problem });
    else if (entry.named) {
      const why = `${basename(entry.path)} is neither a model (.onnx), a picture, a bundle (.zip) nor a dataset (.yaml, .json).`;
      ignored.push({ path: entry.path, why });
    }
  }
  for (const path of input.paths) if (await holdsLabels(path)) found.dataset.add(path);
  return {
    models: [...found.model],
    images: [...found.image],
    bundles: [...found.bundle],
    datasets: [...found.dataset],
    ignored: ignored.slice(0, maximumIgnored),
  };
}

/** True for a folder with VOC annotations or COCO files; a data.yaml is found as a file. */
async function holdsLabels(path: string): Promise<boolean> {
  const { format } = await recognizeFolder(path).catch(() => ({ format: 'pictures' })); // the walk told what is wrong
  return format === 'voc' || format === 'coco';
}

/**
 * The pictures behind files, folders and datasets (of these those to measure on), each once, in the order given and by name
 * within a folder.
 * @param named whether a place that was named and can't be read ends it, or is listed like a picture, which then can't be read
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`, `no-images`
 */
export async function listImages(
  paths: readonly string[],
  signal: AbortSignal = new AbortController().signal,
  named: 'must be readable' | 'may be unreadable' = 'must be readable',
): Promise<string[]> {
  const images = new Set<string>();
  for (const path of paths) {
    const found = mayBeDataset(path) ? await picturesOf(path, signal) : await listPictures([path], signal, named);
    for (const image of found) images.add(image);
  }
  if (paths.length > 0 && images.size === 0) {
    throw new StudioError('no-images', `There are no pictures in ${paths.slice(0, 3).join(', ')}.`, {
      hint: 'Pictures are known by their endings: .jpg, .png, .webp, .avif, .bmp, .gif, .tiff.',
    });
  }
  return [...images];
}

/**
 * As `listImages`, for pictures that are looked at beside the labels of a dataset.
 * @param dataset where it is among `paths`, even as a folder, the pictures of its split stand for it
 * @throws StudioError as `listImages`
 */
export async function listImagesWith(
  paths: readonly string[],
  { dataset, split }: { readonly dataset?: string | undefined; readonly split?: string | undefined },
  signal: AbortSignal,
): Promise<string[]> {
  const others = paths.filter((path) => path !== dataset);
  if (dataset === undefined || others.length === paths.length) return listImages(paths, signal);
  return [...new Set([...(await listImages(others, signal)), ...(await picturesOf(dataset, signal, split))])];
}

async function picturesOf(path: string, signal: AbortSignal, split?: string): Promise<string[]> {
  const dataset = split === undefined ? (await keepDataset(path)).dataset : await openDataset(path, { split, signal });
  signal.throwIfAborted();
  const images = chooseSplit(dataset, split).images.map((image) => image.path);
  const probes = images.slice(0, missingProbes);
  if (images.length > 0 && !probes.some((image) => existsSync(image))) {
    throw new StudioError('no-images', `The pictures of ${path} were not found: ${probes[0]} does not exist.`, {
      hint: 'Put them where the dataset says, or beside it.',
    });
  }
  return images;
}
