// Times the engine: opening a model, and the whole way from file to boxes against the network alone. Bundled and started by
// build/bench.mjs; prints to standard output.

import { cpus, loadavg } from 'node:os';
import { basename } from 'node:path';
import type { OperationContext } from '../../models/api.ts';
import { countRuntimeThreads } from '../../models/detect/cpu.ts';
import { openDetector } from '../../models/detect/detector.ts';
import { decodeImage } from '../../models/detect/image.ts';
import { look } from '../../models/detect/look.ts';
import { prepareInput } from '../../models/detect/preprocess.ts';
import { openForStream, streamPictures } from '../../models/detect/streamPictures.ts';
import { makeExtraInputs, makeInputTensor } from '../../models/detect/tensorValues.ts';
import { median } from '../../models/evaluate/quantile.ts';
import { formatBytes, formatMilliseconds } from '../../models/format.ts';
import { readModel } from '../../models/graph/read.ts';
import { parseInput } from '../../models/parseInput.ts';
import type { StepTimes } from '../../models/types.ts';
import { timeEvaluation } from './evaluation.ts';

const rounds = 4;
/** Pictures of one round: the photos over and over. */
const picturesPerRound = 50;
const opens = 5;
const context: OperationContext = { signal: new AbortController().signal, report: () => undefined };

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function say(title: string, value: string): void {
  console.log(`${title.padEnd(34)} ${value}`);
}

/** Milliseconds of each bare run of the network on one prepared picture. */
async function timeBareRuns(run: () => Promise<unknown>, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  return times;
}

const [model = '', ...photos] = process.argv.slice(2);
const images = Array.from({ length: picturesPerRound }, (_, index) => photos[index % photos.length] ?? '');
const { bytes } = await readModel(model);
say(
  'model',
  `${basename(model)}, ${formatBytes(bytes)}; ${photos.length} pictures, ${rounds} rounds of ${images.length}`,
);
say('machine', `${cpus()[0]?.model.trim()}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`);

const opening: number[] = [];
for (let count = 0; count < opens; count += 1) {
  const started = performance.now();
  const detector = await openDetector(model);
  opening.push(performance.now() - started);
  await detector.close();
}
say(
  'model open',
  `${formatMilliseconds(median(opening))} (first ${formatMilliseconds(opening[0] ?? 0)}; goal < 300 ms for 12 MB)`,
);

/** How pictures are looked at, and how they are measured: every class of every prediction that is not nothing. */
const looking = { confidence: 0.25, iou: 0.7, maxDetections: 300, multiLabel: false };
const measuring = { ...looking, confidence: 0.001, multiLabel: true };

interface PipelineTimes {
  /** Milliseconds of a bare run and of the whole way of a picture, one for each round. */
  readonly bare: number[];
  readonly whole: number[];
  readonly steps: StepTimes[];
}

/** Times a network alone and the way from file to boxes, round by round in turn, so that drift of the machine hits both alike. */
async function timePipeline(threads: number, settings: typeof looking): Promise<PipelineTimes> {
  const bareDetector = await openDetector(model, { threads });
  const { spec, session } = bareDetector;
  const { data } = prepareInput(await decodeImage(images[0] ?? ''), spec);
  const feeds = { ...makeExtraInputs(spec), [spec.input.name]: makeInputTensor(data, spec) };
  const bareRun = () => session.run(feeds);
  await timeBareRuns(bareRun, 10);
  const detector = await openForStream(model, { threads }, images.length);
  const times: PipelineTimes = { bare: [], whole: [], steps: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push(mean(await timeBareRuns(bareRun, images.length)));
    const started = performance.now();
    const stream = streamPictures(images, detector, (image, whenRan) => detector.detect(image, settings, whenRan));
    for await (const picture of stream) {
      if ('error' in picture) throw picture.error;
      times.steps.push({ decode: picture.decode, ...picture.found.ms });
    }
    times.whole.push((performance.now() - started) / images.length);
  }
  await detector.close();
  await bareDetector.close();
  return times;
}

/** The median over the rounds of what a picture takes, as a multiple of a bare run of the same round. */
function ratioOf({ bare, whole }: PipelineTimes): string {
  return median(whole.map((time, round) => time / (bare[round] ?? Number.NaN))).toFixed(3);
}

// What the window waits for beside the network when it goes to another picture: each is decoded afresh.
const switching: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  for (const image of photos) {
    const started = performance.now();
    const { ms } = await look(parseInput('look', { model, image }), context);
    switching.push(performance.now() - started - ms.inference);
  }
}

const cores = await countRuntimeThreads();
const looked = await timePipeline(cores, looking);
const measured = await timePipeline(cores, measuring);
for (const step of ['decode', 'preprocess', 'inference', 'postprocess'] as const) {
  say(`  ${step}`, formatMilliseconds(median(looked.steps.map((times) => times[step]))));
}
say('pipeline per picture', formatMilliseconds(median(looked.whole)));
say('look, beyond the network', formatMilliseconds(median(switching)));
say('bare session.run', formatMilliseconds(median(looked.bare)));
const usual = median(
  looked.steps.map(({ decode, preprocess, inference, postprocess }) => decode + preprocess + inference + postprocess),
);
say(
  'pipeline / bare',
  `${ratioOf(looked)} by the clock (goal <= 1.10), ${(usual / median(looked.bare)).toFixed(3)} for the median picture`,
);
say('  as evaluate reads them', `${ratioOf(measured)} by the clock`);
if (cores > 1) {
  const free = await timePipeline(cores - 1, measuring);
  say('  the same, a core left free', `${ratioOf(free)} by the clock`);
}
say('evaluate 500,000 detections', formatMilliseconds(await timeEvaluation()));
