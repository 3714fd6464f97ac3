import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ModelProto } from 'onnx-buf';
import type { OperationContext, OperationInput } from '../api.ts';
import { readDetector } from '../detect/readDetector.ts';
import { StudioError } from '../errors.ts';
import { requireWritable } from '../files.ts';
import { describeLoss, type Judge, refusal } from '../gate.ts';
import { type OnnxModel, readWholeModel } from '../graph/read.ts';
import { namePictures } from '../graph/recipePictures.ts';
import { recordStep } from '../graph/recipeRecord.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { encodeModel, writeModel } from '../graph/write.ts';
import { figuresOf, summarize } from '../inspect/summary.ts';
import { prunableWeights } from '../inspect/weights.ts';
import { partOf } from '../progress.ts';
import type { PruneOptions, RecipeStep } from '../recipeSchema.ts';
import type { Agreement, PruneReport } from '../types.ts';
import { analyseChannels, type ChannelAnalysis } from './channels/analysis.ts';
import { planRemoval } from './channels/planRemoval.ts';
import { removeChannels } from './channels/removeChannels.ts';
import { pruneByMagnitude } from './magnitude.ts';
import { choosePictures, loadPictures } from './recover/pictures.ts';
import { recover } from './recover/recover.ts';
import { refuseQuantized } from './refuseQuantized.ts';
import { pruneTwoInFour } from './twoInFour.ts';
import { usualRounding } from './usualRounding.ts';

const compress = promisify(gzip);

interface Pruned {
  readonly proto: ModelProto;
  readonly groups: PruneReport['groups'];
  readonly warnings: readonly string[];
  /** Pictures that the weights depend on. */
  readonly pictures?: readonly string[];
  readonly more?: Pick<PruneReport, 'keptLayers' | 'roundTo' | 'recover'>;
}

/** @throws StudioError `model-unsupported` without float weights */
function requireWeights({ path, proto }: OnnxModel): void {
  if (prunableWeights(proto).length > 0) return;
  throw new StudioError('model-unsupported', `${path} has no float weights that could be pruned.`, {
    hint: 'A quantized model cannot be pruned any more: prune the float model it was made from, then quantize the result.',
  });
}

/** Pictures on which a variant is made and looked at before it takes the place of any file. */
export interface PruneGuard {
  readonly images: readonly string[];
  readonly judge: Judge;
}

/** What is pruned, and with what. */
interface Pruning {
  readonly model: OnnxModel;
  readonly options: PruneOptions;
  readonly images: readonly string[];
  readonly spec: string | undefined;
}

/**
 * Which way of making up for channels is taken.
 * @throws StudioError `no-images` where one is asked for that needs pictures
 */
function chooseRecovery({ options, images }: Pruning): NonNullable<PruneOptions['recover']> {
  if (images.length > 0) return options.recover ?? 'least-squares';
  if (options.recover === undefined || options.recover === 'none') return 'none';
  throw new StudioError('no-images', 'Making up for channels needs pictures, and none were given.', {
    hint: 'Give some typical pictures (--check FOLDER or data.yaml).',
  });
}

interface Recovered {
  readonly proto: ModelProto;
  readonly recovery: NonNullable<PruneOptions['recover']>;
  /** Those that were looked at. */
  readonly pictures: readonly string[];
}

/** The model without some channels, the layers that are left making up for them. */
async function removeAndRecover(
  { graph }: ChannelAnalysis,
  removed: ReadonlySet<number>,
  pruning: Pruning,
  { signal, report }: OperationContext,
): Promise<Recovered> {
  const recovery = chooseRecovery(pruning);
  const proto = removeChannels(graph, removed);
  if (recovery === 'none') return { proto, recovery, pictures: [] };
  const recognition = await readDetector(pruning.model, { spec: pruning.spec });
  if ('reason' in recognition) {
    throw new StudioError(
      'not-a-detector',
      `${pruning.model.path} cannot be fed pictures because ${recognition.reason}.`,
      { hint: 'Turn making up for channels off (--recover none).' },
    );
  }
  const pictures = choosePictures(pruning.images, recognition.reading);
  const fed = await loadPictures(pictures, recognition.reading, signal);
  return { proto: await recover(graph, removed, proto, fed, recovery, { signal, report }), recovery, pictures };
}

const notTrained =
  'Channels were taken out and nothing was trained afterwards: look at the boxes before using the model, and train it on to win lost ones back.';

/** Takes channels out. With nothing to take out the model stays as it is, to the byte. */
async function pruneChannels(pruning: Pruning, context: OperationContext): Promise<Pruned> {
  const { model, options } = pruning;
  const roundTo = options.roundTo === 'auto' ? usualRounding : options.roundTo;
  context.report({ step: 'Following channels', fraction: 0 });
  const analysis = analyseChannels(model.proto);
  context.signal.throwIfAborted();
  context.report({ step: 'Taking channels out', fraction: 0.2 });
  const { removed, groups, keptLayers, warnings } = planRemoval(analysis, { ...options, roundTo });
  if (removed.size === 0) return { proto: model.proto, groups, warnings, more: { keptLayers, roundTo } };
  const { proto, recovery, pictures } = await removeAndRecover(analysis, removed, pruning, partOf(context, 0.2, 1));
  const more = { keptLayers, roundTo, recover: recovery };
  return { proto, groups, warnings: [...warnings, notTrained], more, pictures };
}

async function pruneBy(pruning: Pruning, context: OperationContext): Promise<Pruned> {
  const { model, options } = pruning;
  switch (options.method) {
    case 'magnitude': {
      const pruned = await pruneByMagnitude(model.proto, options, context);
      const honest =
        'Zeroed weights make the file smaller only when it is compressed; no dense runtime runs it faster.';
      return { ...pruned, warnings: [...pruned.warnings, honest] };
    }
    case '2:4': {
      refuseQuantized(model);
      const pruned = await pruneTwoInFour(model.proto, options.keep, context);
      const honest =
        'Only sparse tensor cores (NVIDIA Ampere and later, through TensorRT) run 2:4 weights faster; everywhere else the file is merely smaller when it is compressed.';
      return { ...pruned, warnings: [...pruned.warnings, honest] };
    }
    case 'channel':
      refuseQuantized(model);
      return pruneChannels(pruning, context);
  }
}

/** The step as it replays: nothing is left open, and the gate, which changes no byte, is left out. */
async function stepOf(
  { gate: _, ...options }: PruneOptions,
  { more, pictures = [] }: Pruned,
  signal: AbortSignal,
): Promise<RecipeStep> {
  const { recover: recovery } = more ?? {};
  return {
    operation: 'prune',
    options: {
      ...options,
      roundTo: more?.roundTo ?? options.roundTo,
      ...(recovery === undefined ? {} : { recover: recovery }),
    },
    ...(pictures.length === 0 ? {} : { pictures: await namePictures(pictures, signal) }),
  };
}

/** Layers that lost the largest share of what they had, the most first. */
function mostPruned(groups: PruneReport['groups']): string {
  const share = ({ before, after }: PruneReport['groups'][number]) => (before === 0 ? 0 : 1 - after / before);
  const worst = [...groups].sort((a, b) => share(b) - share(a)).slice(0, 3);
  return worst.map((group) => `${group.name} (${Math.round(100 * share(group))} %)`).join(', ');
}

/**
 * Looks at a variant before it is written.
 * @throws StudioError `gate-not-met` where it has lost its boxes and the gate is on
 */
async function judgeVariant(
  { proto, groups }: Pruned,
  { options, out }: OperationInput<'prune'>,
  { judge }: PruneGuard,
  context: OperationContext,
): Promise<Agreement> {
  const agreement = await judge(encodeModel(proto), context);
  const loss = describeLoss(agreement, 'the original');
  if (loss === undefined || options.gate === false) return agreement;
  const reason = `${loss} These layers lost most: ${mostPruned(groups)}.`;
  throw refusal(out, reason, 'Take less out (--amount), keep those layers (--keep)');
}

/**
 * Prunes a model file into another. Metadata, inputs, outputs and names stay, so the result is recognised as what the original
 * was. Speed is not measured here, and a rounding of `auto` counts as 8.
 * @param guard pictures to make up for channels on, and to look at the variant with before it is written
 * @throws StudioError about the model (see `readModel`), `bad-input` when the output would replace it, `file-unwritable`,
 * `model-unsupported` without float weights, or where it is quantized, `gate-not-met` where the boxes are lost
 */
export async function prune(
  input: OperationInput<'prune'>,
  context: OperationContext,
  guard?: PruneGuard,
): Promise<PruneReport> {
  const { signal, report } = context;
  report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  await refuseOverwrite(model, input.out);
  await requireWritable(input.out);
  requireWeights(model);
  const before = summarize(model);
  signal.throwIfAborted();
  const pruning = { model, options: input.options, images: guard?.images ?? [], spec: input.spec };
  const pruned = await pruneBy(pruning, partOf({ signal, report }, 0.05, 0.5));
  const original = encodeModel(model.proto);
  // Where nothing was taken, nothing is recorded either: the file stays as it is.
  if (Buffer.compare(original, encodeModel(pruned.proto)) !== 0) {
    recordStep(model, pruned.proto, await stepOf(input.options, pruned, signal));
  }
  const agreement =
    guard === undefined ? undefined : await judgeVariant(pruned, input, guard, partOf({ signal, report }, 0.5, 0.7));
  report({ step: 'Measuring the compressed size', fraction: 0.7 });
  // Compression takes longest by far, and both run on threads of their own.
  const [compressedBefore, compressedAfter] = await Promise.all([
    compress(original),
    compress(encodeModel(pruned.proto)),
  ]);
  signal.throwIfAborted();
  report({ step: 'Writing the model', fraction: 0.9 });
  const { bytes, sha256 } = await writeModel(input.out, pruned.proto);
  const after = summarize({
    path: input.out,
    bytes,
    sha256,
    externalFiles: [],
    outside: new Map(),
    proto: pruned.proto,
  });
  report({ step: 'Writing the model', fraction: 1 });
  return {
    out: input.out,
    sha256,
    before: figuresOf(before),
    after: figuresOf(after),
    compressedBytes: { before: compressedBefore.byteLength, after: compressedAfter.byteLength },
    groups: pruned.groups,
    ...pruned.more,
    ...(agreement === undefined ? {} : { agreement }),
    warnings: pruned.warnings,
  };
}
