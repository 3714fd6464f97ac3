import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { openCocoFile } from './cocoDataset.ts';
import type { Dataset } from './dataset.ts';
import { recognizeFolder } from './datasetFolder.ts';
import { joinDatasets } from './joinDatasets.ts';
import { openVocFolder } from './vocDataset.ts';
import { openYoloFile, openYoloFolder } from './yoloDataset.ts';

/** How a dataset is opened. */
export interface OpenOptions {
  /** Only this split is listed, where listing takes time; absent: all. */
  readonly split?: string;
  readonly signal?: AbortSignal;
}

/**
 * Opens a dataset where it lies: a YOLO data.yaml, a COCO JSON file, or a folder with either, with Pascal VOC annotations or
 * with pictures and YOLO labels. Nothing is copied or rewritten; pictures and labels are read when asked for.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`; `bad-input` where a data.yaml has no such split
 */
export async function openDataset(path: string, options: OpenOptions = {}): Promise<Dataset> {
  const { split, signal = new AbortController().signal } = options;
  const absolute = resolve(path);
  const status = await stat(absolute).catch((error: unknown) => {
    throw readFailure(path, error);
  });
  if (status.isDirectory()) return openFolder(absolute, signal, split);
  switch (extname(path).toLowerCase()) {
    case '.yaml':
    case '.yml':
      return openYoloFile(absolute, signal, split);
    case '.json':
      return openCocoFile(absolute, signal);
    default:
      throw new StudioError('dataset-invalid', `${path} is no dataset.`, {
        hint: 'A dataset is a YOLO data.yaml, a COCO .json file, or a folder that holds one, VOC annotations or pictures.',
      });
  }
}

async function openFolder(folder: string, signal: AbortSignal, split: string | undefined): Promise<Dataset> {
  const found = await recognizeFolder(folder);
  switch (found.format) {
    case 'yaml':
      return openYoloFile(found.file, signal, split);
    case 'voc':
      return openVocFolder(folder, found.places, signal, split);
    case 'coco':
      return joinDatasets(folder, await Promise.all(found.files.map((file) => openCocoFile(file, signal))));
    case 'pictures':
      return openYoloFolder(folder, signal);
  }
}
