import type { GridLevel, Placement } from '../../models/types.ts';
import { screenRectangle } from './canvas.ts';
import { cellBox } from './cells.ts';
import { heatColor } from './colors.ts';
import type { Transform } from './view.ts';

/** Alpha of a cell that is wholly sure; weaker ones fall slower than their score, so that faint cells show too. */
const strongest = 165;
const gamma = 0.6;
/** Scores that every background cell has: they stay clear, or all pictures would be tinted. */
const background = 0.02;

/** One pixel per cell: columns * rows RGBA values whose alpha rises with the cell's score. */
export function heatPixels(level: GridLevel): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * level.rows * level.columns);
  for (let cell = 0; cell < level.heat.length; cell += 1) {
    const score = Math.min(1, Math.max(0, ((level.heat[cell] ?? 0) - background) / (1 - background)));
    pixels[4 * cell] = heatColor[0];
    pixels[4 * cell + 1] = heatColor[1];
    pixels[4 * cell + 2] = heatColor[2];
    pixels[4 * cell + 3] = strongest * score ** gamma;
  }
  return pixels;
}

const textures = new WeakMap<GridLevel, HTMLCanvasElement>();

function textureOf(level: GridLevel): HTMLCanvasElement {
  const known = textures.get(level);
  if (known) return known;
  const canvas = document.createElement('canvas');
  canvas.width = level.columns;
  canvas.height = level.rows;
  canvas.getContext('2d')?.putImageData(new ImageData(heatPixels(level), level.columns, level.rows), 0, 0);
  textures.set(level, canvas);
  return canvas;
}

/** How sure each cell of a level is that it holds something. Every cell stays a sharp square. */
export function drawHeat(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  placement: Placement,
  transform: Transform,
): void {
  const first = screenRectangle(cellBox(level.stride, 0, 0, placement), transform);
  context.imageSmoothingEnabled = false;
  context.drawImage(textureOf(level), first.x, first.y, first.width * level.columns, first.height * level.rows);
}
