import { z } from 'zod';
import { modelPrecisions } from '../choices.ts';
import { detectorSpec } from '../specSchema.ts';

/**
 * `manifest.json` of a bundle: all that a program needs to feed the model and read its answer, where the model comes from,
 * and what the golden pictures must give. Read from bundles made elsewhere, so every field is bounded.
 */

const text = z.string().max(10_000);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const side = z.int().min(1).max(16_384);
const finite = z.number().min(-1e9).max(1e9);
const unit = z.number().min(0).max(1);

/** A path inside the bundle: forward slashes, nothing that leaves it. */
export const bundlePath = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/, 'not a plain relative path');

export const manifestSchema = z.object({
  format: z.literal('boxwright-bundle'),
  version: z.literal(1),
  target: z.enum(['node']),
  /** The program that made the bundle. */
  generator: text,
  name: text,
  /** As the owner of the model states it; null when nothing was stated. */
  license: text.nullable(),
  model: z.object({
    file: bundlePath,
    bytes: z.int().min(1),
    sha256,
    precision: z.enum(modelPrecisions),
    parameters: z.int().min(0),
    macs: z.number().min(0).nullable(),
    sparsity: unit,
    opsets: z.record(z.string().max(200), z.int()),
  }),
  spec: detectorSpec,
  postprocess: z.object({
    confidence: unit,
    iou: unit,
    maxDetections: z.int().min(1).max(100_000),
    /** Boxes only suppress boxes of their own class. */
    classAware: z.literal(true),
  }),
  golden: z.object({
    expected: bundlePath,
    /** How far an edge (pixels) or a score may lie from what is expected: other processors round differently. */
    tolerance: z.object({ box: z.number().min(0).max(100), score: unit }),
  }),
  /** Where the model comes from: parent, recipe, measured figures; as the maker of the bundle gave it. */
  provenance: z.record(z.string().max(200), z.unknown()),
  /** What this target was tried with. */
  tested: text,
});

export type BundleManifest = z.output<typeof manifestSchema>;

/** `golden/expected.json`: what the model finds on the golden pictures. */
export const expectationsSchema = z.object({
  pictures: z
    .array(
      z.object({
        file: bundlePath,
        width: side,
        height: side,
        detections: z
          .array(
            z.object({
              classId: z.int().min(0).max(65_535),
              className: z.string().max(1000),
              score: unit,
              box: z.tuple([finite, finite, finite, finite]),
            }),
          )
          .max(100_000),
      }),
    )
    .min(1)
    .max(100),
});

export type Expectations = z.output<typeof expectationsSchema>;
