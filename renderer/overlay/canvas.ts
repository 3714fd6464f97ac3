import type { Box } from '../../models/types.ts';
import type { Size, Transform } from './view.ts';

/** Makes the canvas as many device pixels large as it covers, and gives a cleared context in CSS pixels. */
export function prepareCanvas(canvas: HTMLCanvasElement, size: Size): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(size.width * ratio));
  const height = Math.max(1, Math.round(size.height * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  return context;
}

/** Rectangle in pane pixels of a box in image pixels. */
export function screenRectangle(
  box: Box,
  transform: Transform,
): { x: number; y: number; width: number; height: number } {
  const x = box[0] * transform.scale + transform.offsetX;
  const y = box[1] * transform.scale + transform.offsetY;
  return { x, y, width: (box[2] - box[0]) * transform.scale, height: (box[3] - box[1]) * transform.scale };
}

/** Draws the picture where the transform puts it: smooth when shrunk, whole pixels when magnified. */
export function drawPicture(
  context: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  image: Size,
  transform: Transform,
): void {
  context.imageSmoothingEnabled = transform.scale < 3;
  context.imageSmoothingQuality = 'high';
  const { x, y, width, height } = screenRectangle([0, 0, image.width, image.height], transform);
  context.drawImage(picture, x, y, width, height);
}
