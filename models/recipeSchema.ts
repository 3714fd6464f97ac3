import { z } from 'zod';
import { activationTypes, calibrators, pruneMethods, pruneScopes, quantizePrecisions, recoveries } from './choices.ts';

const unit = z.number().min(0).max(1);
const patterns = z.array(z.string().min(1).max(1000)).max(1000).default([]);

/** Options of a pruning step; they are part of a variant's recipe. */
export const pruneOptions = z.strictObject({
  /**
   * `magnitude` and `2:4` set weights to zero and leave the graph as it is; `channel` takes whole channels out, so that the
   * model becomes smaller and faster everywhere.
   */
  method: z.enum(pruneMethods).default('magnitude'),
  /** Share of the prunable weights that become zero, or of the channels that go. Nothing to `2:4`, which is a half. */
  amount: z.number().min(0).max(0.99).default(0.5),
  /** `global` ranks all weights or channels together, `layer` takes the same share of every layer. */
  scope: z.enum(pruneScopes).default('global'),
  /** Globs on node names: their weights, or output channels, stay. */
  keep: patterns,
  /**
   * Widths that `channel` leaves are multiples of this: CPU kernels work in blocks of 8 or 16 channels. `auto` measures which
   * multiple runs fastest here; a recipe keeps the number that was found.
   */
  roundTo: z.union([z.int().min(1).max(256), z.literal('auto')]).default(8),
  /** Shares of `channel` for layers whose names fit, in place of `amount`; the first that fits counts. */
  ratios: z
    .array(z.strictObject({ pattern: z.string().min(1).max(1000), amount: z.number().min(0).max(0.99) }))
    .max(10_000)
    .default([]),
  /**
   * How `channel` makes up for what goes, on the pictures given: every convolution gets new weights (`least-squares`) or only a
   * new bias, fitted to what it gave before. Absent: `least-squares` where there are pictures.
   */
  recover: z.enum(recoveries).optional(),
  /** False: also a variant that has lost its boxes on the pictures is written. */
  gate: z.boolean().optional(),
});

/** Options of a quantization step; they are part of a variant's recipe. */
export const quantizeOptions = z.strictObject({
  /** `16x8` keeps activations in 16 bits: nearly as exact as float, for accelerators that compute so. */
  precision: z.enum(quantizePrecisions).default('int8'),
  calibrator: z.enum(calibrators).default('minmax'),
  /** Per cent of values whose magnitude lies inside the range; only for the percentile calibrator. */
  percentile: z.number().min(50).max(100).default(99.999),
  /** At most this many calibration images, evenly spread over the list. */
  samples: z.int().min(1).max(100_000).default(300),
  perTensor: z.boolean().default(false),
  /** Unsigned or signed; with `16x8` that of 16 bits. */
  activations: z.enum(activationTypes).default('uint8'),
  /** Activation grids with zero in the middle, as some accelerators want them (with int8: zero point 0). */
  symmetric: z.boolean().default(false),
  /** 7-bit weights for CPUs whose 8-bit products saturate (x86 without VNNI). Absent: decided from this CPU and reported. */
  reduceRange: z.boolean().optional(),
  headGuard: z.boolean().default(true),
  /** int8: the first layers, whose rounding disturbs all others, stay float where that costs next to nothing. */
  stemGuard: z.boolean().default(true),
  keep: patterns,
  /** Layers that stay float as well, each by the first tensor it makes: what a search found; int8 and 16x8. */
  floatLayers: z.array(z.string().min(1).max(1000)).max(10_000).optional(),
  /** Neighbouring layers return to float, as cheaply as can be, until agreement with the original drops by no more than this; int8 and 16x8. */
  maxDrop: unit.optional(),
  /** Most variants that are tried to keep to `maxDrop`. */
  trials: z.int().min(1).max(1000).default(20),
  /** Off: also a variant that has lost its boxes is written. */
  gate: z.boolean().default(true),
});

/** Pictures that a step looked at, in its order. They are told by what they hold: paths mean nothing elsewhere. */
const recipePictures = z
  .array(z.strictObject({ name: z.string().min(1).max(1000), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
  .max(100_000)
  .optional();

/** One step that derives a model from another. */
export const recipeStep = z.discriminatedUnion('operation', [
  /** Merges batch normalization into the convolutions before it; nothing else changes. */
  z.strictObject({ operation: z.literal('fold') }),
  z.strictObject({ operation: z.literal('prune'), options: pruneOptions, pictures: recipePictures }),
  z.strictObject({ operation: z.literal('quantize'), options: quantizeOptions, pictures: recipePictures }),
]);

/** How a model is derived from an original: what JSON files of recipes and the metadata of variants hold. */
export const recipe = z.strictObject({
  version: z.literal(1),
  /** SHA-256 of the model that the steps were made for; a recipe applies to others as well. */
  original: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  steps: z.array(recipeStep).max(64),
});

/** `pruneOptions`, with its defaults. */
export type PruneOptions = z.output<typeof pruneOptions>;
/** `quantizeOptions`, with its defaults. */
export type QuantizeOptions = z.output<typeof quantizeOptions>;
/** `recipeStep`, with its defaults. */
export type RecipeStep = z.output<typeof recipeStep>;
/** `recipe`, with its defaults. */
export type Recipe = z.output<typeof recipe>;
