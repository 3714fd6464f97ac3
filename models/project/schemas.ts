import { z } from 'zod';
import { headFamilies, modelPrecisions, providerNames } from '../choices.ts';
import { type RecipeStep, recipeStep } from '../recipeSchema.ts';
import { detectorSpec } from '../specSchema.ts';
import type { Agreement, CompareReport, Inspection } from '../types.ts';

/**
 * The project file. What the engine reported is kept loosely: a field that these schemas don't name survives loading
 * and saving.
 */

const count = z.number().min(0);
const unit = z.number().min(0).max(1);
const text = z.string().max(100_000);
const path = z.string().min(1).max(32_768);
const size = z.tuple([count, count]);
const shape = z.array(z.union([z.number(), z.string()]));
const channels = z.enum(['RGB', 'BGR']);
const resize = z.enum(['letterbox-center', 'letterbox-topleft', 'stretch']);
const family = z.enum(headFamilies);
const precision = z.enum(modelPrecisions);
const provider = z.enum(providerNames);
const anchors = z.array(z.array(size)).optional();

const tensorInfo = z.looseObject({ name: text, type: text, shape });

const detectorReport = z.looseObject({
  family,
  head: text,
  inputSize: size,
  channels,
  scale: z.number(),
  resize,
  strides: z.array(count),
  classes: count,
  classNames: z.array(text),
  anchors,
  decodedInGraph: z.boolean(),
  nmsInGraph: z.boolean(),
  evidence: z.array(text),
  spec: detectorSpec,
});

const inspection: z.ZodType<Inspection> = z.looseObject({
  path,
  bytes: count,
  sha256: text,
  irVersion: z.number(),
  opsets: z.record(z.string(), z.number()),
  producer: text,
  nodes: count,
  operators: z.record(z.string(), count),
  parameters: count,
  macs: count.nullable(),
  sparsity: unit,
  precision,
  inputs: z.array(tensorInfo),
  outputs: z.array(tensorInfo),
  metadata: z.record(z.string(), z.string()),
  layers: z.array(
    z.looseObject({ name: text, operator: text, outputShape: shape, parameters: count, macs: count, sparsity: unit }),
  ),
  warnings: z.array(text),
  // A reading of an older form is dropped; the model is then read anew.
  detector: detectorReport.nullable().catch(null),
  notRunnableBecause: text.optional(),
  refusedByRuntime: z.boolean().optional(),
});

const agreement: z.ZodType<Agreement> = z.looseObject({
  f1: unit,
  precision: unit,
  recall: unit,
  matched: count,
  lost: count,
  extra: count,
  changedClass: count,
  meanIou: unit.nullable(),
  scoreShift: z.number().nullable(),
  // Reports of an older form lack it.
  scoreError: z.number().nullable().default(null),
  images: count,
});

const differenceGroup = z.looseObject({
  kind: z.enum(['lost', 'extra', 'moved', 'changed-class']),
  classId: count,
  size: z.enum(['small', 'medium', 'large']),
  count,
});

const imageDifference = z.looseObject({
  path,
  lost: count,
  extra: count,
  moved: count,
  changedClass: count,
  groups: z.array(differenceGroup).default([]),
});

const classAgreement = z.looseObject({
  classId: count,
  className: text,
  matched: count,
  lost: count,
  extra: count,
  f1: unit,
});

const compareReport: z.ZodType<CompareReport> = z.looseObject({
  baseline: path,
  models: z.array(
    z.looseObject({
      path,
      name: text,
      bytes: count,
      parameters: count,
      macs: count.nullable(),
      sparsity: unit,
      precision,
      provider: z.looseObject({ requested: provider, used: provider }),
      latency: z.looseObject({
        p50: count,
        p90: count,
        p95: count,
        p99: count,
        mean: count,
        min: count,
        runs: count,
        throughput: count,
      }),
      load: count,
      peakMemory: count,
      agreement: agreement.optional(),
      classes: z.array(classAgreement).optional(),
      images: z.array(imageDifference),
    }),
  ),
  images: z.array(imageDifference),
  pareto: z.array(z.looseObject({ path, p50: count, f1: unit, best: z.boolean() })),
  device: text,
  threads: count,
  imageCount: count,
  confidence: unit.optional(),
  iou: unit.optional(),
  report: path.optional(),
  csv: path.optional(),
});

/** Steps as documents hold them: earlier ones named the calibration pictures by path, which nothing can replay. */
const storedStep: z.ZodType<RecipeStep> = z.preprocess((value) => {
  const step = z.looseObject({ calibration: z.unknown() }).safeParse(value);
  if (!step.success) return value;
  const { calibration: _, ...rest } = step.data;
  return rest;
}, recipeStep);

export const recipeSteps = z.array(storedStep).max(1000);

const storedVariant = z.object({
  id: z.string().min(1).max(100),
  parentId: z.string().max(100).nullable(),
  name: z.string().min(1).max(1000),
  modelPath: path,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Milliseconds since the epoch: the file's own time when it was last found to have this content. */
  modified: z.number(),
  recipe: recipeSteps,
  createdAt: z.iso.datetime(),
  inspection,
  /** What the reading in the inspection was made by and from (`readingStamp`); absent where that is not known. */
  readAs: text.optional(),
  agreement: agreement.nullable(),
  warnings: z.array(text),
});

export const projectDocument = z.object({
  version: z.literal(1),
  variants: z.array(storedVariant).max(10_000),
  /** Paths of the pictures in the tray, in the order they were added. */
  images: z.array(path).max(1_000_000),
  /** Datasets that pictures of the tray came from, where what is marked in them is looked up: newest first. */
  datasets: z.array(path).max(100).default([]),
  /** By the id of the baseline. */
  comparisons: z.record(z.string(), compareReport),
});

export type ProjectDocument = z.output<typeof projectDocument>;
export type StoredVariant = z.output<typeof storedVariant>;
