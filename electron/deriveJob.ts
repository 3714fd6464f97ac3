import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationOutput } from '../models/api.ts';
import { addVariant, findBySha256 } from '../models/project/project.ts';
import { readingStamp } from '../models/project/readingStamp.ts';
import type { StoredVariant } from '../models/project/schemas.ts';
import { fileNameOf, nameDerived } from '../models/project/variantName.ts';
import type { RecipeStep } from '../models/recipeSchema.ts';
import { parseRecordedRecipe, recipeKey } from '../models/recordedRecipe.ts';
import type { Progress } from '../models/types.ts';
import type { JobRequest, JobResult } from './contract.ts';
import type { JobRunnerOptions } from './jobRunner.ts';
import type { JobContext } from './jobs.ts';
import { spread } from './spread.ts';

type Derivation = Extract<JobRequest, { kind: 'prune' | 'quantize' | 'derive' }>;
type Derived =
  | { readonly kind: 'prune'; readonly report: OperationOutput<'prune'> }
  | { readonly kind: 'quantize'; readonly report: OperationOutput<'quantize'> }
  | { readonly kind: 'derive'; readonly report: OperationOutput<'derive'> };

/** The fraction of a derivation's progress that its operation takes; the rest is for looking at the result. */
const operationShare = 0.95;

/** Pictures that tell a pruned model's agreement, and that a comparison which nobody asked for looks at. */
const agreementImages = 50;

/** Runs of each model when a fresh variant is compared by itself. */
const quickRuns = 30;

/** Variants that are compared with their baseline at once: as many as Compare shows beside it. */
const comparedVariants = 3;

/** Derives a variant by one step or by a whole recipe, and puts it under its parent. */
export async function deriveVariant(
  request: Derivation,
  context: JobContext,
  options: JobRunnerOptions,
): Promise<JobResult> {
  const { state, dataFolder, interactive } = options;
  const parent = await state.usableVariant(request.variantId);
  const steps = stepsOf(request);
  const taken = state.read().variants.map((variant) => variant.name);
  const name = nameDerived(parent.name, steps, taken);
  const id = randomUUID();
  const folder = join(dataFolder, 'variants', id);
  const out = join(folder, `${fileNameOf(name)}.onnx`);
  try {
    const made = await run(request, parent, out, context, options);
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
      // What was left open has been decided meanwhile, and the file tells how.
      recipe: parseRecordedRecipe(inspection.metadata[recipeKey])?.steps ?? [...parent.recipe, ...steps],
      createdAt: new Date().toISOString(),
      inspection,
      readAs: await readingStamp(out),
      agreement: made.report.agreement ?? null,
      warnings: warningsOf(made),
    };
    state.update((document) => addVariant(document, variant));
    compareWithParent(variant, parent, options);
    return { ...made, variantId: id };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function stepsOf(request: Derivation): RecipeStep[] {
  switch (request.kind) {
    case 'prune':
      return [{ operation: 'prune', options: request.options }];
    case 'quantize':
      return [{ operation: 'quantize', options: request.options }];
    case 'derive':
      return request.recipe.steps;
  }
}

async function run(
  request: Derivation,
  parent: StoredVariant,
  out: string,
  context: JobContext,
  { engine, state }: JobRunnerOptions,
): Promise<Derived> {
  const images = [...state.read().images];
  const files = { model: parent.modelPath, out };
  const call = {
    signal: context.signal,
    onProgress: (progress: Progress) => context.report({ ...progress, fraction: progress.fraction * operationShare }),
  };
  switch (request.kind) {
    case 'prune': {
      const check = parent.inspection.detector === null ? [] : spread(images, agreementImages);
      const { kind, options } = request;
      return { kind, report: await engine.call('prune', { ...files, options, check }, call) };
    }
    case 'quantize': {
      const { kind, options } = request;
      return { kind, report: await engine.call('quantize', { ...files, options, data: images }, call) };
    }
    case 'derive': {
      const { kind, recipe, recalibrate = false, gate = true } = request;
      const data = parent.inspection.detector === null ? [] : images;
      return { kind, report: await engine.call('derive', { ...files, recipe, recalibrate, gate, data }, call) };
    }
  }
}

/** All that was reported, each sentence once. */
function warningsOf(made: Derived): string[] {
  const steps = made.kind === 'derive' ? made.report.steps.flatMap(({ warnings }) => warnings) : [];
  return [...new Set([...steps, ...made.report.warnings])];
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
