import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema } from 'onnx-buf';
import type { OperationContext, OperationInput, QuantizeOptions } from '../api.ts';
import { readDetector } from '../detect/readDetector.ts';
import { StudioError } from '../errors.ts';
import { foldBatchNorm } from '../graph/foldBatchNorm.ts';
import { raiseOpset } from '../graph/opset.ts';
import { type OnnxModel, readWholeModel } from '../graph/read.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { writeModel } from '../graph/write.ts';
import type { DetectorSpec, QuantizeReport } from '../types.ts';
import { quantizeDynamic } from './dynamic.ts';
import { convertToHalf } from './half.ts';
import { isLayer } from './operators.ts';
import { refuseLowPrecision } from './refusals.ts';
import { evenlySpread } from './samples.ts';
import type { Selection } from './select.ts';
import { quantizeStatic } from './static.ts';
import { type WeightBits, weightBitsFor } from './weightBits.ts';

/** Per-channel DequantizeLinear came with opset 13. */
const qdqOpset = 13;
/** Fewer calibration pictures than this are worth a warning; the usual advice is 100 to 500. */
const fewPictures = 100;
/** The metadata entry that says how a model was made. */
const recipeKey = 'boxwright.recipe';

/**
 * Makes a quantized variant of a model file. The same model, pictures and options give the same bytes. Agreement with the
 * original is not measured here.
 * @param images calibration pictures: needed for int8, used by fp16 to find tensors that overflow
 * @throws StudioError about the model (see `readModel`), `no-images`, `not-a-detector` when ranges cannot be measured,
 * `model-unsupported` for a model that is quantized already, `bad-input` when the output would replace the input
 */
export async function quantize(
  input: OperationInput<'quantize'>,
  images: readonly string[],
  context: OperationContext,
): Promise<QuantizeReport> {
  const { options, out } = input;
  context.report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  await refuseOverwrite(model, out);
  refuseLowPrecision(model);
  const pictures = evenlySpread(images, options.samples);
  const result = await rewrite(model, options, pictures, input.spec, {
    signal: context.signal,
    report: ({ step, fraction }) => context.report({ step, fraction: 0.02 + 0.93 * fraction }),
  });
  context.signal.throwIfAborted();
  context.report({ step: 'Writing the model', fraction: 0.95 });
  recordRecipe(result.proto, { ...options, ...result.decided });
  const { bytes, sha256 } = await writeModel(out, result.proto);
  context.report({ step: 'Writing the model', fraction: 1 });
  return {
    out,
    sha256,
    bytes,
    quantizedLayers: [...result.selection.lowered].filter(isLayer).length,
    floatLayers: result.selection.float.map(({ node, why }) => ({
      name: node.name === '' ? `${node.opType} making ${node.output[0] ?? ''}` : node.name,
      why,
    })),
    ...result.decided,
    trials: 1,
    warnings: result.warnings,
  };
}

interface Rewritten {
  readonly proto: ModelProto;
  readonly selection: Selection;
  /** Options that were left open and have been decided here. */
  readonly decided: { readonly reduceRange?: boolean };
  readonly warnings: readonly string[];
}

async function rewrite(
  model: OnnxModel,
  options: QuantizeOptions,
  images: readonly string[],
  specFile: string | undefined,
  context: OperationContext,
): Promise<Rewritten> {
  const guardWarnings = options.headGuard ? [] : [headGuardWarnings[options.precision]];
  switch (options.precision) {
    case 'int8': {
      if (images.length === 0) throw noImages(model.path);
      const spec = await specOf(model, specFile);
      const { reduceRange, limit, warnings }: WeightBits = await weightBitsFor(options.reduceRange);
      const prepared = raiseOpset(foldBatchNorm(model.proto), qdqOpset);
      const quantized = await quantizeStatic(prepared, spec, images, { ...options, weightLimit: limit }, context);
      const few = images.length < fewPictures ? [fewPicturesWarning(images.length)] : [];
      const signed = options.activations === 'int8' && isX86 ? [signedWarning] : [];
      return {
        ...quantized,
        decided: { reduceRange },
        warnings: [...guardWarnings, ...warnings, ...signed, ...few, ...quantized.warnings],
      };
    }
    case 'int8-dynamic': {
      const quantized = quantizeDynamic(raiseOpset(foldBatchNorm(model.proto), qdqOpset), options);
      const slow =
        'Dynamic int8 is often slower than float on a CPU, because every run measures its ranges anew: compare the latency.';
      return { ...quantized, decided: {}, warnings: [...guardWarnings, slow] };
    }
    case 'fp16': {
      const converted = await convertToHalf(
        foldBatchNorm(model.proto),
        options,
        images,
        () => specOf(model, specFile),
        context,
      );
      return { ...converted, decided: {}, warnings: [...guardWarnings, ...converted.warnings] };
    }
  }
}

const isX86 = process.arch === 'x64' || process.arch === 'ia32';
const signedWarning =
  'int8 activations run two to three times slower than uint8 ones in onnxruntime on x86 processors; choose them only for a runtime that wants them.';

const headGuardWarnings = {
  int8: 'The head guard is off: boxes (0 to the input size) and scores (0 to 1) share 256 steps, so scores usually collapse to zero.',
  'int8-dynamic': 'The head guard is off: the sum over distance bins is quantized as well, which moves the boxes.',
  fp16: 'The head guard is off: half precision places coordinates above 1024 pixels in whole pixels only.',
} as const satisfies Record<QuantizeOptions['precision'], string>;

function fewPicturesWarning(count: number): string {
  return `The ranges were measured on ${count} ${count === 1 ? 'picture' : 'pictures'}; ${fewPictures} to 500 typical ones are usual.`;
}

function noImages(path: string): StudioError {
  return new StudioError(
    'no-images',
    `int8 needs pictures to measure the value ranges of ${path}, and none were given.`,
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

function recordRecipe(proto: ModelProto, options: QuantizeOptions): void {
  const value = JSON.stringify({ step: 'quantize', ...options });
  const entry = proto.metadataProps.find(({ key }) => key === recipeKey);
  if (entry === undefined) proto.metadataProps.push(create(StringStringEntryProtoSchema, { key: recipeKey, value }));
  else entry.value = value;
}
