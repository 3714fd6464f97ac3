import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { openDetector } from '../detect/detector.ts';
import { recognizeDetector } from '../detect/recognize.ts';
import { inferShapes } from '../graph/shapes.ts';
import { writeModel } from '../graph/write.ts';
import type { Detection, DetectorReading } from '../types.ts';
import { paintPicture } from './pictures.ts';

/** What a model is read as. */
export function readingOf(proto: ModelProto): { reading: DetectorReading; warnings: readonly string[] } {
  const result = recognizeDetector({ proto }, inferShapes(proto));
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

/** Why a model is not read as a detector. */
export function reasonOf(proto: ModelProto): string {
  const result = recognizeDetector({ proto }, inferShapes(proto));
  return 'reason' in result ? result.reason : `recognised as ${result.reading.family}`;
}

/**
 * Writes a model, opens it as the product does and runs it on a black picture of the input's own size, so that boxes in the
 * picture are those in the input.
 */
export async function findBoxes(folder: string, proto: ModelProto, confidence = 0.25): Promise<Detection[]> {
  const path = join(folder, 'model.onnx');
  await writeModel(path, proto);
  const detector = await openDetector(path);
  const [height, width] = detector.spec.input.size;
  try {
    const image = paintPicture(width, height, () => 0);
    const settings = { confidence, iou: 0.7, maxDetections: 300, multiLabel: false };
    return (await detector.detect(image, settings)).detections;
  } finally {
    await detector.close();
  }
}
