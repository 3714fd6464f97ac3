import { extname } from 'node:path';
import { StudioError } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import { openYoloFile } from './yoloDataset.ts';

/** How a dataset is opened. */
export interface OpenOptions {
  /** Only this split is listed; absent: all. */
  readonly split?: string;
  readonly signal?: AbortSignal;
}

/**
 * Opens a dataset where it lies: a YOLO data.yaml, a COCO JSON file, or a folder with either or with Pascal VOC annotations.
 * Nothing is copied or rewritten; pictures and labels are read when asked for.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`, `bad-input` for a split that is not there
 */
export async function openDataset(path: string, options: OpenOptions = {}): Promise<Dataset> {
  const { split, signal = new AbortController().signal } = options;
  switch (extname(path).toLowerCase()) {
    case '.yaml':
    case '.yml':
      return openYoloFile(path, signal, split);
    default:
      throw new StudioError('dataset-invalid', `${path} is no dataset.`);
  }
}
