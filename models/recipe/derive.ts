import { readFile } from 'node:fs/promises';
import type { OperationContext, OperationInput } from '../api.ts';
import { carryCorrection } from '../detect/adoptCorrection.ts';
import { StudioError } from '../errors.ts';
import { makeJudge } from '../evaluate/judge.ts';
import { copyFileAtomically } from '../files.ts';
import { describeLoss, refusal } from '../gate.ts';
import { type OnnxModel, readModel } from '../graph/read.ts';
import { recordedRecipe } from '../graph/recipeRecord.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { figuresOf, summarize } from '../inspect/summary.ts';
import { partOf } from '../progress.ts';
import type { Recipe, RecipeStep } from '../recipeSchema.ts';
import type { Agreement, DerivedStep, DeriveReport } from '../types.ts';
import { applyStep, type StepOperations } from './applyStep.ts';
import { describeStep } from './describeStep.ts';
import { pictureFinder } from './findPictures.ts';
import { readRecipe } from './readRecipe.ts';
import { openStepFolder, type StepFolder } from './stepFolder.ts';
import { shareSteps } from './stepShares.ts';

/** What a person can do about a step that loses boxes. */
const askLess = 'Ask less of this step, keep the layers it hurts most (sensitivity shows them)';

/**
 * Applies a recipe to a model, each step to what the step before gave. Every result is compared on the pictures with its parent and
 * with the original; where a step fails or loses the boxes, nothing is written. The recipe that is reported, and recorded in the
 * file, has nothing open: applied to the original again it gives the same bytes.
 * @param images pictures at hand, as files
 * @throws StudioError `recipe-invalid` for a recipe without steps, `gate-not-met` where boxes are lost; what a step throws, its
 * message naming the step
 */
export async function derive(
  operations: StepOperations,
  input: OperationInput<'derive'>,
  images: readonly string[],
  context: OperationContext,
): Promise<DeriveReport> {
  const recipe = await recipeOf(input);
  const original = await readModel(input.model);
  await refuseOverwrite(original, input.out);
  const folder = await openStepFolder(input.out);
  let finished = false;
  try {
    const { steps, last, drift } = await applySteps({ operations, input, recipe, original, images, folder }, context);
    context.signal.throwIfAborted();
    await copyFileAtomically(last.path, input.out);
    await carryCorrection(input.model, input.out, input.spec);
    finished = true;
    context.report({ step: 'Done', fraction: 1 });
    return {
      out: input.out,
      sha256: last.sha256,
      before: figuresOf(summarize(original)),
      after: figuresOf(summarize(last)),
      steps,
      ...(drift === undefined ? {} : { agreement: drift, drop: 1 - drift.f1 }),
      recipe: recordedRecipe(last.proto) ?? { version: 1, original: original.sha256, steps: [] },
      warnings: strangerWarnings(recipe, original),
    };
  } finally {
    await folder.clear(finished);
  }
}

async function recipeOf({ recipe: given }: OperationInput<'derive'>): Promise<Recipe> {
  const recipe = typeof given === 'string' ? await readRecipe(given) : given;
  if (recipe.steps.length > 0) return recipe;
  const source = typeof given === 'string' ? given : 'The recipe';
  throw new StudioError('recipe-invalid', `${source} has no step, so there is nothing to derive.`, {
    hint: 'Give a recipe in JSON, or a variant that tells how it was made.',
  });
}

/** What to say where a recipe was made for another model. */
function strangerWarnings(recipe: Recipe, { path, sha256 }: OnnxModel): string[] {
  if (recipe.original === undefined || recipe.original === sha256) return [];
  return [`The recipe was made for another model than ${path} (SHA-256 ${recipe.original.slice(0, 12)}…).`];
}

interface Chain {
  readonly operations: StepOperations;
  readonly input: OperationInput<'derive'>;
  readonly recipe: Recipe;
  readonly original: OnnxModel;
  readonly images: readonly string[];
  readonly folder: StepFolder;
}

async function applySteps(
  { operations, input, recipe, original, images, folder }: Chain,
  context: OperationContext,
): Promise<{ readonly steps: DerivedStep[]; readonly last: OnnxModel; readonly drift: Agreement | undefined }> {
  const { spec, gate } = input;
  const picturesOf = pictureFinder(images, input.recalibrate, context.signal);
  const judge = images.length === 0 ? undefined : makeJudge(input.model, spec, images);
  const shares = shareSteps(recipe.steps, judge !== undefined);
  const done: DerivedStep[] = [];
  let parent = original;
  let drift: Agreement | undefined;
  for (const [index, step] of recipe.steps.entries()) {
    context.signal.throwIfAborted();
    const name = `Step ${index + 1} of ${recipe.steps.length} (${describeStep(step)})`;
    const { start, made, end } = shares[index] ?? { start: 0, made: 1, end: 1 };
    const named = withName(context, name);
    const started = performance.now();
    const files = { model: parent.path, out: folder.fileOf(index) };
    try {
      const place = { ...files, spec, gate, images: await picturesOf(step) };
      const result = await applyStep(operations, step, place, partOf(named, start, made));
      const derived = await readModel(files.out);
      const own = index === 0 ? result.agreement : undefined;
      drift = own ?? (await judge?.(await readFile(files.out), partOf(named, made, end)));
      const loss = lossOf(result.agreement, drift);
      if (gate && loss !== undefined) throw refusal(files.out, loss, askLess);
      const recorded = resolvedStep(parent, derived);
      done.push({
        step: recorded ?? step,
        ...(recorded === undefined ? { unchanged: true } : {}),
        before: done.at(-1)?.after ?? figuresOf(summarize(original)),
        after: figuresOf(summarize(derived)),
        ...(result.agreement === undefined ? {} : { agreement: result.agreement }),
        seconds: (performance.now() - started) / 1000,
        warnings: [...result.warnings, ...(loss === undefined ? [] : [loss])],
      });
      parent = derived;
    } catch (error) {
      throw blameStep(error, name, [
        [files.out, input.out],
        [files.model, index === 0 ? input.model : `the model of step ${index}`],
      ]);
    }
  }
  return { steps: done, last: parent, drift };
}

/** The step as it was recorded; undefined where it changed nothing and so left no record. */
function resolvedStep(parent: OnnxModel, derived: OnnxModel): RecipeStep | undefined {
  const before = recordedRecipe(parent.proto)?.steps ?? [];
  const after = recordedRecipe(derived.proto)?.steps ?? [];
  return after.length > before.length ? after.at(-1) : undefined;
}

/** Says of all that is reported to which step it belongs. */
function withName(context: OperationContext, name: string): OperationContext {
  return {
    signal: context.signal,
    report: (progress) => context.report({ ...progress, step: `${name}: ${progress.step}` }),
  };
}

/** How the boxes of the parent are lost, or else, little by little, those of the original. */
function lossOf(fromParent: Agreement | undefined, fromOriginal: Agreement | undefined): string | undefined {
  const parent = fromParent && describeLoss(fromParent, 'its parent');
  return parent ?? (fromOriginal && describeLoss(fromOriginal, 'the original'));
}

/**
 * The same fault with the step it happened in.
 * @param names files of the chain, and what they are for the user
 */
function blameStep(error: unknown, step: string, names: readonly (readonly [string, string])[]): unknown {
  if (!(error instanceof StudioError)) return error;
  const message = names.reduce((text, [file, name]) => text.replaceAll(file, name), error.message);
  return new StudioError(error.code, `${step}: ${message}`, { detail: error.detail, hint: error.hint, cause: error });
}
