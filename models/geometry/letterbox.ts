import type { Placement, ResizeMode } from '../types.ts';

/**
 * Where a picture goes in the network's input. Sizes are in pixels.
 *
 * Letterbox: the ratio is min(H/h, W/w), the picture's new size is rounded, and the bars are split evenly; of an odd bar
 * the larger half goes right or below (`round(bar / 2 - 0.1)`). The scale kept is the real ratio, not new size / old
 * size: that is how boxes are mapped back by the code that YOLO models are trained and published with.
 */
export function placeImage(
  imageWidth: number,
  imageHeight: number,
  inputWidth: number,
  inputHeight: number,
  resize: ResizeMode,
): Placement {
  const size = { imageWidth, imageHeight, inputWidth, inputHeight };
  if (resize === 'stretch') {
    return { ...size, scaleX: inputWidth / imageWidth, scaleY: inputHeight / imageHeight, padLeft: 0, padTop: 0 };
  }
  const ratio = Math.min(inputHeight / imageHeight, inputWidth / imageWidth);
  const topLeft = { ...size, scaleX: ratio, scaleY: ratio, padLeft: 0, padTop: 0 };
  if (resize === 'letterbox-topleft') return topLeft;
  const placed = placedSize(topLeft);
  return {
    ...topLeft,
    padLeft: Math.max(0, roundHalfEven((inputWidth - placed.width) / 2 - 0.1)),
    padTop: Math.max(0, roundHalfEven((inputHeight - placed.height) / 2 - 0.1)),
  };
}

/** Size of the resized picture inside the input, in whole input pixels, at least 1. */
export function placedSize(placement: Placement): { width: number; height: number } {
  return {
    width: Math.max(1, roundHalfEven(placement.imageWidth * placement.scaleX)),
    height: Math.max(1, roundHalfEven(placement.imageHeight * placement.scaleY)),
  };
}

/** Image x of an input x, both in pixels. */
export function toImageX(placement: Placement, x: number): number {
  return (x - placement.padLeft) / placement.scaleX;
}

/** Image y of an input y, both in pixels. */
export function toImageY(placement: Placement, y: number): number {
  return (y - placement.padTop) / placement.scaleY;
}

/** Input x of an image x, both in pixels. */
export function toInputX(placement: Placement, x: number): number {
  return x * placement.scaleX + placement.padLeft;
}

/** Input y of an image y, both in pixels. */
export function toInputY(placement: Placement, y: number): number {
  return y * placement.scaleY + placement.padTop;
}

/** Python's `round`, which the published preprocessing uses: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
