import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationOutput } from '../models/api.ts';
import { addVariant, findBySha256, keepComparison } from '../models/project/project.ts';
import { readingStamp } from '../models/project/readingStamp.ts';
import type { RecipeStep, StoredVariant } from '../models/project/schemas.ts';
import { fileNameOf, nameDerived } from '../models/project/variantName.ts';
import type { Progress } from '../models/types.ts';
import type { JobRequest, JobResult, Settings } from './contract.ts';
import type { EngineHost } from './engineHost.ts';
import type { JobContext } from './jobs.ts';
import type { ProjectState } from './projectState.ts';
import { measureSensitivity } from './sensitivityJob.ts';
import { spread } from './spread.ts';

export interface JobRunnerOptions {
  readonly dataFolder: string;
  readonly state: ProjectState;
  readonly settings: () => Settings;
  /** Runs the job itself. */
  readonly engine: EngineHost;
  /** Inspects what came of it. */
  readonly interactive: EngineHost;
  /** Queues the comparison that follows a derivation. */
  readonly start: (request: JobRequest) => void;
}

type Derivation = Extract<JobRequest, { kind: 'prune' | 'quantize' }>;
type Comparison = Extract<JobRequest, { kind: 'compare' }>;
type Export = Extract<JobRequest, { kind: 'export' }>;

/** The fraction of a derivation's progress that its operation takes; the rest is for looking at the result. */
const operationShare = 0.95;

/** Pictures that tell a pruned model's agreement, and that a comparison which nobody asked for looks at. */
const agreementImages = 50;

/** Runs of each model when a fresh variant is compared by itself. */
const quickRuns = 30;

/** Variants that are compared with their baseline at once: as many as Compare shows beside it. */
const comparedVariants = 3;

const goldenImages = 4;

/** Turns job requests, in ids, into operations on files, and keeps what comes of them in the project. */
export function createJobRunner(
  options: JobRunnerOptions,
): (request: JobRequest, context: JobContext) => Promise<JobResult> {
  return (request, context) => {
    switch (request.kind) {
      case 'prune':
      case 'quantize':
        return derive(request, context, options);
      case 'sensitivity':
        return measureSensitivity(request, context, options);
      case 'compare':
        return compare(request, context, options);
      case 'export':
        return exportBundle(request, context, options);
    }
  };
}

async function derive(request: Derivation, context: JobContext, options: JobRunnerOptions): Promise<JobResult> {
  const { state, dataFolder, interactive } = options;
  const parent = await state.usableVariant(request.variantId);
  const step = recipeStepOf(request, state.read().images);
  const taken = state.read().variants.map((variant) => variant.name);
  const name = nameDerived(parent.name, step, taken);
  const id = randomUUID();
  const folder = join(dataFolder, 'variants', id);
  const out = join(folder, `${fileNameOf(name)}.onnx`);
  try {
    const made = await runDerivation(request, { parent, out, context, options });
    context.signal.throwIfAborted();
    const inspection = await interactive.call('inspect', { model: out });
    const same = findBySha256(state.read(), inspection.sha256);
    if (same) {
      await rm(folder, { recursive: true, force: true });
      return { ...made, variantId: same.id };
    }
    const variant: StoredVariant = {
      id,
      parentId: parent.id,
      name,
      modelPath: out,
      sha256: inspection.sha256,
      modified: (await stat(out)).mtimeMs,
      recipe: [...parent.recipe, withMeasured(step, made)],
      createdAt: new Date().toISOString(),
      inspection,
      readAs: await readingStamp(out),
      agreement: made.report.agreement ?? null,
      warnings: [...made.report.warnings],
    };
    state.update((document) => addVariant(document, variant));
    compareWithParent(variant, parent, options);
    return { ...made, variantId: id };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function recipeStepOf(request: Derivation, images: readonly string[]): RecipeStep {
  switch (request.kind) {
    case 'prune':
      return { operation: 'prune', options: request.options };
    case 'quantize':
      return { operation: 'quantize', options: request.options, calibration: [...images] };
  }
}

/** What was chosen by measuring is kept as found, so that the recipe gives the same bytes anywhere. */
function withMeasured(step: RecipeStep, made: Derived): RecipeStep {
  if (step.operation !== 'prune' || made.kind !== 'prune' || made.report.roundTo === undefined) return step;
  return { ...step, options: { ...step.options, roundTo: made.report.roundTo } };
}

type Derived =
  | { readonly kind: 'prune'; readonly report: OperationOutput<'prune'> }
  | { readonly kind: 'quantize'; readonly report: OperationOutput<'quantize'> };

async function runDerivation(
  request: Derivation,
  {
    parent,
    out,
    context,
    options,
  }: {
    readonly parent: StoredVariant;
    readonly out: string;
    readonly context: JobContext;
    readonly options: JobRunnerOptions;
  },
): Promise<Derived> {
  const { engine, state } = options;
  const images = [...state.read().images];
  const model = parent.modelPath;
  const call = {
    signal: context.signal,
    onProgress: (progress: Progress) => context.report({ ...progress, fraction: progress.fraction * operationShare }),
  };
  switch (request.kind) {
    case 'prune': {
      const check = parent.inspection.detector === null ? [] : spread(images, agreementImages);
      return {
        kind: 'prune',
        report: await engine.call('prune', { model, out, options: request.options, check }, call),
      };
    }
    case 'quantize':
      return {
        kind: 'quantize',
        report: await engine.call('quantize', { model, out, options: request.options, data: images }, call),
      };
  }
}

/** Queues a comparison of a fresh variant, and its newest siblings, with their parent. */
function compareWithParent(fresh: StoredVariant, parent: StoredVariant, { state, start }: JobRunnerOptions): void {
  if (state.read().images.length === 0 || parent.inspection.detector === null) return;
  const siblings = state.view().variants.filter((other) => other.parentId === parent.id && other.present);
  const variantIds = siblings.filter((other) => other.inspection.detector !== null).map((other) => other.id);
  if (!variantIds.includes(fresh.id)) return;
  const newest = variantIds.slice(-comparedVariants);
  start({ kind: 'compare', baselineId: parent.id, variantIds: newest, runs: quickRuns, imageLimit: agreementImages });
}

async function compare(request: Comparison, context: JobContext, options: JobRunnerOptions): Promise<JobResult> {
  const { state, dataFolder, engine, settings } = options;
  const baseline = await state.usableVariant(request.baselineId);
  const variants: string[] = [];
  for (const id of request.variantIds) variants.push((await state.usableVariant(id)).modelPath);
  const { images } = state.read();
  const { provider, threads, confidence, iou } = settings();
  const report = await engine.call(
    'compare',
    {
      baseline: baseline.modelPath,
      variants,
      images: spread(images, request.imageLimit ?? images.length),
      confidence,
      iou,
      provider,
      ...(threads === null ? {} : { threads }),
      ...(request.runs === undefined ? {} : { runs: request.runs }),
      report: join(dataFolder, 'comparisons', baseline.id, 'report.html'),
    },
    { signal: context.signal, onProgress: context.report },
  );
  // The baseline may have been removed from the project meanwhile.
  state.update((document) =>
    document.variants.some((variant) => variant.id === baseline.id)
      ? keepComparison(document, baseline.id, report)
      : document,
  );
  return { kind: 'compare', report };
}

async function exportBundle(request: Export, context: JobContext, options: JobRunnerOptions): Promise<JobResult> {
  const { state, dataFolder, engine } = options;
  const variant = await state.usableVariant(request.variantId);
  const parent = variant.parentId === null ? null : state.variant(variant.parentId);
  const report = await engine.call(
    'export',
    {
      model: variant.modelPath,
      target: request.target,
      out: join(dataFolder, 'bundles', context.jobId, `${fileNameOf(variant.name)}-${request.target}.zip`),
      images: spread(state.read().images, goldenImages),
      ...(request.license === undefined ? {} : { license: request.license }),
      provenance: {
        name: variant.name,
        createdAt: variant.createdAt,
        recipe: variant.recipe,
        parent: parent === null ? null : { name: parent.name, sha256: parent.sha256 },
      },
    },
    { signal: context.signal, onProgress: context.report },
  );
  return { kind: 'export', report };
}

/** What the jobs bar calls a job. */
export function titleOf(request: JobRequest, state: ProjectState): string {
  const nameOf = (id: string): string => state.variant(id).name;
  switch (request.kind) {
    case 'prune':
      return `Prune ${nameOf(request.variantId)}`;
    case 'quantize':
      return `Quantize ${nameOf(request.variantId)}`;
    case 'sensitivity':
      return `Sensitivity of ${nameOf(request.variantId)}`;
    case 'compare':
      return `Compare ${nameOf(request.baselineId)} with ${request.variantIds.map(nameOf).join(', ')}`;
    case 'export':
      return `Export ${nameOf(request.variantId)}`;
  }
}
