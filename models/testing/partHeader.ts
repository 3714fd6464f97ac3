import type { PartHeader } from '../evaluate/parts/partHeader.ts';

/** The header of the only part of a made-up evaluation. */
export const onlyPart: PartHeader = {
  version: 1,
  program: '1.0.0',
  model: 'a'.repeat(64),
  reading: 'b'.repeat(64),
  provider: 'cpu',
  pictures: 'c'.repeat(64),
  pictureCount: 10,
  split: 'val',
  classNames: ['cup'],
  thresholds: { confidence: 0.001, iou: 0.7, maxDetections: 300 },
  shard: { index: 1, count: 1 },
};
