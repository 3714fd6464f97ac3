import { availableParallelism } from 'node:os';
import type { Tensor } from 'onnxruntime-node';
import type { OperationContext, OperationInput } from '../api.ts';
import { describeCpu } from '../detect/cpu.ts';
import { confirmProvider } from '../detect/placement.ts';
import { createSession } from '../detect/providers.ts';
import { readDetector } from '../detect/readDetector.ts';
import { makeExtraInputs } from '../detect/tensorValues.ts';
import { makeFeeds } from '../evaluate/feeds.ts';
import { latencyFigures, timeInterleaved } from '../evaluate/latency.ts';
import { partOf } from '../evaluate/progress.ts';
import { readModel } from '../graph/read.ts';
import type { BenchmarkReport } from '../types.ts';
import { describeDevice } from './device.ts';
import { measureSolo, type SoloFigures } from './measure.ts';

/** What is known of a detector's inputs beyond its file: [height, width] where that is open, and what is fed beside the picture. */
async function knownInputs(path: string, batch: number, spec: string | undefined) {
  const model = await readModel(path);
  const recognition = await readDetector(model, { spec });
  if ('reason' in recognition) return {};
  const { reading } = recognition;
  // What is fed beside it is made for as many pictures as the file says, 1 where it leaves them open.
  return { size: reading.input.size, ...(batch === 1 ? { extra: makeExtraInputs(reading) } : {}) };
}

/** Pictures of one run: the file may fix more than were asked for. */
function picturesOf(feeds: Readonly<Record<string, Tensor>>, asked: number): number {
  return Object.values(feeds).find(({ dims }) => dims.length === 4)?.dims[0] ?? asked;
}

/**
 * Times models of any kind against each other on noise: load, first run, memory (each alone), then latency with all of
 * them open, in turn.
 */
export async function benchmark(
  input: OperationInput<'benchmark'>,
  context: OperationContext,
): Promise<BenchmarkReport> {
  const { provider, threads, allowFallback } = input;
  const request = { provider, threads, allowFallback };
  const open = async (path: string) => {
    const known = await knownInputs(path, input.batch, input.spec);
    const opened = await createSession(path, request);
    const feeds = makeFeeds(opened.session, path, { batch: input.batch, ...known });
    return { ...opened, path, feeds, provider: await confirmProvider(path, request, opened, () => feeds) };
  };

  const solo: SoloFigures[] = [];
  for (const [index, path] of input.models.entries()) {
    context.signal.throwIfAborted();
    context.report({ step: 'measure memory', fraction: (0.2 * index) / input.models.length });
    const { session, feeds } = await open(path);
    try {
      solo.push(await measureSolo(session, feeds, context));
    } finally {
      await session.release();
    }
  }

  const models: Awaited<ReturnType<typeof open>>[] = [];
  try {
    for (const path of input.models) models.push(await open(path));
    const times = await timeInterleaved(
      models.map(
        ({ session, feeds }) =>
          () =>
            session.run(feeds),
      ),
      input,
      partOf(context, 0.2, 1),
    );
    const threadCount = threads ?? availableParallelism();
    const providers = models.map((model) => model.provider);
    return {
      device: describeDevice(await describeCpu(), providers, threadCount),
      threads: threadCount,
      batch: input.batch,
      models: models.map(({ path, provider, loadMs, feeds }, index) => ({
        path,
        provider,
        latency: latencyFigures(times[index] ?? [], picturesOf(feeds, input.batch)),
        load: loadMs,
        firstRun: solo[index]?.firstRun ?? 0,
        peakMemory: solo[index]?.peakMemory ?? 0,
      })),
    };
  } finally {
    for (const { session } of models) await session.release();
  }
}
