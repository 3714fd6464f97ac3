import type { SKRSContext2D } from '@napi-rs/canvas';

export type Pen = SKRSContext2D;

/**
 * A thing that can be drawn once, standing on the origin: x to the right, y down, so the thing lies above y = 0.
 * Everything it draws stays within `reach` pixels of the point (0, -height / 2).
 */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly reach: number;
  readonly draw: (pen: Pen) => void;
}

/** Where the light comes from: -1 the left, 1 the right. */
export type LightSide = -1 | 1;

export function fillEllipse(pen: Pen, x: number, y: number, radiusX: number, radiusY: number): void {
  pen.beginPath();
  pen.ellipse(x, y, Math.max(0.1, radiusX), Math.max(0.1, radiusY), 0, 0, Math.PI * 2);
  pen.fill();
}

/** Runs drawing calls with the pen's state saved and restored around them. */
export function aside(pen: Pen, draw: () => void): void {
  pen.save();
  draw();
  pen.restore();
}
