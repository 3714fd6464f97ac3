import type { EngineOperations, OperationContext, OperationInput, OperationOutput } from './api.ts';
import { benchmark } from './compare/benchmark.ts';
import { compare } from './compare/compare.ts';
import { compareGraphs } from './compare/graphDifference.ts';
import { measureLayerDifferences } from './compare/layerDifferences.ts';
import { pruneAndTime } from './compare/pruneAndTime.ts';
import { checkDataset } from './dataset/checkDataset.ts';
import { collect, listImages, listImagesWith } from './dataset/collect.ts';
import { convertDataset } from './dataset/convertDataset.ts';
import { findLabels } from './dataset/labelFile.ts';
import { splitDataset } from './dataset/splitDataset.ts';
import { runDemo } from './demo.ts';
import { adoptCorrection, carryCorrection, requireFit } from './detect/adoptCorrection.ts';
import { forgetCorrection, readCorrection } from './detect/correctionFile.ts';
import { describeDetector } from './detect/describeDetector.ts';
import { detectImages } from './detect/detectImages.ts';
import { findHiddenGrid, mayHideGrid } from './detect/hiddenGrid.ts';
import { look } from './detect/look.ts';
import { createSession, listProviders } from './detect/providers.ts';
import { readDetector } from './detect/readDetector.ts';
import { isCancellation, StudioError } from './errors.ts';
import { evaluateFiles } from './evaluate/evaluateFiles.ts';
import { evaluateModel } from './evaluate/evaluateModel.ts';
import { makeJudge } from './evaluate/judge.ts';
import { mergeParts } from './evaluate/mergeParts.ts';
import { exportBundle } from './export/exportBundle.ts';
import { restoreBundle } from './export/restore.ts';
import { verifyBundle } from './export/verify.ts';
import { warnOfDrop } from './gate.ts';
import { refuseGiantTensors } from './graph/giantTensors.ts';
import { type OnnxModel, readModel } from './graph/read.ts';
import { inferShapes, type TensorShape } from './graph/shapes.ts';
import { summarize } from './inspect/summary.ts';
import { measurePruneSensitivity } from './prune/sensitivity.ts';
import { quantize } from './quantize/quantize.ts';
import { measureQuantizeSensitivity } from './quantize/sensitivity.ts';
import { derive } from './recipe/derive.ts';
import { predict } from './recipe/predict.ts';
import { measurePresets } from './recipe/presets.ts';
import { readRecipe } from './recipe/readRecipe.ts';
import { samplePaths } from './samples/sample.ts';

/** Why the runtime refuses a model, or null when it takes it. Unoptimised, because only the answer counts. */
async function whyRefused(model: OnnxModel, shapes: ReadonlyMap<string, TensorShape>): Promise<string | null> {
  try {
    refuseGiantTensors(model.path, model.proto, shapes);
    const { session } = await createSession(model.path, { provider: 'cpu', optimization: 'disabled' });
    await session.release();
    return null;
  } catch (error) {
    if (error instanceof StudioError && !isCancellation(error)) return error.message;
    throw error;
  }
}

async function inspect(input: OperationInput<'inspect'>): Promise<OperationOutput<'inspect'>> {
  const model = await readModel(input.model);
  const summary = summarize(model);
  const shapes = inferShapes(model.proto);
  const recognition = await readDetector(model, { spec: input.spec, shapes });
  const warnings = [...summary.warnings, ...recognition.warnings];
  const refusal = await whyRefused(model, shapes);
  const refused = refusal === null ? {} : { notRunnableBecause: refusal, refusedByRuntime: true };
  if ('reason' in recognition) {
    return { ...summary, warnings, detector: null, notRunnableBecause: recognition.reason, ...refused };
  }
  const { reading } = recognition;
  const hidden = mayHideGrid(reading) ? findHiddenGrid(model.proto, reading) : null;
  const inside = hidden?.decoder.levels.map(({ stride }) => stride);
  return { ...summary, warnings, detector: describeDetector(recognition, inside), ...refused };
}

/** Keeps a correction beside its model, once it is known to fit, or forgets it. */
async function correct(input: OperationInput<'correct'>): Promise<OperationOutput<'correct'>> {
  const { model: path, correction } = input;
  if (correction === null) {
    await forgetCorrection(path);
    return inspect({ model: path });
  }
  const given =
    typeof correction === 'string' ? await readCorrection(correction) : { source: 'The correction', spec: correction };
  await adoptCorrection(path, given);
  return inspect({ model: path });
}

async function pruneAndCheck(
  input: OperationInput<'prune'>,
  context: OperationContext,
): Promise<OperationOutput<'prune'>> {
  const images = input.check.length === 0 ? [] : await listImages(input.check, context.signal);
  await requireFit(input.model, input.spec);
  const guard =
    images.length === 0
      ? undefined
      : {
          images,
          judge: makeJudge(input.model, input.spec, images),
        };
  const report = await pruneAndTime(input, context, guard);
  await carryCorrection(input.model, report.out, input.spec);
  const { agreement } = report;
  return agreement === undefined ? report : { ...report, warnings: [...report.warnings, ...warnOfDrop(agreement)] };
}

async function quantizeAndCheck(
  input: OperationInput<'quantize'>,
  context: OperationContext,
): Promise<OperationOutput<'quantize'>> {
  const images = input.data.length === 0 ? [] : await listImages(input.data, context.signal);
  await requireFit(input.model, input.spec);
  const judge = images.length === 0 ? undefined : makeJudge(input.model, input.spec, images);
  const report = await quantize(input, images, context, judge);
  await carryCorrection(input.model, report.out, input.spec);
  const { agreement } = report;
  return agreement === undefined ? report : { ...report, warnings: [...report.warnings, ...warnOfDrop(agreement)] };
}

async function measureSensitivity(
  input: OperationInput<'sensitivity'>,
  context: OperationContext,
): Promise<OperationOutput<'sensitivity'>> {
  const images = await listImages(input.data, context.signal);
  const judge = makeJudge(input.model, input.spec, images);
  switch (input.for) {
    case 'quantize':
      return measureQuantizeSensitivity(input, images, context, judge);
    case 'prune':
      return measurePruneSensitivity(input, images.length, context, judge);
  }
}

async function exportModel(
  input: OperationInput<'export'>,
  context: OperationContext,
): Promise<OperationOutput<'export'>> {
  const given = input.images.length > 0;
  const images = given ? await listImages(input.images, context.signal) : samplePaths().images;
  return exportBundle({ ...input, images: [...images], imagesAreSample: !given }, context);
}

/** A look at a picture, with what is marked in it. */
async function lookWithTruth(
  input: OperationInput<'look'>,
  context: OperationContext,
): Promise<OperationOutput<'look'>> {
  const seen = await look(input, context);
  const truth = await findLabels(input.image, seen, seen.classNames, input.datasets);
  return truth === null ? seen : { ...seen, truth };
}

async function deriveByRecipe(
  input: OperationInput<'derive'>,
  context: OperationContext,
): Promise<OperationOutput<'derive'>> {
  const images = input.data.length === 0 ? [] : await listImages(input.data, context.signal);
  return derive({ prune: pruneAndCheck, quantize: quantizeAndCheck }, input, images, context);
}

/** Every operation of the engine; hosts call nothing else. */
export const operations: EngineOperations = {
  inspect,
  correct,
  detect: async (input, context) =>
    detectImages({ ...input, images: await listImages(input.images, context.signal, 'may be unreadable') }, context),
  look: lookWithTruth,
  prune: pruneAndCheck,
  quantize: quantizeAndCheck,
  derive: deriveByRecipe,
  recipe: (input) => readRecipe(input.path),
  predict,
  presets: async (input, context) =>
    measurePresets(
      { prune: pruneAndCheck, quantize: quantizeAndCheck, benchmark, providers: listProviders },
      input,
      await listImages(input.data, context.signal),
      context,
    ),
  sensitivity: measureSensitivity,
  compare: async (input, context) =>
    compare({ ...input, images: await listImagesWith(input.images, input, context.signal) }, context),
  layers: measureLayerDifferences,
  graphDifference: compareGraphs,
  evaluate: (input, context) => ('model' in input ? evaluateModel(input, context) : evaluateFiles(input, context)),
  merge: mergeParts,
  benchmark: async (input, context) => {
    const images = input.images.length === 0 ? [] : await listImages(input.images, context.signal);
    return benchmark({ ...input, images: [...images] }, context);
  },
  export: exportModel,
  verify: (input, context) => verifyBundle(input.bundle, context),
  restore: restoreBundle,
  providers: listProviders,
  collect,
  checkDataset,
  convertDataset,
  splitDataset,
  listImages: (input, context) => listImages(input.paths, context.signal),
  demo: (input, context) => runDemo(operations, input, context),
};
