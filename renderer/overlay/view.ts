/** Zoom and pan that several panes share, and the mapping between a pane and its picture. */

/** In pixels: of the pane (CSS pixels) or of the picture. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The part of a picture that is shown, in units that do not depend on any pane. */
export interface View {
  /** 1 fits the whole picture into the pane. */
  readonly zoom: number;
  /** The point in the middle of the pane, 0..1 of the picture's width and height. */
  readonly centerX: number;
  readonly centerY: number;
}

/** screen = image * scale + offset, in CSS pixels of the pane. */
export interface Transform {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export const fitView: View = { zoom: 1, centerX: 0.5, centerY: 0.5 };

const minimumZoom = 0.5;
const maximumZoom = 64;
/** Free pixels around a fitted picture. */
const margin = 6;

/** Where a picture of size `image` lies in a pane of size `pane` under a view. */
export function transformOf(view: View, pane: Size, image: Size): Transform {
  const fit = Math.min(
    Math.max(1, pane.width - 2 * margin) / image.width,
    Math.max(1, pane.height - 2 * margin) / image.height,
  );
  const scale = fit * view.zoom;
  return {
    scale,
    offsetX: pane.width / 2 - view.centerX * image.width * scale,
    offsetY: pane.height / 2 - view.centerY * image.height * scale,
  };
}

/** Pane position of an image position. */
export function toScreen(transform: Transform, point: Point): Point {
  return { x: point.x * transform.scale + transform.offsetX, y: point.y * transform.scale + transform.offsetY };
}

/** Image position of a pane position. */
export function toImage(transform: Transform, point: Point): Point {
  return { x: (point.x - transform.offsetX) / transform.scale, y: (point.y - transform.offsetY) / transform.scale };
}

/** Zooms by `factor` so that what lies under `at` (pane pixels) stays there, as far as the picture reaches. */
export function zoomAt(view: View, pane: Size, image: Size, at: Point, factor: number): View {
  const zoom = Math.min(maximumZoom, Math.max(minimumZoom, view.zoom * factor));
  const held = toImage(transformOf(view, pane, image), at);
  const { scale } = transformOf({ ...view, zoom }, pane, image);
  return {
    zoom,
    centerX: clampUnit((held.x + (pane.width / 2 - at.x) / scale) / image.width),
    centerY: clampUnit((held.y + (pane.height / 2 - at.y) / scale) / image.height),
  };
}

/** Moves the picture by (dx, dy) pane pixels. */
export function panBy(view: View, pane: Size, image: Size, dx: number, dy: number): View {
  const { scale } = transformOf(view, pane, image);
  return {
    zoom: view.zoom,
    centerX: clampUnit(view.centerX - dx / scale / image.width),
    centerY: clampUnit(view.centerY - dy / scale / image.height),
  };
}

function clampUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
