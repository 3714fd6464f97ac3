import { join } from 'node:path';
import { keepComparison } from '../models/project/project.ts';
import { fileNameOf } from '../models/project/variantName.ts';
import type { JobRequest, JobResult, Settings } from './contract.ts';
import { deriveVariant } from './deriveJob.ts';
import type { EngineHost } from './engineHost.ts';
import type { JobContext } from './jobs.ts';
import { choosePresets } from './presetsJob.ts';
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

type Comparison = Extract<JobRequest, { kind: 'compare' }>;
type Export = Extract<JobRequest, { kind: 'export' }>;

const goldenImages = 4;

/** Turns job requests, in ids, into operations on files, and keeps what comes of them in the project. */
export function createJobRunner(
  options: JobRunnerOptions,
): (request: JobRequest, context: JobContext) => Promise<JobResult> {
  return (request, context) => {
    switch (request.kind) {
      case 'prune':
      case 'quantize':
      case 'derive':
        return deriveVariant(request, context, options);
      case 'sensitivity':
        return measureSensitivity(request, context, options);
      case 'presets':
        return choosePresets(request, context, options);
      case 'compare':
        return compare(request, context, options);
      case 'export':
        return exportBundle(request, context, options);
    }
  };
}

async function compare(request: Comparison, context: JobContext, options: JobRunnerOptions): Promise<JobResult> {
  const { state, dataFolder, engine, settings } = options;
  const baseline = await state.usableVariant(request.baselineId);
  const variants: string[] = [];
  for (const id of request.variantIds) variants.push((await state.usableVariant(id)).modelPath);
  const { images, datasets } = state.read();
  // What nobody asked for must not take long: only a comparison of all pictures is also one against labels.
  const dataset = request.imageLimit === undefined ? datasets[0] : undefined;
  const { provider, threads, ...usual } = settings();
  const { confidence = usual.confidence, iou = usual.iou } = request;
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
      ...(dataset === undefined ? {} : { dataset }),
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
    case 'derive':
      return `Derive from ${nameOf(request.variantId)}`;
    case 'sensitivity':
      return `Sensitivity of ${nameOf(request.variantId)}`;
    case 'presets':
      return `Presets for ${nameOf(request.variantId)}`;
    case 'compare':
      return `Compare ${nameOf(request.baselineId)} with ${request.variantIds.map(nameOf).join(', ')}`;
    case 'export':
      return `Export ${nameOf(request.variantId)}`;
  }
}
