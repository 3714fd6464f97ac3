import type { DetectorSpec } from '../../types.ts';

export type Anchors = NonNullable<DetectorSpec['anchors']>;

/** Widths and heights in turn, one list a level, finest first. */
const pairs = (...levels: readonly (readonly number[])[]): Anchors =>
  levels.map((values) =>
    Array.from({ length: values.length / 2 }, (_, index) => [values[2 * index] ?? 0, values[2 * index + 1] ?? 0]),
  );

/** Anchors that families were published with, in input pixels. */
export const publishedAnchors = {
  v5: pairs([10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]),
  v5p6: pairs(
    [19, 27, 44, 40, 38, 94],
    [96, 68, 86, 152, 180, 137],
    [140, 301, 303, 264, 238, 542],
    [436, 615, 739, 380, 925, 792],
  ),
  v5tiny: pairs([10, 14, 23, 27, 37, 58], [81, 82, 135, 169, 344, 319]),
  v3: pairs([10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]),
  v3tiny: pairs([10, 14, 23, 27, 37, 58], [81, 82, 135, 169, 344, 319]),
  v4: pairs([12, 16, 19, 36, 40, 28], [36, 75, 76, 55, 72, 146], [142, 110, 192, 243, 459, 401]),
  /** Of YOLOv2 on COCO and of tiny YOLOv2 on VOC, in cells of stride 32 there. */
  v2coco: pairs([
    18.32736, 21.67632, 59.98272, 66.00096, 106.82976, 175.17888, 252.25024, 112.88896, 312.65664, 293.38496,
  ]),
  v2voc: pairs([34.56, 38.08, 110.72, 141.12, 201.6, 364.48, 302.08, 163.52, 532.48, 336.64]),
  fastestV2: pairs([12.64, 19.39, 37.88, 51.48, 55.71, 138.31], [126.91, 78.23, 131.57, 214.55, 279.92, 258.87]),
} as const satisfies Record<string, Anchors>;
