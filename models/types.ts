/**
 * The plain data that the engine, the command line and the window share. No Node imports.
 *
 * Frames: "image" is the EXIF-oriented picture in pixels; "input" is the network's input tensor in pixels.
 * Boxes are [x1, y1, x2, y2], continuous coordinates (a pixel covers [i, i+1)).
 */
export type * from './types/agreement.ts';
export type * from './types/benchmark.ts';
export type * from './types/bundles.ts';
export type * from './types/collected.ts';
export type * from './types/comparison.ts';
export type * from './types/datasets.ts';
export type * from './types/demo.ts';
export type * from './types/derive.ts';
export type * from './types/detections.ts';
export type * from './types/detectorSpec.ts';
export type * from './types/evaluation.ts';
export type * from './types/graphDifference.ts';
export type * from './types/inspection.ts';
export type * from './types/layerDifferences.ts';
export type * from './types/look.ts';
export type * from './types/model.ts';
export type * from './types/pictures.ts';
export type * from './types/presets.ts';
export type * from './types/progress.ts';
export type * from './types/providers.ts';
export type * from './types/prune.ts';
export type * from './types/quantize.ts';
export type * from './types/sensitivity.ts';
export type * from './types/times.ts';
