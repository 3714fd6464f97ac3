import type { GridLevel, Look, Placement } from '../../models/types.ts';
import type { HeatSource } from '../state/view.ts';
import { screenRectangle } from './canvas.ts';
import { cellBox } from './cells.ts';
import { heatColor } from './colors.ts';
import { namedClass, type SharedClasses } from './sharedClasses.ts';
import type { Transform } from './view.ts';

/** Alpha of a cell that is wholly sure; weaker ones fall slower than their score, so that faint cells show too. */
const strongest = 175;
const gamma = 0.6;
/** Scores that every background cell has: they stay clear, or all pictures would be tinted. */
const background = 0.02;

/** What a source means for one model: a class that all models share by its number in this one; -1 where it has none such. */
export function ownSource(
  look: Pick<Look, 'classNames'>,
  source: HeatSource,
  { numberOf }: Pick<SharedClasses, 'numberOf'>,
): HeatSource {
  if (typeof source !== 'number') return source;
  return look.classNames.findIndex((_, classId) => numberOf(namedClass(look, classId)) === source);
}

/** The heat of a cell, 0..1. A head without objectness has its score instead. */
export function heatValue(level: GridLevel, source: HeatSource, cell: number): number {
  const score = level.heat[cell] ?? 0;
  switch (source) {
    case 'score':
      return score;
    case 'objectness':
      return level.objectness?.[cell] ?? score;
    default:
      return level.classIds[cell] === source ? score : 0;
  }
}

/** Opacity of a heat, 0..255. */
function alphaOf(heat: number): number {
  return strongest * Math.min(1, Math.max(0, (heat - background) / (1 - background))) ** gamma;
}

/** One pixel per cell: columns * rows RGBA values whose alpha rises with the cell's heat. */
export function heatPixels(level: GridLevel, source: HeatSource): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * level.rows * level.columns);
  for (let cell = 0; cell < level.heat.length; cell += 1) {
    pixels[4 * cell] = heatColor[0];
    pixels[4 * cell + 1] = heatColor[1];
    pixels[4 * cell + 2] = heatColor[2];
    pixels[4 * cell + 3] = alphaOf(heatValue(level, source, cell));
  }
  return pixels;
}

/** The scale of the heat from 0 to 1 as a CSS gradient. */
export function heatGradient(): string {
  const stops = Array.from({ length: 11 }, (_, step) => {
    const alpha = alphaOf(step / 10) / 255;
    return `rgb(${heatColor.join(' ')} / ${alpha.toFixed(3)}) ${10 * step}%`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** The last picture of each level; another source makes it anew. */
const textures = new WeakMap<GridLevel, { readonly source: HeatSource; readonly canvas: HTMLCanvasElement }>();

function textureOf(level: GridLevel, source: HeatSource): HTMLCanvasElement {
  const known = textures.get(level);
  if (known?.source === source) return known.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = level.columns;
  canvas.height = level.rows;
  canvas.getContext('2d')?.putImageData(new ImageData(heatPixels(level, source), level.columns, level.rows), 0, 0);
  textures.set(level, { source, canvas });
  return canvas;
}

/** How sure each cell of a level is that it holds something. Every cell stays a sharp square. */
export function drawHeat(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  source: HeatSource,
  placement: Placement,
  transform: Transform,
): void {
  const first = screenRectangle(cellBox(level.stride, 0, 0, placement), transform);
  context.imageSmoothingEnabled = false;
  const texture = textureOf(level, source);
  context.drawImage(texture, first.x, first.y, first.width * level.columns, first.height * level.rows);
}

/** Cells at least so many pane pixels wide have room for their number. */
const roomForNumber = 30;
const smallestNumber = 0.05;

/** Writes the heat of every warm cell into its corner, where cells are large enough: lines meet in the middle. */
export function drawHeatNumbers(
  context: CanvasRenderingContext2D,
  level: GridLevel,
  source: HeatSource,
  placement: Placement,
  transform: Transform,
): void {
  const first = screenRectangle(cellBox(level.stride, 0, 0, placement), transform);
  if (Math.min(first.width, first.height) < roomForNumber) return;
  context.font = '600 10.5px Inter, "Noto Sans", system-ui, sans-serif';
  context.textBaseline = 'top';
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.65)';
  context.fillStyle = '#ffffff';
  for (let cell = 0; cell < level.heat.length; cell += 1) {
    const heat = heatValue(level, source, cell);
    if (heat < smallestNumber) continue;
    const x = first.x + (cell % level.columns) * first.width + 4;
    const y = first.y + Math.floor(cell / level.columns) * first.height + 4;
    const text = heat.toFixed(2).replace(/^0/, '');
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
}
