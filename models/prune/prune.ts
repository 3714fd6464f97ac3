import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ModelProto } from 'onnx-buf';
import type { OperationContext, OperationInput, PruneOptions } from '../api.ts';
import { StudioError } from '../errors.ts';
import { type OnnxModel, readWholeModel } from '../graph/read.ts';
import { recordStep } from '../graph/recipeRecord.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { encodeModel, writeModel } from '../graph/write.ts';
import { summarize } from '../inspect/summary.ts';
import { prunableWeights } from '../inspect/weights.ts';
import type { ModelFigures, ModelSummary, PruneReport } from '../types.ts';
import { analyseChannels } from './channels/analysis.ts';
import { planRemoval } from './channels/planRemoval.ts';
import { removeChannels } from './channels/removeChannels.ts';
import { pruneByMagnitude } from './magnitude.ts';
import { refuseQuantized } from './refuseQuantized.ts';
import { pruneTwoInFour } from './twoInFour.ts';
import { usualRounding } from './usualRounding.ts';

const compress = promisify(gzip);

function figuresOf({ parameters, macs, bytes, sparsity }: ModelSummary): ModelFigures {
  return { parameters, macs, bytes, sparsity };
}

interface Pruned {
  readonly proto: ModelProto;
  readonly groups: PruneReport['groups'];
  readonly warnings: readonly string[];
  readonly more?: Pick<PruneReport, 'keptLayers' | 'roundTo'>;
}

/** @throws StudioError `model-unsupported` without float weights */
function requireWeights({ path, proto }: OnnxModel): void {
  if (prunableWeights(proto).length > 0) return;
  throw new StudioError('model-unsupported', `${path} has no float weights that could be pruned.`, {
    hint: 'A quantized model cannot be pruned any more: prune the float model it was made from, then quantize the result.',
  });
}

/** Takes channels out. With nothing to take out the model stays as it is, to the byte. */
function pruneChannels(model: OnnxModel, options: PruneOptions, { signal, report }: OperationContext): Pruned {
  const roundTo = options.roundTo === 'auto' ? usualRounding : options.roundTo;
  report({ step: 'Following channels', fraction: 0 });
  const analysis = analyseChannels(model.proto);
  signal.throwIfAborted();
  report({ step: 'Taking channels out', fraction: 0.5 });
  const { removed, groups, keptLayers, warnings } = planRemoval(analysis, { ...options, roundTo });
  const proto = removed.size === 0 ? model.proto : removeChannels(analysis.graph, removed);
  const advice = [
    'Channels were taken out and nothing was trained afterwards: look at the boxes before using the model, and train it on to win lost ones back.',
  ];
  return {
    proto,
    groups,
    warnings: removed.size === 0 ? warnings : [...warnings, ...advice],
    more: { keptLayers, roundTo },
  };
}

async function pruneBy(model: OnnxModel, options: PruneOptions, context: OperationContext): Promise<Pruned> {
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
      return pruneChannels(model, options, context);
  }
}

/**
 * Prunes a model file into another. Metadata, inputs, outputs and names stay, so the result is recognised as what the original
 * was. Neither agreement nor speed is measured here, and a rounding of `auto` counts as 8.
 * @throws StudioError about the model (see `readModel`), `bad-input` when the output would replace it, `file-unwritable`,
 * `model-unsupported` without float weights, or where it is quantized
 */
export async function prune(input: OperationInput<'prune'>, context: OperationContext): Promise<PruneReport> {
  const { signal, report } = context;
  report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  await refuseOverwrite(model, input.out);
  requireWeights(model);
  const before = summarize(model);
  signal.throwIfAborted();
  const pruned = await pruneBy(model, input.options, {
    signal,
    report: ({ step, fraction }) => report({ step, fraction: 0.1 + 0.4 * fraction }),
  });
  const original = encodeModel(model.proto);
  // Where nothing was taken, nothing is recorded either: the file stays as it is.
  if (Buffer.compare(original, encodeModel(pruned.proto)) !== 0) {
    const roundTo = pruned.more?.roundTo ?? input.options.roundTo;
    recordStep(model, pruned.proto, { operation: 'prune', options: { ...input.options, roundTo } });
  }
  report({ step: 'Measuring the compressed size', fraction: 0.5 });
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
    warnings: pruned.warnings,
  };
}
