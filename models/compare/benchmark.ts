import type { Tensor } from 'onnxruntime-node';
import type { OperationContext, OperationInput } from '../api.ts';
import { countRuntimeThreads, describeCpu } from '../detect/cpu.ts';
import { openDetector } from '../detect/detector.ts';
import { confirmProvider } from '../detect/placement.ts';
import { createSession, listProviders } from '../detect/providers.ts';
import { readDetector } from '../detect/readDetector.ts';
import { makeExtraInputs } from '../detect/tensorValues.ts';
import { StudioError } from '../errors.ts';
import { makeFeeds } from '../evaluate/feeds.ts';
import { latencyFigures, timeInterleaved } from '../evaluate/latency.ts';
import { visitPictures } from '../evaluate/pictures.ts';
import { recordSteps, timeDecoding } from '../evaluate/steps.ts';
import { readModel } from '../graph/read.ts';
import { partOf } from '../progress.ts';
import { lookingThresholds } from '../thresholds.ts';
import type { BenchmarkReport, ProviderName, StepTimes, UnreadablePicture } from '../types.ts';
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

/** As `makeFeeds`; a session that cannot be fed is closed. */
async function feedOrClose(...[session, path, options]: Parameters<typeof makeFeeds>): Promise<Record<string, Tensor>> {
  try {
    return makeFeeds(session, path, options);
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Pictures of one run: the file may fix more than were asked for. */
function picturesOf(feeds: Readonly<Record<string, Tensor>>, asked: number): number {
  return Object.values(feeds).find(({ dims }) => dims.length === 4)?.dims[0] ?? asked;
}

/** A model on a provider. */
interface Entry {
  readonly path: string;
  readonly provider: ProviderName;
}

/** Every model on the provider that was asked for, and on all others that are there where that is asked for. */
async function listEntries({ models, provider, everyProvider }: OperationInput<'benchmark'>): Promise<Entry[]> {
  const found = everyProvider ? (await listProviders()).providers : [];
  const others = found.filter(({ name, available }) => available && name !== provider).map(({ name }) => name);
  return models.flatMap((path) => [provider, ...others].map((name) => ({ path, provider: name })));
}

/** Steps on pictures of a detector, and the pictures that cannot be read; undefined for other models. */
async function timeSteps(
  input: OperationInput<'benchmark'>,
  path: string,
  decode: number,
  context: OperationContext,
): Promise<{ steps: StepTimes | undefined; unreadable: readonly UnreadablePicture[] } | undefined> {
  if ('reason' in (await readDetector(await readModel(path), { spec: input.spec }))) return undefined;
  const opened = await openDetector(path, input);
  try {
    const { detector, readMedians } = recordSteps(opened);
    const unreadable = await visitPictures(input.images, 'Timing steps', context, async (_path, image) => {
      await detector.detect(image, { ...lookingThresholds, multiLabel: false });
    });
    const medians = readMedians();
    return { steps: medians === undefined ? undefined : { decode, ...medians }, unreadable };
  } finally {
    await opened.close();
  }
}

/**
 * Times models of any kind against each other on noise: load, first run, memory (each alone), then latency with all of them
 * open, in turn; on every available provider where that is asked for. Where pictures are given (`input.images` are files), also
 * the steps from file to boxes.
 * @throws StudioError about a model or a picture; on a provider that was not asked for by name, what cannot be opened is left out
 */
export async function benchmark(
  input: OperationInput<'benchmark'>,
  context: OperationContext,
): Promise<BenchmarkReport> {
  const { threads, images } = input;
  const open = async ({ path, provider }: Entry) => {
    const request = { provider, threads, allowFallback: input.allowFallback };
    const known = await knownInputs(path, input.batch, input.spec);
    const opened = await createSession(path, request);
    const feeds = await feedOrClose(opened.session, path, { batch: input.batch, ...known });
    return { ...opened, path, request, feeds, provider: await confirmProvider(path, request, opened, () => feeds) };
  };
  const entries = await listEntries(input);
  const skipped: { path: string; provider: ProviderName; why: string }[] = [];

  const models: Awaited<ReturnType<typeof open>>[] = [];
  try {
    const solo: SoloFigures[] = [];
    for (const [index, entry] of entries.entries()) {
      context.report({ step: 'Measuring memory', fraction: (0.1 * index) / entries.length });
      const model = await open(entry).catch((error: unknown) => {
        // What was not asked for by name may fail: the others count all the same.
        if (entry.provider === input.provider || !(error instanceof StudioError)) throw error;
        skipped.push({ ...entry, why: error.message });
      });
      if (model === undefined) continue;
      models.push(model);
      solo.push(await measureSolo(model.path, model.request, model.provider.used, model.feeds, context));
    }
    const timed: Awaited<ReturnType<typeof timeSteps>>[] = [];
    const decode = await timeDecoding(images, context);
    for (const [index, { path, request }] of images.length === 0 ? [] : models.entries()) {
      const share = 0.2 / models.length;
      const part = partOf(context, 0.1 + index * share, 0.1 + (index + 1) * share);
      timed.push(await timeSteps({ ...input, ...request }, path, decode, part));
    }
    const { times, ...warm } = await timeInterleaved(
      models.map(
        ({ session, feeds }) =>
          () =>
            session.run(feeds),
      ),
      input,
      partOf(context, 0.3, 1),
    );
    const threadCount = threads ?? (await countRuntimeThreads());
    const unreadable = timed.find((found) => found !== undefined)?.unreadable ?? [];
    const providers = models.map((model) => model.provider);
    return {
      device: describeDevice(await describeCpu(), providers, threadCount),
      threads: threadCount,
      batch: input.batch,
      models: models.map(({ path, provider: use, loadMs, feeds }, index) => ({
        path,
        provider: use,
        latency: latencyFigures(times[index] ?? [], picturesOf(feeds, input.batch), warm),
        load: loadMs,
        firstRun: solo[index]?.firstRun ?? 0,
        peakMemory: solo[index]?.peakMemory ?? 0,
        peakMemoryOf: solo[index]?.peakMemoryOf ?? 'engine',
        ...(timed[index]?.steps === undefined ? {} : { steps: timed[index].steps }),
      })),
      ...(skipped.length === 0 ? {} : { skipped }),
      ...(unreadable.length === 0 ? {} : { unreadable }),
    };
  } finally {
    for (const { session } of models) await session.release();
  }
}
