import type { ModelProto } from 'onnx-buf';
import type { InferenceSession } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';
import { createSession } from '../detect/providers.ts';
import { makeFeeds } from '../evaluate/feeds.ts';
import { latencyFigures, timeInterleaved } from '../evaluate/latency.ts';
import { readModel, readWholeModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { encodeModel } from '../graph/write.ts';
import { assumeSizes } from '../inspect/sizes.ts';
import { analyseChannels } from '../prune/channels/analysis.ts';
import { planRemoval } from '../prune/channels/planRemoval.ts';
import { predictFigures } from '../prune/channels/predict.ts';
import { removeChannels } from '../prune/channels/removeChannels.ts';
import type { PruneOptions } from '../recipeSchema.ts';
import type { PruneSpeed } from '../types.ts';

/** Roundings that kernels of today's CPUs may like: the channels that fit their registers, and twice and four times as many. */
const roundings = [8, 16, 32] as const;
/** A coarser rounding must run at least this much faster to be chosen, since it is further from what was asked for. */
const worthwhile = 0.97;
/** Enough for a median; a slow model is timed for about 2 s. */
const timing = { runs: 20, warmup: 3 } as const;

/** A model as the runtime takes it, and what messages call it. */
interface Timed {
  readonly name: string;
  readonly model: string | Uint8Array;
}

/** [height, width] at which a model that leaves its picture's size open is timed. */
function assumedSize(proto: ModelProto): readonly [number, number] | undefined {
  const constants = new Set(proto.graph?.initializer.map((tensor) => tensor.name));
  const inputs = proto.graph?.input.filter((input) => !constants.has(input.name)) ?? [];
  const { sizes } = assumeSizes(proto, inputs, inferShapes(proto));
  const [, , height, width] = Object.values(sizes ?? {}).find((dims) => dims.length === 4) ?? [];
  return height === undefined || width === undefined ? undefined : [height, width];
}

/** Milliseconds of the median run of each model on noise, all open and run in turn. */
async function medianTimes(models: readonly Timed[], proto: ModelProto, context: OperationContext): Promise<number[]> {
  const size = assumedSize(proto);
  const sessions: InferenceSession[] = [];
  try {
    const runs: (() => Promise<unknown>)[] = [];
    for (const { name, model } of models) {
      context.signal.throwIfAborted();
      const { session } = await createSession(model, { provider: 'cpu', name });
      sessions.push(session);
      const feeds = makeFeeds(session, name, { batch: 1, ...(size === undefined ? {} : { size }) });
      runs.push(() => session.run(feeds));
    }
    const { times } = await timeInterleaved(runs, timing, context);
    return times.map((own) => latencyFigures(own).p50);
  } finally {
    for (const session of sessions) await session.release();
  }
}

/**
 * Times a model against what was pruned from it, on the CPU with the runtime's own choice of threads.
 * @throws StudioError where one of them cannot be opened or be fed noise
 */
export async function measurePruneSpeed(
  original: string,
  pruned: string,
  context: OperationContext,
): Promise<Omit<PruneSpeed, 'tried'>> {
  const { proto } = await readModel(original);
  const models = [original, pruned].map((path) => ({ name: path, model: path }));
  const [before = Number.NaN, after = Number.NaN] = await medianTimes(models, proto, context);
  return { before, after };
}

/**
 * Prunes channels with every rounding and times what comes out, in memory. The finest one is chosen unless a coarser one is
 * clearly faster. Roundings at which nothing goes are left out.
 * @throws StudioError about the model, as `measurePruneSpeed`
 */
export async function chooseRounding(
  path: string,
  options: PruneOptions,
  context: OperationContext,
): Promise<{ readonly roundTo: number; readonly tried: NonNullable<PruneSpeed['tried']> }> {
  const { proto } = await readWholeModel(path);
  const analysis = analyseChannels(proto);
  const candidates: { readonly roundTo: number; readonly macs: number | null; readonly model: Uint8Array }[] = [];
  for (const roundTo of roundings) {
    context.signal.throwIfAborted();
    const { removed } = planRemoval(analysis, { ...options, roundTo });
    if (removed.size === 0) continue;
    const { macs } = predictFigures(analysis.graph, removed);
    candidates.push({ roundTo, macs, model: encodeModel(removeChannels(analysis.graph, removed)) });
  }
  const timed = candidates.map(({ roundTo, model }) => ({ name: `${path} pruned to multiples of ${roundTo}`, model }));
  const times = await medianTimes(timed, proto, context);
  const tried = candidates.map(({ roundTo, macs }, index) => ({ roundTo, p50: times[index] ?? Number.NaN, macs }));
  let best = tried[0];
  for (const other of tried) if (best !== undefined && other.p50 < worthwhile * best.p50) best = other;
  return { roundTo: best?.roundTo ?? roundings[0], tried };
}
