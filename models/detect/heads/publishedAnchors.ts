import type { DetectorSpec } from '../../types.ts';

export type Anchors = NonNullable<DetectorSpec['anchors']>;

/** Widths and heights in turn, one list a level, finest first. */
const pairs = (...levels: readonly (readonly number[])[]): Anchors =>
  levels.map((values) =>
    Array.from({ length: values.length / 2 }, (_, index) => [values[2 * index] ?? 0, values[2 * index + 1] ?? 0]),
  );

const yoloV3 = pairs([10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]);
const yoloV4 = pairs([12, 16, 19, 36, 40, 28], [36, 75, 76, 55, 72, 146], [142, 110, 192, 243, 459, 401]);

/** Anchors that families were published with, in input pixels. */
export const publishedAnchors = {
  /** Of YOLOv5 and of YOLOv7-tiny too. */
  v3: yoloV3,
  /** Of YOLOv7 too. */
  v4: yoloV4,
  /** Of YOLOv5 and YOLOv7 with four levels. */
  v5p6: pairs(
    [19, 27, 44, 40, 38, 94],
    [96, 68, 86, 152, 180, 137],
    [140, 301, 303, 264, 238, 542],
    [436, 615, 739, 380, 925, 792],
  ),
  v3tiny: pairs([10, 14, 23, 27, 37, 58], [81, 82, 135, 169, 344, 319]),
  /** Its finer level is trained with the second to fourth pair of the list, one of which the coarser one has too. */
  v4tiny: pairs([23, 27, 37, 58, 81, 82], [81, 82, 135, 169, 344, 319]),
  /** Of YOLOv2 and its tiny model on COCO; these and the next were published in cells of stride 32. */
  v2coco: pairs([
    18.32736, 21.67632, 59.98272, 66.00096, 106.82976, 175.17888, 252.25024, 112.88896, 312.65664, 293.38496,
  ]),
  v2voc: pairs([42.3072, 55.4064, 102.168, 128.30208, 161.78784, 259.16544, 303.07584, 154.89696, 359.5648, 320.2272]),
  v2tinyVoc: pairs([34.56, 38.08, 109.44, 141.12, 212.16, 364.16, 301.44, 163.52, 531.84, 336.64]),
  fastestV2: pairs([12.64, 19.39, 37.88, 51.48, 55.71, 138.31], [126.91, 78.23, 131.57, 214.55, 279.92, 258.87]),
} as const satisfies Record<string, Anchors>;
