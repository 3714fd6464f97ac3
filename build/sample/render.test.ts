import { describe, expect, it } from 'vitest';
import { encodePicture } from './generate.ts';
import { writeLabels } from './labels.ts';
import type { Layer } from './mask.ts';
import { pictureSeed } from './random.ts';
import { renderPicture } from './render.ts';
import { classNames } from './scene.ts';

const seeds = Array.from({ length: 24 }, (_, index) => pictureSeed(11, index));
const pictures = seeds.map(renderPicture);

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Boxes of the layers by painting their numbers from back to front: another way to the answer than the one under test. */
function boxesOfPaintedNumbers(layers: readonly Layer[], width: number, height: number): readonly Box[] {
  const numbers = new Int16Array(width * height).fill(-1);
  layers.forEach(({ left, top, size, solid }, number) => {
    for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) {
        if (solid[(y - top) * size + (x - left)] === 1) numbers[y * width + x] = number;
      }
    }
  });
  const boxes: Box[] = layers.map(() => ({ left: width, top: height, right: 0, bottom: 0 }));
  numbers.forEach((number, index) => {
    const box = boxes[number];
    if (box === undefined) return;
    const x = index % width;
    const y = Math.floor(index / width);
    boxes[number] = {
      left: Math.min(box.left, x),
      top: Math.min(box.top, y),
      right: Math.max(box.right, x + 1),
      bottom: Math.max(box.bottom, y + 1),
    };
  });
  return boxes;
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
      const boxes = boxesOfPaintedNumbers(layers, canvas.width, canvas.height);
      const expected = layers.flatMap(({ thing: { className } }, index) =>
        className === null ? [] : [{ className, ...boxes[index] }],
      );
      expect(objects.map(({ className, visible: { share: _, ...box } }) => ({ className, ...box }))).toEqual(expected);
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
