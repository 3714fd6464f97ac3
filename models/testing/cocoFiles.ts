import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** [left, top, width, height] */
type CocoBox = readonly [number, number, number, number];

export interface TruthRecord {
  readonly image_id: number | string;
  readonly category_id: number | string;
  readonly bbox: CocoBox;
  readonly area?: number;
  readonly iscrowd?: number;
  readonly ignore?: number;
}

export interface DetectionRecord {
  readonly image_id: number | string;
  readonly category_id: number | string;
  readonly bbox: CocoBox;
  readonly score: number;
}

/** Writes a COCO file of annotations and a result file; the paths are what `evaluateFiles` takes. */
export async function writeCocoFiles(
  folder: string,
  images: readonly (number | string)[],
  classNames: readonly string[],
  truth: readonly TruthRecord[],
  found: readonly DetectionRecord[],
): Promise<{ annotations: string; predictions: string }> {
  const annotations = join(folder, 'annotations.json');
  const predictions = join(folder, 'detections.json');
  const categories = classNames.map((name, index) => ({ id: index + 1, name }));
  const listed = truth.map((record, index) => ({ id: index + 1, ...record }));
  const file = { info: { year: 2026 }, images: images.map((id) => ({ id })), annotations: listed, categories };
  await writeFile(annotations, JSON.stringify(file));
  await writeFile(predictions, JSON.stringify(found));
  return { annotations, predictions };
}
