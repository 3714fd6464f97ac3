import { availableParallelism } from 'node:os';
import type { OperationContext, OperationInput } from '../api.ts';
import { describeCpu } from '../detect/cpu.ts';
import { createSession } from '../detect/providers.ts';
import { recognizeDetector } from '../detect/recognize.ts';
import { makeFeeds } from '../evaluate/feeds.ts';
import { latencyFigures, timeInterleaved } from '../evaluate/latency.ts';
import { partOf } from '../evaluate/progress.ts';
import { readModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import type { BenchmarkReport } from '../types.ts';
import { describeDevice } from './device.ts';
import { measureSolo, type SoloFigures } from './measure.ts';

/** [height, width] that a detector leaves open in its file but takes anyhow. */
async function openSize(path: string): Promise<{ size: readonly [number, number] } | Record<string, never>> {
  const model = await readModel(path);
  const recognition = recognizeDetector(model, inferShapes(model.proto));
  return 'reading' in recognition ? { size: recognition.reading.input.size } : {};
}

/**
 * Times models of any kind against each other on noise: load, first run, memory (each alone), then latency with all of
 * them open, in turn.
 */
export async function benchmark(
  input: OperationInput<'benchmark'>,
  context: OperationContext,
): Promise<BenchmarkReport> {
  const request = { provider: input.provider, ...(input.threads === undefined ? {} : { threads: input.threads }) };
  const open = async (path: string) => {
    const size = await openSize(path);
    const opened = await createSession(path, request);
    return { ...opened, path, feeds: makeFeeds(opened.session, path, { batch: input.batch, ...size }) };
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
    const threads = input.threads ?? availableParallelism();
    const providers = models.map((model) => model.provider);
    return {
      device: describeDevice(await describeCpu(), providers, threads),
      threads,
      batch: input.batch,
      models: models.map(({ path, provider, loadMs }, index) => ({
        path,
        provider,
        latency: latencyFigures(times[index] ?? [], input.batch),
        load: loadMs,
        firstRun: solo[index]?.firstRun ?? 0,
        peakMemory: solo[index]?.peakMemory ?? 0,
      })),
    };
  } finally {
    for (const { session } of models) await session.release();
  }
}
