import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CocoId } from '../dataset/coco/ids.ts';
import type { Dataset, DatasetImage, DatasetSplit } from '../dataset/dataset.ts';
import { makeFolder, requireWritable, writeFailure } from '../files.ts';
import type { Detection } from '../types.ts';
import type { ModelClasses } from './modelClasses.ts';

/** Takes in what a model found in a picture. */
export type OnFound = (image: DatasetImage, detections: readonly Detection[]) => Promise<void>;

/** How a result file calls pictures and classes. */
export interface PredictionIds {
  readonly imageIdOf: (image: DatasetImage) => CocoId;
  /** By the class of the model; null for what the dataset does not have. */
  readonly categoryIdOf: (classId: number) => CocoId | null;
}

/**
 * The ids of a COCO file where the dataset is one; else pictures are numbered from 1 in the order of their split and categories
 * from 1 in that of the classes, as in the COCO file that a conversion writes.
 */
export function predictionIds(
  { format }: Pick<Dataset, 'format'>,
  { images, categoryIds }: DatasetSplit,
  { classOf }: ModelClasses,
): PredictionIds {
  const numbers = new Map(images.map((image, index) => [image, index + 1]));
  return {
    imageIdOf: (image) => (format === 'coco' ? image.id : (numbers.get(image) ?? image.id)),
    categoryIdOf: (classId) => {
      const known = classOf[classId] ?? null;
      return known === null ? null : (categoryIds?.[known] ?? known + 1);
    },
  };
}

/**
 * Writes what is found during `run` as a COCO result file, picture by picture: whole, or not at all where `run` fails.
 * @param path absent: nothing is written
 * @throws StudioError `file-unwritable`, and what `run` throws
 */
export async function savePredictions<Result>(
  path: string | undefined,
  ids: PredictionIds,
  run: (onFound: OnFound | undefined) => Promise<Result>,
): Promise<Result> {
  if (path === undefined) return run(undefined);
  await requireWritable(path);
  const partial = `${path}.${process.pid}.partial`;
  const tell = (error: unknown) => {
    throw writeFailure(path, error);
  };
  await makeFolder(dirname(path)).catch(tell);
  const file = await open(partial, 'w').catch(tell);
  try {
    const write = writerOf(file, ids);
    const result = await run((image, detections) => write.add(image, detections).catch(tell));
    await write.end().catch(tell);
    await file.close();
    await rename(partial, path).catch(tell);
    return result;
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/** One detection a line. */
function writerOf(file: FileHandle, { imageIdOf, categoryIdOf }: PredictionIds) {
  let before = '[\n';
  return {
    async add(image: DatasetImage, detections: readonly Detection[]) {
      let text = '';
      for (const { classId, score, box } of detections) {
        const categoryId = categoryIdOf(classId);
        if (categoryId === null) continue;
        const [x1, y1, x2, y2] = box;
        const bbox = [x1, y1, x2 - x1, y2 - y1];
        text += before + JSON.stringify({ image_id: imageIdOf(image), category_id: categoryId, bbox, score });
        before = ',\n';
      }
      if (text !== '') await file.writeFile(text);
    },
    async end() {
      await file.writeFile(before === '[\n' ? '[]\n' : '\n]\n');
      await file.datasync();
    },
  };
}
