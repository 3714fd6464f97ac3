import type { ModelProto } from 'onnx-buf';
import type { OperationContext, OperationInput } from '../api.ts';
import { readDetector } from '../detect/readDetector.ts';
import { StudioError } from '../errors.ts';
import { requireWritable } from '../files.ts';
import { formatQuantity } from '../format.ts';
import type { Judge } from '../gate.ts';
import { foldBatchNorm } from '../graph/foldBatchNorm.ts';
import { raiseOpset } from '../graph/opset.ts';
import { type OnnxModel, readWholeModel } from '../graph/read.ts';
import { namePictures } from '../graph/recipePictures.ts';
import { recordStep } from '../graph/recipeRecord.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { encodeModel, writeModel } from '../graph/write.ts';
import { partOf } from '../progress.ts';
import { type QuantizeOptions, quantizeOptions } from '../recipeSchema.ts';
import type { Agreement, DetectorSpec, QuantizeReport } from '../types.ts';
import { finishSearch, quantizeWithin } from './accuracy.ts';
import { quantizeDynamic } from './dynamic.ts';
import { refuseLoss } from './gate.ts';
import { convertToHalf } from './half.ts';
import { nodeLabel } from './layerName.ts';
import { measureLayerNoise } from './layerNoise.ts';
import { isLayer } from './operators.ts';
import { refuseLowPrecision } from './refusals.ts';
import { evenlySpread } from './samples.ts';
import type { Selection } from './select.ts';
import { buildStatic, measureRanges, type StaticSource, staticSource } from './static.ts';
import { type WeightBits, weightBitsFor } from './weightBits.ts';

/** Per-channel DequantizeLinear came with opset 13. */
export const qdqOpset = 13;
/** Fewer calibration pictures than this are worth a warning; the usual advice is 100 to 500. */
const fewPictures = 100;

/**
 * Makes a quantized variant of a model file. The same model, pictures and options give the same bytes. With `judge` the variant
 * is compared with the original before the file is put in place: one that has lost its boxes is refused, and `maxDrop` is
 * kept to where that can be done.
 * @param images calibration pictures: needed for int8, used by fp16 to find tensors that overflow
 * @throws StudioError about the model (see `readModel`), `no-images`, `not-a-detector` when ranges cannot be measured,
 * `model-unsupported` for a model that is quantized already, `gate-not-met` when the boxes are lost, `bad-input` when the output would replace the input
 */
export async function quantize(
  input: OperationInput<'quantize'>,
  images: readonly string[],
  context: OperationContext,
  judge?: Judge,
): Promise<QuantizeReport> {
  const { options, out } = input;
  context.report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  await refuseOverwrite(model, out);
  await requireWritable(out);
  refuseLowPrecision(model);
  const sampled = evenlySpread(images, options.samples);
  const rewriting = partOf(context, 0.02, judge === undefined ? 0.95 : 0.7);
  const result = await rewrite(model, { ...input, images: sampled, judge }, rewriting);
  context.signal.throwIfAborted();
  const pictures = result.looksAtPictures ? { pictures: await namePictures(sampled, context.signal) } : {};
  recordStep(model, result.proto, { operation: 'quantize', options: replayable(options, result), ...pictures });
  const agreement =
    result.agreement ??
    (judge === undefined ? undefined : await judge(encodeModel(result.proto), partOf(context, 0.7, 0.95)));
  if (agreement !== undefined && options.gate) {
    await refuseLoss(agreement, out, options, async () => result.worstLayers(partOf(context, 0.95, 0.95)));
  }
  context.signal.throwIfAborted();
  context.report({ step: 'Writing the model', fraction: 0.95 });
  const { bytes, sha256 } = await writeModel(out, result.proto);
  await finishSearch(out, options);
  context.report({ step: 'Writing the model', fraction: 1 });
  return {
    out,
    sha256,
    bytes,
    quantizedLayers: [...result.selection.lowered].filter(isLayer).length,
    floatLayers: result.selection.float.map(({ node, why }) => ({
      name: nodeLabel(node),
      why,
    })),
    ...result.decided,
    ...(agreement === undefined ? {} : { agreement, drop: 1 - agreement.f1 }),
    trials: result.trials ?? 1,
    warnings: result.warnings,
  };
}

interface Rewritten {
  readonly proto: ModelProto;
  readonly selection: Selection;
  /** Options that were left open and have been decided here. */
  readonly decided: { readonly reduceRange?: boolean };
  /** Layers, by their first output, that a search returned to float. */
  readonly floatOutputs?: readonly string[];
  /** Whether the calibration pictures have a part in the result. */
  readonly looksAtPictures: boolean;
  readonly warnings: readonly string[];
  /** Where variants were tried and compared: how many, and what came of the chosen one. */
  readonly trials?: number;
  readonly agreement?: Agreement;
  /** Layers that quantizing hurts most, for a message. */
  readonly worstLayers: (context: OperationContext) => Promise<readonly string[]>;
}

interface Rewriting {
  readonly out: string;
  readonly options: QuantizeOptions;
  readonly spec?: string | undefined;
  readonly images: readonly string[];
  readonly judge: Judge | undefined;
}

const noLayers = async () => [];

/** Static quantization, with the search for layers that have to stay float where a greatest drop was asked for. */
async function rewriteStatic(model: OnnxModel, rewriting: Rewriting, context: OperationContext): Promise<Rewritten> {
  const { options, images, judge, out } = rewriting;
  if (images.length === 0) throw noImages(model.path);
  const source = await prepareStatic(model, options, images, rewriting.spec);
  const few = images.length < fewPictures ? [fewPicturesWarning(images.length)] : [];
  const signed = options.precision === 'int8' && options.activations === 'int8' && isX86 ? [signedWarning] : [];
  const wide = options.precision === '16x8' ? [wideWarning] : [];
  const common = {
    decided: options.precision === 'int8' ? { reduceRange: source.bits.reduceRange } : {},
    warnings: [...source.bits.warnings, ...signed, ...wide, ...few],
  };
  const { maxDrop } = options;
  if (maxDrop !== undefined && judge !== undefined) {
    const found = await quantizeWithin(source, { out, modelSha256: model.sha256, maxDrop, judge }, context);
    return { ...found, ...common, looksAtPictures: true, worstLayers: noLayers };
  }
  const ranges = await measureRanges(source, context);
  const worstLayers = async (part: OperationContext) =>
    (await measureLayerNoise(source, ranges, part)).slice(0, 3).map(({ name }) => name);
  return { ...buildStatic(source, ranges), ...common, looksAtPictures: true, worstLayers };
}

/**
 * A model made ready for static quantization: normalization folded, opset raised, weight bits decided.
 * @throws StudioError `not-a-detector`, and what `foldBatchNorm` and `raiseOpset` throw
 */
export async function prepareStatic(
  model: OnnxModel,
  options: QuantizeOptions,
  images: readonly string[],
  specFile: string | undefined,
): Promise<StaticSource & { readonly bits: WeightBits }> {
  const spec = await specOf(model, specFile);
  // Sixteen-bit activations are multiplied in float or 32 bits: there is nothing that could saturate.
  const bits = await weightBitsFor(options.precision === '16x8' ? false : options.reduceRange);
  const wide = options.precision === '16x8';
  const prepared = raiseOpset(foldBatchNorm(model.proto), qdqOpset);
  const source = staticSource(prepared, spec, images, { ...options, weightLimit: bits.limit });
  return { ...source, bits: wide ? { ...bits, warnings: [] } : bits };
}

async function rewrite(model: OnnxModel, rewriting: Rewriting, context: OperationContext): Promise<Rewritten> {
  const { options, images } = rewriting;
  const guardWarnings = options.headGuard ? [] : [headGuardWarnings[options.precision]];
  switch (options.precision) {
    case 'int8':
    case '16x8': {
      const quantized = await rewriteStatic(model, rewriting, context);
      return { ...quantized, warnings: [...guardWarnings, ...quantized.warnings] };
    }
    case 'int8-dynamic': {
      const quantized = quantizeDynamic(raiseOpset(foldBatchNorm(model.proto), qdqOpset), options);
      const slow =
        'Dynamic int8 is often slower than float on a CPU, because every run measures its ranges anew: compare the latency.';
      return {
        ...quantized,
        decided: {},
        looksAtPictures: false,
        warnings: [...guardWarnings, slow],
        worstLayers: noLayers,
      };
    }
    case 'fp16': {
      const converted = await convertToHalf(
        foldBatchNorm(model.proto),
        options,
        images,
        () => specOf(model, rewriting.spec),
        context,
      );
      const warnings = [...guardWarnings, ...converted.warnings];
      return { ...converted, decided: {}, looksAtPictures: images.length > 0, warnings, worstLayers: noLayers };
    }
  }
}

const isX86 = process.arch === 'x64' || process.arch === 'ia32';
const wideWarning =
  'Sixteen-bit activations make the file smaller and keep the boxes, but onnxruntime computes them in float on a CPU: no faster there. They are for accelerators with 16-bit kernels.';
const signedWarning =
  'int8 activations run two to three times slower than uint8 ones in onnxruntime on x86 processors; choose them only for a runtime that wants them.';

const headGuardWarnings = {
  int8: 'The head guard is off: boxes (0 to the input size) and scores (0 to 1) share 256 steps, so scores usually collapse to zero.',
  '16x8': 'The head guard is off: boxes (0 to the input size) and scores (0 to 1) share one grid in the tail.',
  'int8-dynamic': 'The head guard is off: the sum over distance bins is quantized as well, which moves the boxes.',
  fp16: 'The head guard is off: half precision places coordinates above 1024 pixels in whole pixels only.',
} as const satisfies Record<QuantizeOptions['precision'], string>;

function fewPicturesWarning(count: number): string {
  return `The ranges were measured on ${formatQuantity(count, 'picture')}; ${fewPictures} to 500 typical ones are usual.`;
}

function noImages(path: string): StudioError {
  return new StudioError(
    'no-images',
    `Static quantization needs pictures to measure the value ranges of ${path}, and none were given.`,
    {
      hint: 'Give some typical pictures (--data FOLDER or data.yaml; 100 to 500 are usual), or choose int8-dynamic, which needs none.',
    },
  );
}

/** How the model is fed. */
async function specOf(model: OnnxModel, spec: string | undefined): Promise<DetectorSpec> {
  const recognition = await readDetector(model, { spec });
  if ('reading' in recognition) return recognition.reading;
  throw new StudioError(
    'not-a-detector',
    `The value ranges of ${model.path} cannot be measured: it is not run as a detector because ${recognition.reason}.`,
    { hint: 'Choose int8-dynamic or fp16 without pictures, which need no ranges.' },
  );
}

/** The options that give the same bytes again: what was open is decided, and what only searches or guards is left out. */
function replayable(options: QuantizeOptions, { decided, floatOutputs = [] }: Rewritten): QuantizeOptions {
  const { maxDrop: _, trials: __, gate: ___, ...rest } = options;
  const float = [...(options.floatLayers ?? []), ...floatOutputs];
  return quantizeOptions.parse({ ...rest, ...decided, ...(float.length === 0 ? {} : { floatLayers: float }) });
}
