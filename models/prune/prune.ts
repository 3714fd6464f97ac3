import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OperationContext, OperationInput } from '../api.ts';
import { StudioError } from '../errors.ts';
import { readWholeModel } from '../graph/read.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { encodeModel, writeModel } from '../graph/write.ts';
import { summarize } from '../inspect/summary.ts';
import { prunableWeights } from '../inspect/weights.ts';
import type { ModelFigures, ModelSummary, PruneReport } from '../types.ts';
import { pruneByMagnitude } from './magnitude.ts';

const compress = promisify(gzip);

function figuresOf({ parameters, macs, bytes, sparsity }: ModelSummary): ModelFigures {
  return { parameters, macs, bytes, sparsity };
}

/**
 * Prunes a model file into another. Metadata, names and everything but the weights stay, so the result is recognised as what
 * the original was. Agreement is not measured here.
 * @throws StudioError about the model (see `readModel`), `bad-input` when the output would replace it, `file-unwritable`,
 * `model-unsupported` without float weights
 */
export async function prune(input: OperationInput<'prune'>, context: OperationContext): Promise<PruneReport> {
  const { signal, report } = context;
  report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  await refuseOverwrite(model, input.out);
  if (prunableWeights(model.proto).length === 0) {
    throw new StudioError('model-unsupported', `${input.model} has no float weights that could be pruned.`, {
      hint: 'A quantized model cannot be pruned any more: prune the float model it was made from, then quantize the result.',
    });
  }
  const before = summarize(model);
  signal.throwIfAborted();
  const pruned = await pruneByMagnitude(model.proto, input.options, {
    signal,
    report: ({ step, fraction }) => report({ step, fraction: 0.1 + 0.4 * fraction }),
  });
  report({ step: 'Measuring the compressed size', fraction: 0.5 });
  // Compression takes longest by far, and both run on threads of their own.
  const [compressedBefore, compressedAfter] = await Promise.all([
    compress(encodeModel(model.proto)),
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
    warnings: [
      ...pruned.warnings,
      'Zeroed weights make the file smaller only when it is compressed; no dense runtime runs it faster.',
    ],
  };
}
