import { z } from 'zod';
import { datasetFormats, presetNames, providerNames } from './choices.ts';
import { pruneOptions, quantizeOptions, type Recipe, recipe } from './recipeSchema.ts';
import { specCorrection } from './specSchema.ts';
import { lookingThresholds, measuringThresholds } from './thresholds.ts';
import type {
  BenchmarkReport,
  Collected,
  CompareReport,
  DatasetCheckReport,
  DatasetConvertReport,
  DatasetSplitReport,
  DemoReport,
  DeriveReport,
  DetectReport,
  EvaluateReport,
  ExportReport,
  GraphDifferenceReport,
  Inspection,
  LayersReport,
  Look,
  PredictReport,
  PresetsReport,
  Progress,
  ProvidersReport,
  PruneReport,
  QuantizeReport,
  RestoreReport,
  SensitivityReport,
  VerifyReport,
} from './types.ts';

/** Longest list of paths one call may carry; a folder counts as one. */
const maximumPaths = 200_000;
const path = z.string().min(1).max(32_768);
const paths = z.array(path).max(maximumPaths);
const providerName = z.enum(providerNames);
/** A file that corrects how the models are read; else what is kept beside each. */
const spec = path.optional();
const threads = z.int().min(1).max(256).optional();
/** Runs on the CPU what the provider cannot run; figures are then marked as invalid. */
const allowFallback = z.boolean().default(false);
const splitName = z.string().min(1).max(200);
const unit = z.number().min(0).max(1);

/** The zod schema of every operation's input: what hosts parse, and where the types come from. */
export const operationInputs = {
  inspect: z.strictObject({ model: path, spec }),
  /**
   * Keeps a correction of how a model is read beside it, given as a file or as an object, or forgets the kept one. The answer
   * is what `inspect` then says.
   */
  correct: z.strictObject({ model: path, correction: z.union([path, specCorrection, z.null()]) }),
  detect: z.strictObject({
    model: path,
    /** Files or folders. */
    images: paths,
    confidence: unit.default(lookingThresholds.confidence),
    iou: unit.default(lookingThresholds.iou),
    maxDetections: z.int().min(1).max(100_000).default(lookingThresholds.maxDetections),
    multiLabel: z.boolean().default(false),
    spec,
    provider: providerName.default('cpu'),
    threads,
    allowFallback,
    /** Folder for drawn pictures and per-image JSON. */
    out: path.optional(),
    draw: z.boolean().default(false),
    grid: z.boolean().default(false),
  }),
  look: z.strictObject({
    model: path,
    image: path,
    spec,
    provider: providerName.default('cpu'),
    threads,
    allowFallback,
    /** Also for models that select boxes in the graph, where the cells must be found first. */
    grid: z.boolean().default(false),
    /** Where what is marked in the picture is looked up, before labels beside it. */
    datasets: paths.default([]),
  }),
  prune: z.strictObject({ model: path, out: path, options: pruneOptions, check: paths.default([]), spec }),
  quantize: z.strictObject({
    model: path,
    out: path,
    options: quantizeOptions,
    /** Calibration pictures: files, folders or a data.yaml. */
    data: paths.default([]),
    spec,
  }),
  /** Applies a recipe step by step. */
  derive: z.strictObject({
    model: path,
    /** A recipe, or a file that holds one: JSON, or a variant whose own is taken. */
    recipe: z.union([path, recipe]),
    out: path,
    /** Pictures to calibrate and to compare on: files, folders or a data.yaml. */
    data: paths.default([]),
    /** True to use these pictures also where the recipe names others. */
    recalibrate: z.boolean().default(false),
    /** Off: also a variant that has lost its boxes is written. */
    gate: z.boolean().default(true),
    spec,
  }),
  /** What recipe a file holds: JSON, or a variant that tells how it was made. */
  recipe: z.strictObject({ path }),
  /** What a recipe would give, without running the network. */
  predict: z.strictObject({ model: path, recipe, spec }),
  /** Recipes for usual aims, chosen by what they are measured to give here. */
  presets: z.strictObject({
    model: path,
    data: paths.min(1),
    /** Most pictures that are looked at, evenly spread. */
    samples: z.int().min(1).max(10_000).default(48),
    only: z
      .array(z.enum(presetNames))
      .min(1)
      .default([...presetNames]),
    /** Least F1 with the original. */
    minAgreement: unit.default(0.95),
    threads,
    runs: z.int().min(1).max(100_000).default(30),
    spec,
  }),
  /** Discriminated by `for`, so that other steps can bring options of their own. */
  sensitivity: z.discriminatedUnion('for', [
    z.strictObject({
      for: z.literal('quantize'),
      model: path,
      data: paths,
      options: quantizeOptions,
      /** The loss of agreement is measured for this many of the worst layers. */
      worst: z.int().min(0).max(1000).default(3),
      spec,
    }),
    z.strictObject({
      for: z.literal('prune'),
      model: path,
      data: paths,
      /** Shares of the channels of each group that are taken out, one after the other. */
      amounts: z.array(z.number().min(0.01).max(0.99)).min(1).max(5).default([0.1, 0.3, 0.5]),
      /** At most this many groups are measured: those whose pruning saves most multiplications. */
      worst: z.int().min(1).max(1000).default(24),
      spec,
    }),
  ]),
  compare: z.strictObject({
    baseline: path,
    variants: z.array(path).min(1).max(8),
    images: paths,
    /** Every model is measured against the labels of this dataset too; where it is among `images`, its pictures are meant. */
    dataset: path.optional(),
    /** Of the dataset. Absent: the one to measure on. */
    split: splitName.optional(),
    confidence: unit.default(lookingThresholds.confidence),
    iou: unit.default(lookingThresholds.iou),
    spec,
    provider: providerName.default('cpu'),
    threads,
    allowFallback,
    runs: z.int().min(1).max(100_000).default(100),
    warmup: z.int().min(0).max(10_000).default(10),
    report: path.optional(),
    csv: path.optional(),
  }),
  /** How far the results of each layer lie apart on one picture. */
  layers: z.strictObject({ baseline: path, variant: path, image: path, spec, threads }),
  graphDifference: z.strictObject({ baseline: path, variant: path }),
  evaluate: z.union([
    /** A COCO result file against the annotations of its pictures. */
    z.strictObject({ predictions: path, annotations: path }),
    /**
     * A model on the pictures of a dataset. The thresholds are those that are usual for measuring; a box counts for every class
     * that scores above the confidence.
     */
    z.strictObject({
      model: path,
      data: path,
      /** Absent: the one to measure on. */
      split: z.string().min(1).max(1000).optional(),
      confidence: unit.default(measuringThresholds.confidence),
      iou: unit.default(measuringThresholds.iou),
      maxDetections: z.int().min(1).max(100_000).default(measuringThresholds.maxDetections),
      spec,
      provider: providerName.default('cpu'),
      threads,
      allowFallback,
      /** Only every `count`-th picture, from the `index`-th on. */
      shard: z.strictObject({ index: z.int().min(1), count: z.int().min(1).max(100_000) }).optional(),
      /** Keeps what the figures are made of, to join shards and to go on after an interruption. */
      out: path.optional(),
      /** COCO result file to write what is found into; not together with `out`. */
      savePredictions: path.optional(),
    }),
  ]),
  /** Joins the shards of an evaluation. */
  merge: z.strictObject({ parts: z.array(path).min(1).max(100_000) }),
  benchmark: z.strictObject({
    models: z.array(path).min(1).max(16),
    /** Pictures that the steps from file to boxes are timed on. */
    images: paths.default([]),
    spec,
    provider: providerName.default('cpu'),
    /** Also on every other provider that is available here. */
    everyProvider: z.boolean().default(false),
    threads,
    allowFallback,
    runs: z.int().min(1).max(100_000).default(100),
    warmup: z.int().min(0).max(10_000).default(10),
    batch: z.int().min(1).max(1024).default(1),
  }),
  export: z.strictObject({
    model: path,
    target: z.enum(['node']),
    out: path,
    /** Golden pictures; the sample's where none are given and the classes fit. */
    images: paths,
    spec,
    license: z.string().max(10_000).optional(),
    /** What the model was made from and how; kept in the manifest. */
    provenance: z.record(z.string().max(200), z.unknown()).optional(),
  }),
  verify: z.strictObject({ bundle: path }),
  /** Takes the model out of a bundle that passes its checks. */
  restore: z.strictObject({ bundle: path, out: path }),
  providers: z.strictObject({}),
  collect: z.strictObject({ paths }),
  /** The pictures that files, folders and datasets (their validation list, else their training list) stand for. */
  listImages: z.strictObject({ paths }),
  /** Lists what is wrong with a dataset. */
  checkDataset: z.strictObject({
    dataset: path,
    /** Absent: all. */
    split: splitName.optional(),
    /** Off: pixels are not decoded, only headers read, and pictures that look the same are not looked for. */
    decode: z.boolean().default(true),
  }),
  /** Writes the labels of a dataset in another format into a new folder. */
  convertDataset: z.strictObject({
    dataset: path,
    to: z.enum(datasetFormats),
    out: path,
    copyImages: z.boolean().default(false),
  }),
  /** Divides a dataset anew, and writes lists of its pictures into a new folder. */
  splitDataset: z.strictObject({
    dataset: path,
    out: path,
    /** Of train, val and, where given, test; only how they compare counts. */
    ratios: z.array(z.number().min(0).max(1e6)).min(2).max(3).default([0.8, 0.1, 0.1]),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(0),
    /** Every class in these shares too, as far as can be. */
    stratify: z.boolean().default(false),
    /** Off: pictures that look the same may end up in different splits; nothing is decoded. */
    groupSimilar: z.boolean().default(true),
  }),
  demo: z.strictObject({ out: path.optional() }),
};

interface OperationOutputs {
  inspect: Inspection;
  correct: Inspection;
  detect: DetectReport;
  look: Look;
  prune: PruneReport;
  quantize: QuantizeReport;
  derive: DeriveReport;
  recipe: Recipe;
  predict: PredictReport;
  presets: PresetsReport;
  sensitivity: SensitivityReport;
  compare: CompareReport;
  layers: LayersReport;
  graphDifference: GraphDifferenceReport;
  evaluate: EvaluateReport;
  merge: EvaluateReport;
  benchmark: BenchmarkReport;
  export: ExportReport;
  verify: VerifyReport;
  restore: RestoreReport;
  providers: ProvidersReport;
  collect: Collected;
  /** Paths, sorted. */
  listImages: readonly string[];
  checkDataset: DatasetCheckReport;
  convertDataset: DatasetConvertReport;
  splitDataset: DatasetSplitReport;
  demo: DemoReport;
}

export type OperationName = keyof OperationOutputs;

/** Input after parsing: defaults are filled in. */
export type OperationInput<Name extends OperationName> = z.output<(typeof operationInputs)[Name]>;
/** Input as a caller may write it: what has a default may be left out. */
export type OperationRequest<Name extends OperationName> = z.input<(typeof operationInputs)[Name]>;
export type OperationOutput<Name extends OperationName> = OperationOutputs[Name];

/** What every operation gets from its host. */
export interface OperationContext {
  /** Aborted when the user cancels; check it per batch or tensor with `throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

type Operation<Name extends OperationName> = (
  input: OperationInput<Name>,
  context: OperationContext,
) => Promise<OperationOutput<Name>>;

/** One handler per operation: a missing one does not compile. */
export type EngineOperations = { readonly [Name in OperationName]: Operation<Name> };
