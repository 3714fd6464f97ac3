import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import type { OperationContext } from '../api.ts';
import { createSession, type SessionRequest, sessionOptions } from '../detect/providers.ts';
import { StudioError } from '../errors.ts';
import type { ProviderName } from '../types.ts';
import source from './soloProcess.mjs?raw';

/** What one model alone takes. */
export interface SoloFigures {
  /** Milliseconds. */
  readonly firstRun: number;
  /** Highest resident size of the process, bytes. */
  readonly peakMemory: number;
  readonly peakMemoryOf: 'own-process' | 'engine';
}

type Feeds = Readonly<Record<string, Tensor>>;

/** Runs while memory is watched; memory settles after the first two or three. */
const watchedRuns = 5;
/** Inputs up to this many values keep them: sizes and thresholds steer what a graph does, noise does not. */
const keptValues = 64;

const answer = z.object({ firstRun: z.number().nonnegative(), peakMemory: z.number().positive() });

/**
 * First run and memory of a model, in a process that opens nothing else where this process can start one (plain Node), else in
 * this one, which holds what ran before as well.
 * @param used where the model runs
 * @throws StudioError `model-not-runnable` when that process fails
 */
export async function measureSolo(
  path: string,
  request: SessionRequest,
  used: ProviderName,
  feeds: Feeds,
  context: OperationContext,
): Promise<SoloFigures> {
  context.signal.throwIfAborted();
  // Under Electron the program is a studio, not Node.
  return process.versions.electron === undefined
    ? measureApart(path, { ...request, provider: used }, feeds, context)
    : measureHere(path, { ...request, provider: used }, feeds, context);
}

async function measureApart(
  model: string,
  request: SessionRequest,
  feeds: Feeds,
  { signal }: OperationContext,
): Promise<SoloFigures> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
  });
  child.stdin.on('error', () => undefined); // a process that ends early says why on its way out
  child.stdin.end(
    JSON.stringify({
      runtime: import.meta.url,
      model,
      options: sessionOptions(request, request.provider),
      feeds: Object.entries(feeds).map(([name, tensor]) => describeFeed(name, tensor)),
      runs: watchedRuns,
    }),
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject); // also where it is cancelled
    child.once('close', resolve);
  });
  const [output, complaint, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) {
    throw new StudioError('model-not-runnable', `${model} could not be run in a process of its own.`, {
      detail: complaint.slice(-4000),
    });
  }
  return { ...answer.parse(JSON.parse(output)), peakMemoryOf: 'own-process' };
}

function describeFeed(name: string, { type, dims, data }: Tensor) {
  const isSmall = data.length <= keptValues && type !== 'float16';
  return { name, type, dims, values: isSmall ? Array.from(data, Number) : null };
}

async function measureHere(
  path: string,
  request: SessionRequest,
  feeds: Feeds,
  { signal }: OperationContext,
): Promise<SoloFigures> {
  const { session } = await createSession(path, request);
  try {
    let firstRun = 0;
    let peakMemory = process.memoryUsage.rss();
    for (let run = 0; run < watchedRuns; run += 1) {
      signal.throwIfAborted();
      const before = performance.now();
      await session.run(feeds);
      if (run === 0) firstRun = performance.now() - before;
      peakMemory = Math.max(peakMemory, process.memoryUsage.rss());
    }
    return { firstRun, peakMemory, peakMemoryOf: 'engine' };
  } finally {
    await session.release();
  }
}
