/**
 * Overlap of a detection with an object, each at an index of a flat list of left, top, width, height: intersection over union,
 * or over the detection's own area where the object is a crowd. The same arithmetic in the same order as COCO's own code, so
 * that comparisons with a threshold fall alike.
 * @returns 0..1
 */
export function overlapAt(
  found: Float64Array,
  detection: number,
  truth: Float64Array,
  object: number,
  crowd: boolean,
): number {
  const d = 4 * detection;
  const g = 4 * object;
  const left = found[d] ?? 0;
  const top = found[d + 1] ?? 0;
  const width = found[d + 2] ?? 0;
  const height = found[d + 3] ?? 0;
  const truthLeft = truth[g] ?? 0;
  const truthTop = truth[g + 1] ?? 0;
  const truthWidth = truth[g + 2] ?? 0;
  const truthHeight = truth[g + 3] ?? 0;
  const sharedWidth = Math.min(left + width, truthLeft + truthWidth) - Math.max(left, truthLeft);
  if (sharedWidth <= 0) return 0;
  const sharedHeight = Math.min(top + height, truthTop + truthHeight) - Math.max(top, truthTop);
  if (sharedHeight <= 0) return 0;
  const shared = sharedWidth * sharedHeight;
  const area = width * height;
  return shared / (crowd ? area : area + truthWidth * truthHeight - shared);
}

/**
 * Intersection over union as the VOC devkit counts it: its boxes end with their last pixel, so that every side is one pixel
 * longer than the difference of its ends.
 */
export function pixelOverlapAt(found: Float64Array, detection: number, truth: Float64Array, object: number): number {
  const d = 4 * detection;
  const g = 4 * object;
  const left = found[d] ?? 0;
  const top = found[d + 1] ?? 0;
  const width = found[d + 2] ?? 0;
  const height = found[d + 3] ?? 0;
  const truthLeft = truth[g] ?? 0;
  const truthTop = truth[g + 1] ?? 0;
  const truthWidth = truth[g + 2] ?? 0;
  const truthHeight = truth[g + 3] ?? 0;
  const sharedWidth = Math.min(left + width, truthLeft + truthWidth) - Math.max(left, truthLeft) + 1;
  if (sharedWidth <= 0) return 0;
  const sharedHeight = Math.min(top + height, truthTop + truthHeight) - Math.max(top, truthTop) + 1;
  if (sharedHeight <= 0) return 0;
  const shared = sharedWidth * sharedHeight;
  return shared / ((width + 1) * (height + 1) + (truthWidth + 1) * (truthHeight + 1) - shared);
}
