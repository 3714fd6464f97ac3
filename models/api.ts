import { z } from 'zod';
import { specCorrection } from './specSchema.ts';
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
const providerName = z.enum(['cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml']);
/** A file that corrects how the models are read; else what is kept beside each. */
const spec = path.optional();
const threads = z.int().min(1).max(256).optional();
/** Runs on the CPU what the provider cannot run; figures are then marked as invalid. */
const allowFallback = z.boolean().default(false);
const splitName = z.string().min(1).max(200);
const unit = z.number().min(0).max(1);
const patterns = z.array(z.string().min(1).max(1000)).max(1000).default([]);

/** Options of a pruning step; they are part of a variant's recipe. */
export const pruneOptions = z.strictObject({
  /**
   * `magnitude` and `2:4` set weights to zero and leave the graph as it is; `channel` takes whole channels out, so that the
   * model becomes smaller and faster everywhere.
   */
  method: z.enum(['magnitude', '2:4', 'channel']).default('magnitude'),
  /** Share of the prunable weights that become zero, or of the channels that go. Nothing to `2:4`, which is a half. */
  amount: z.number().min(0).max(0.99).default(0.5),
  /** `global` ranks all weights or channels together, `layer` takes the same share of every layer. */
  scope: z.enum(['global', 'layer']).default('global'),
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
  recover: z.enum(['none', 'bias', 'least-squares']).optional(),
  /** False: also a variant that has lost its boxes on the pictures is written. */
  gate: z.boolean().optional(),
});

/** Options of a quantization step; they are part of a variant's recipe. */
export const quantizeOptions = z.strictObject({
  /** `16x8` keeps activations in 16 bits: nearly as exact as float, for accelerators that compute so. */
  precision: z.enum(['int8', 'int8-dynamic', '16x8', 'fp16']).default('int8'),
  calibrator: z.enum(['minmax', 'average', 'percentile', 'entropy', 'mse']).default('minmax'),
  /** Per cent of values whose magnitude lies inside the range; only for the percentile calibrator. */
  percentile: z.number().min(50).max(100).default(99.999),
  /** At most this many calibration images, evenly spread over the list. */
  samples: z.int().min(1).max(100_000).default(300),
  perTensor: z.boolean().default(false),
  /** Unsigned or signed; with `16x8` that of 16 bits. */
  activations: z.enum(['uint8', 'int8']).default('uint8'),
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

/** Aims that presets are chosen by. */
const presetName = z.enum(['smaller', 'faster', 'gpu-fp16', 'edge-int8']);

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
    confidence: unit.default(0.25),
    iou: unit.default(0.7),
    maxDetections: z.int().min(1).max(100_000).default(300),
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
    only: z.array(presetName).min(1).default(['smaller', 'faster', 'gpu-fp16', 'edge-int8']),
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
    /** Every model is measured against the labels of this dataset too. */
    dataset: path.optional(),
    confidence: unit.default(0.25),
    iou: unit.default(0.7),
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
      confidence: unit.default(0.001),
      iou: unit.default(0.7),
      maxDetections: z.int().min(1).max(100_000).default(300),
      spec,
      provider: providerName.default('cpu'),
      threads,
      allowFallback,
      /** Only every `count`-th picture, from the `index`-th on. */
      shard: z.strictObject({ index: z.int().min(1), count: z.int().min(1).max(100_000) }).optional(),
      /** Keeps what the figures are made of, to join shards and to go on after an interruption. */
      out: path.optional(),
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
    to: z.enum(['yolo', 'coco', 'voc']),
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

export type PruneOptions = z.output<typeof pruneOptions>;
export type QuantizeOptions = z.output<typeof quantizeOptions>;
export type RecipeStep = z.output<typeof recipeStep>;
export type Recipe = z.output<typeof recipe>;

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
