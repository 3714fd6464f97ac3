import { describe, expect, it } from 'vitest';
import { encodePicture } from './generate.ts';
import { writeLabels } from './labels.ts';
import type { Layer } from './mask.ts';
import { pictureSeed } from './random.ts';
import { renderPicture } from './render.ts';
import { classNames } from './scene.ts';

const seeds = Array.from({ length: 24 }, (_, index) => pictureSeed(11, index));
const pictures = seeds.map(renderPicture);

/** Which layer is seen at each pixel, painted from back to front: another way to the answer than the one under test. */
function paintIds(layers: readonly Layer[], width: number, height: number): Int16Array {
  const ids = new Int16Array(width * height).fill(-1);
  layers.forEach(({ left, top, size, solid }, id) => {
    for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) {
        if (solid[(y - top) * size + (x - left)] === 1) {
          ids[y * width + x] = id;
        }
      }
    }
  });
  return ids;
}

describe('renderPicture', () => {
  it('gives the same file for the same seed and another for another', () => {
    const [first, second] = [pictureSeed(5, 0), pictureSeed(5, 1)];
    const file = encodePicture(renderPicture(first).canvas, 60_000);
    expect(encodePicture(renderPicture(first).canvas, 60_000).equals(file)).toBe(true);
    expect(encodePicture(renderPicture(second).canvas, 60_000).equals(file)).toBe(false);
  });

  it('gives each object the exact box of its visible pixels', () => {
    for (const { canvas, objects, layers } of pictures) {
      const ids = paintIds(layers, canvas.width, canvas.height);
      const boxes = layers.flatMap(({ thing }, id) => {
        if (thing.className === null) {
          return [];
        }
        let [left, top, right, bottom] = [canvas.width, canvas.height, 0, 0];
        ids.forEach((seen, index) => {
          if (seen === id) {
            const x = index % canvas.width;
            const y = Math.floor(index / canvas.width);
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x + 1);
            bottom = Math.max(bottom, y + 1);
          }
        });
        return [{ className: thing.className, left, top, right, bottom }];
      });
      expect(objects.map(({ className, visible: { share: _share, ...box } }) => ({ className, ...box }))).toEqual(
        boxes,
      );
    }
  });

  it('leaves out what is mostly hidden or tiny', () => {
    const visible = pictures.flatMap(({ objects }) => objects.map((object) => object.visible));
    expect(Math.min(...visible.map(({ share }) => share))).toBeGreaterThanOrEqual(0.35);
    expect(Math.min(...visible.map(({ left, right }) => right - left))).toBeGreaterThanOrEqual(12);
    expect(Math.min(...visible.map(({ top, bottom }) => bottom - top))).toBeGreaterThanOrEqual(12);
  });

  it('varies sizes, overlaps and classes', () => {
    const objects = pictures.flatMap((picture) => picture.objects);
    const sides = objects.map(({ visible: { left, top, right, bottom } }) => Math.max(right - left, bottom - top));
    expect(Math.min(...sides)).toBeLessThan(32);
    expect(Math.max(...sides)).toBeGreaterThan(160);
    expect(objects.some(({ visible }) => visible.share < 0.8)).toBe(true);
    for (const name of classNames) {
      const share = objects.filter(({ className }) => className === name).length / objects.length;
      expect(share).toBeGreaterThan(0.12);
      expect(share).toBeLessThan(0.45);
    }
    expect(new Set(pictures.map(({ canvas }) => `${canvas.width}x${canvas.height}`)).size).toBeGreaterThanOrEqual(4);
  });
});

describe('writeLabels', () => {
  it('writes class, centre and size as parts of the picture', () => {
    const visible = { left: 100, top: 60, right: 300, bottom: 120, share: 1 };
    expect(writeLabels([{ className: 'ball', visible }], 400, 200)).toBe('2 0.500000 0.450000 0.500000 0.300000\n');
  });
});
