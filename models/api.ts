import { z } from 'zod';
import type {
  BenchmarkReport,
  Collected,
  CompareReport,
  DemoReport,
  DetectReport,
  ExportReport,
  Inspection,
  Look,
  Progress,
  ProvidersReport,
  PruneReport,
  QuantizeReport,
  RestoreReport,
  VerifyReport,
} from './types.ts';

/** Longest list of paths one call may carry; a folder counts as one. */
const maximumPaths = 200_000;
const path = z.string().min(1).max(32_768);
const paths = z.array(path).max(maximumPaths);
const providerName = z.enum(['cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml']);
const threads = z.int().min(1).max(256).optional();
const unit = z.number().min(0).max(1);
const patterns = z.array(z.string().min(1).max(1000)).max(1000).default([]);

/** Options of a pruning step; they are part of a variant's recipe. */
export const pruneOptions = z.strictObject({
  method: z.enum(['magnitude']).default('magnitude'),
  /** Share of the prunable weights that become zero. */
  amount: z.number().min(0).max(0.99).default(0.5),
  /** `global` ranks all weights together, `layer` zeroes the same share in every layer. */
  scope: z.enum(['global', 'layer']).default('global'),
  /** Globs on node names that stay untouched. */
  keep: patterns,
});

/** Options of a quantization step; they are part of a variant's recipe. */
export const quantizeOptions = z.strictObject({
  precision: z.enum(['int8', 'int8-dynamic', 'fp16']).default('int8'),
  calibrator: z.enum(['minmax', 'average', 'percentile', 'entropy', 'mse']).default('minmax'),
  /** Two-sided share of values inside the range, per cent; only for the percentile calibrator. */
  percentile: z.number().min(50).max(100).default(99.999),
  /** At most this many calibration images, evenly spread over the list. */
  samples: z.int().min(1).max(100_000).default(300),
  perTensor: z.boolean().default(false),
  activations: z.enum(['uint8', 'int8']).default('uint8'),
  /** 7-bit weights for CPUs whose 8-bit products saturate (x86 without VNNI). Absent: decided from this CPU and reported. */
  reduceRange: z.boolean().optional(),
  headGuard: z.boolean().default(true),
  keep: patterns,
});

/** The zod schema of every operation's input: what hosts parse, and where the types come from. */
export const operationInputs = {
  inspect: z.strictObject({ model: path }),
  detect: z.strictObject({
    model: path,
    /** Files or folders. */
    images: paths,
    confidence: unit.default(0.25),
    iou: unit.default(0.7),
    maxDetections: z.int().min(1).max(100_000).default(300),
    multiLabel: z.boolean().default(false),
    provider: providerName.default('cpu'),
    threads,
    /** Folder for drawn pictures and per-image JSON. */
    out: path.optional(),
    draw: z.boolean().default(false),
    grid: z.boolean().default(false),
  }),
  look: z.strictObject({ model: path, image: path, provider: providerName.default('cpu'), threads }),
  prune: z.strictObject({ model: path, out: path, options: pruneOptions, check: paths.default([]) }),
  quantize: z.strictObject({
    model: path,
    out: path,
    options: quantizeOptions,
    /** Calibration pictures: files, folders or a data.yaml. */
    data: paths.default([]),
  }),
  compare: z.strictObject({
    baseline: path,
    variants: z.array(path).min(1).max(8),
    images: paths,
    confidence: unit.default(0.25),
    iou: unit.default(0.7),
    provider: providerName.default('cpu'),
    threads,
    runs: z.int().min(1).max(100_000).default(100),
    warmup: z.int().min(0).max(10_000).default(10),
    report: path.optional(),
    csv: path.optional(),
  }),
  benchmark: z.strictObject({
    models: z.array(path).min(1).max(16),
    provider: providerName.default('cpu'),
    threads,
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
  demo: z.strictObject({ out: path.optional() }),
};

export type PruneOptions = z.output<typeof pruneOptions>;
export type QuantizeOptions = z.output<typeof quantizeOptions>;

interface OperationOutputs {
  inspect: Inspection;
  detect: DetectReport;
  look: Look;
  prune: PruneReport;
  quantize: QuantizeReport;
  compare: CompareReport;
  benchmark: BenchmarkReport;
  export: ExportReport;
  verify: VerifyReport;
  restore: RestoreReport;
  providers: ProvidersReport;
  collect: Collected;
  /** Paths, sorted. */
  listImages: readonly string[];
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
