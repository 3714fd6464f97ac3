import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { PlacedThing } from './scene.ts';

/** A thing drawn on a transparent square of its own, at whole pixels, so that picture and mask agree exactly. */
export interface Layer {
  readonly thing: PlacedThing;
  readonly canvas: Canvas;
  readonly left: number;
  readonly top: number;
  readonly size: number;
  /** 1 where the thing covers the pixel of the square by more than half. */
  readonly solid: Uint8Array;
}

/** The pixels of the picture in which a thing can be seen. `right` and `bottom` are one past the last pixel. */
export interface Visible {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Seen pixels divided by all pixels of the thing, those outside the picture counted too. */
  readonly share: number;
}

export function drawLayer(thing: PlacedThing): Layer {
  const { sprite, x, y, turn } = thing;
  const half = Math.ceil(sprite.reach) + 3;
  const size = half * 2;
  const canvas = createCanvas(size, size);
  const pen = canvas.getContext('2d');
  pen.translate(half, half);
  pen.rotate(turn);
  pen.translate(0, sprite.height / 2);
  sprite.draw(pen);
  const { data } = canvas.getContext('2d').getImageData(0, 0, size, size);
  const solid = new Uint8Array(size * size);
  for (let index = 0; index < solid.length; index++) {
    solid[index] = (data[index * 4 + 3] ?? 0) > 127 ? 1 : 0;
  }
  return { thing, canvas, left: Math.round(x) - half, top: Math.round(y - sprite.height / 2) - half, size, solid };
}

/**
 * Measures what can be seen of each layer, given from back to front. A thing that must not be drawn (`keep` says no)
 * hides nothing; its entry in the answer is null.
 */
export function measureVisible(
  layers: readonly Layer[],
  width: number,
  height: number,
  keep: (layer: Layer, visible: Visible) => boolean,
): readonly (Visible | null)[] {
  const covered = new Uint8Array(width * height);
  const answers: (Visible | null)[] = layers.map(() => null);
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index];
    if (layer === undefined) {
      continue;
    }
    const visible = measureOne(layer, covered, width, height);
    if (keep(layer, visible)) {
      answers[index] = visible;
      cover(layer, covered, width, height);
    }
  }
  return answers;
}

function measureOne({ left, top, size, solid }: Layer, covered: Uint8Array, width: number, height: number): Visible {
  let [minX, minY, maxX, maxY, seen, all] = [width, height, -1, -1, 0, 0];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (solid[row * size + column] !== 1) {
        continue;
      }
      all++;
      const x = left + column;
      const y = top + row;
      if (x < 0 || y < 0 || x >= width || y >= height || covered[y * width + x] === 1) {
        continue;
      }
      seen++;
      minX = Math.min(minX, x);
      minY = Math.min(minY, y);
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    }
  }
  return { left: minX, top: minY, right: maxX + 1, bottom: maxY + 1, share: all === 0 ? 0 : seen / all };
}

function cover({ left, top, size, solid }: Layer, covered: Uint8Array, width: number, height: number): void {
  for (let row = 0; row < size; row++) {
    const y = top + row;
    for (let column = 0; column < size; column++) {
      const x = left + column;
      if (solid[row * size + column] === 1 && x >= 0 && y >= 0 && x < width && y < height) {
        covered[y * width + x] = 1;
      }
    }
  }
}
