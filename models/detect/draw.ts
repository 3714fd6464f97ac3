import { Transformer } from '@napi-rs/image';
import { writeFileAtomically } from '../files.ts';
import { classColor, labelInk } from '../geometry/classColor.ts';
import type { Detection } from '../types.ts';
import { glyphHeight, glyphWidth, hasInk } from './glyphs.ts';
import type { DecodedImage } from './image.ts';

const jpegQuality = 92;

/** Pixels that are drawn into: interleaved RGBA, as the encoder takes them. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

type Colour = readonly [number, number, number];

/**
 * Writes a picture with its boxes, each labelled with class and score, as JPEG or PNG by the ending of `path`. Line and
 * text sizes follow the picture's.
 * @throws StudioError `file-unwritable`
 */
export async function drawDetections(
  path: string,
  image: DecodedImage,
  detections: readonly Detection[],
): Promise<void> {
  const canvas: Canvas = { width: image.width, height: image.height, rgba: Uint8Array.from(image.rgba) };
  const unit = Math.max(1, Math.round(Math.max(image.width, image.height) / 640));
  // The best box is drawn last, over the others.
  for (const detection of detections.toReversed()) {
    drawFrame(canvas, detection.box, 2 * unit, parseColour(classColor(detection.classId)));
  }
  for (const detection of detections.toReversed()) drawLabel(canvas, detection, unit);
  const transformer = Transformer.fromRgbaPixels(canvas.rgba, canvas.width, canvas.height);
  const encoded = /\.png$/i.test(path) ? await transformer.png() : await transformer.jpeg(jpegQuality);
  await writeFileAtomically(path, encoded);
}

/** The outline of a box, its lines inside the box. */
function drawFrame(canvas: Canvas, box: Detection['box'], thickness: number, colour: Colour): void {
  const [left, top, right, bottom] = [Math.floor(box[0]), Math.floor(box[1]), Math.ceil(box[2]), Math.ceil(box[3])];
  fillRectangle(canvas, left, top, right, top + thickness, colour);
  fillRectangle(canvas, left, bottom - thickness, right, bottom, colour);
  fillRectangle(canvas, left, top, left + thickness, bottom, colour);
  fillRectangle(canvas, right - thickness, top, right, bottom, colour);
}

/** Class and score on the class colour: above the box, or inside it where there is no room above. */
function drawLabel(canvas: Canvas, detection: Detection, unit: number): void {
  const text = plainText(`${detection.className} ${detection.score.toFixed(2)}`);
  const scale = 2 * unit;
  const padding = scale;
  const width = text.length * (glyphWidth + 1) * scale + 2 * padding;
  const height = glyphHeight * scale + 2 * padding;
  const left = Math.max(0, Math.min(Math.floor(detection.box[0]), canvas.width - width));
  const boxTop = Math.floor(detection.box[1]);
  const top = boxTop >= height ? boxTop - height : boxTop;
  fillRectangle(canvas, left, top, left + width, top + height, parseColour(classColor(detection.classId)));
  const ink = parseColour(labelInk);
  for (let index = 0; index < text.length; index += 1) {
    drawGlyph(canvas, text.charAt(index), left + padding + index * (glyphWidth + 1) * scale, top + padding, scale, ink);
  }
}

function drawGlyph(canvas: Canvas, character: string, left: number, top: number, scale: number, ink: Colour): void {
  for (let row = 0; row < glyphHeight; row += 1) {
    for (let column = 0; column < glyphWidth; column += 1) {
      if (!hasInk(character, column, row)) continue;
      const [x, y] = [left + column * scale, top + row * scale];
      fillRectangle(canvas, x, y, x + scale, y + scale, ink);
    }
  }
}

/** Letters the bitmap face has: accents are dropped, the rest shows as "?". */
function plainText(text: string): string {
  return text.normalize('NFD').replace(/\p{Mark}/gu, '');
}

function fillRectangle(
  { width, height, rgba }: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  [red, green, blue]: Colour,
): void {
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(width, right); x += 1) {
      const at = 4 * (y * width + x);
      rgba[at] = red;
      rgba[at + 1] = green;
      rgba[at + 2] = blue;
    }
  }
}

/** "#rrggbb" as numbers. */
function parseColour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
