import { expect } from 'vitest';
import { openDetector } from '../detect/detector.ts';
import { decodeImage } from '../detect/image.ts';
import type { Detection } from '../types.ts';
import { sharedPath } from './shared.ts';

/** Class, score and box (x1, y1, x2, y2 in pixels of the picture) that another program found. */
export type PeerDetection = readonly [number, number, readonly number[]];

/** Runs a shared model on photos as the product does: at a confidence of 0.25, one class a box. */
export async function detectOnPhotos(
  model: readonly string[],
  photos: readonly string[],
  confidence = 0.25,
): Promise<readonly (readonly Detection[])[]> {
  const detector = await openDetector(sharedPath('models', ...model));
  const found: (readonly Detection[])[] = [];
  for (const photo of photos) {
    const image = await decodeImage(sharedPath('data', 'photos', photo));
    const settings = { confidence, iou: 0.7, maxDetections: 300, multiLabel: false };
    found.push((await detector.detect(image, settings)).detections);
  }
  await detector.close();
  return found;
}

/** The same boxes in the same order, to 1e-4 of their size. */
export function expectAsPeer(found: readonly Detection[], peer: readonly PeerDetection[]): void {
  expect(found.map(({ classId }) => classId)).toEqual(peer.map(([classId]) => classId));
  for (const [index, [, score, box]] of peer.entries()) {
    const detection = found[index];
    expect(Math.abs((detection?.score ?? 0) - score)).toBeLessThan(1e-4 * score);
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
    const allowed = 1e-4 * Math.max(x2 - x1, y2 - y1);
    for (const [side, edge] of box.entries()) {
      expect(Math.abs((detection?.box[side] ?? 0) - edge)).toBeLessThan(allowed);
    }
  }
}
