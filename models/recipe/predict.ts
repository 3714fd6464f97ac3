import type { ModelProto } from 'onnx-buf';
import type { OperationContext, OperationInput } from '../api.ts';
import { readDetector } from '../detect/readDetector.ts';
import { StudioError } from '../errors.ts';
import { foldBatchNorm } from '../graph/foldBatchNorm.ts';
import { type OnnxModel, readWholeModel } from '../graph/read.ts';
import { encodeModel } from '../graph/write.ts';
import { summarize } from '../inspect/summary.ts';
import { predictPrune } from '../prune/predictPrune.ts';
import { predictQuantize } from '../quantize/predictQuantize.ts';
import type { RecipeStep } from '../recipeSchema.ts';
import type { DetectorSpec, PredictedFigures, PredictReport } from '../types.ts';

/**
 * Tells what each step of a recipe would give, without running the network: the steps are carried out in memory on the graph and its
 * sizes, with made-up ranges. Pruning that chooses by measuring, and layers that only ranges or a search keep in float, may come
 * out otherwise.
 * @throws StudioError about the model, `not-a-detector` where a step has to know how it is fed
 */
export async function predict(input: OperationInput<'predict'>, context: OperationContext): Promise<PredictReport> {
  const model = await readWholeModel(input.model);
  const specOf = () => readSpec(model, input.spec);
  const steps: PredictedFigures[] = [];
  let { proto } = model;
  for (const [index, step] of input.recipe.steps.entries()) {
    context.signal.throwIfAborted();
    const next = await predictStep(proto, step, specOf, context);
    steps.push(next.figures);
    proto = next.proto;
    context.report({ step: 'Predicting', fraction: (index + 1) / input.recipe.steps.length });
  }
  const { parameters, macs, bytes } = summarize(model);
  return { model: input.model, before: { parameters, macs, bytes }, steps };
}

async function predictStep(
  proto: ModelProto,
  step: RecipeStep,
  specOf: () => Promise<DetectorSpec>,
  context: OperationContext,
): Promise<{ readonly proto: ModelProto; readonly figures: PredictedFigures }> {
  switch (step.operation) {
    case 'fold': {
      const folded = foldBatchNorm(proto);
      return { proto: folded, figures: count(folded) };
    }
    case 'prune': {
      const { proto: pruned, ...figures } = predictPrune(proto, step.options);
      return { proto: pruned, figures };
    }
    case 'quantize': {
      const quantized = await predictQuantize(proto, step.options, specOf, context);
      return { proto: quantized, figures: count(quantized) };
    }
  }
}

function count(proto: ModelProto): PredictedFigures {
  const bytes = encodeModel(proto).byteLength;
  const file = { path: '', bytes, sha256: '', externalFiles: [], outside: new Map(), proto };
  const { parameters, macs } = summarize(file);
  return { parameters, macs, bytes };
}

async function readSpec(model: OnnxModel, spec: string | undefined): Promise<DetectorSpec> {
  const recognition = await readDetector(model, { spec });
  if ('reading' in recognition) return recognition.reading;
  throw new StudioError(
    'not-a-detector',
    `${model.path} cannot be quantized with measured ranges: it is not run as a detector because ${recognition.reason}.`,
    { hint: 'Choose int8-dynamic or fp16, which need no ranges.' },
  );
}
