// Times the engine: opening a model, and the whole way from file to boxes against the network alone. Bundled and started by
// build/bench.mjs; prints to standard output.

import { cpus, loadavg } from 'node:os';
import { basename } from 'node:path';
import type { OperationContext } from '../../models/api.ts';
import { detectImages } from '../../models/detect/detectImages.ts';
import { openDetector } from '../../models/detect/detector.ts';
import { decodeImage } from '../../models/detect/image.ts';
import { look } from '../../models/detect/look.ts';
import { prepareInput } from '../../models/detect/preprocess.ts';
import { makeExtraInputs, makeInputTensor } from '../../models/detect/tensorValues.ts';
import { quantile } from '../../models/evaluate/quantile.ts';
import { formatBytes, formatMilliseconds } from '../../models/format.ts';
import { readModel } from '../../models/graph/read.ts';
import { parseInput } from '../../models/parseInput.ts';
import { timeEvaluation } from './evaluation.ts';

const rounds = 4;
/** Pictures of one round: the photos over and over. */
const picturesPerRound = 50;
const opens = 5;
const context: OperationContext = { signal: new AbortController().signal, report: () => undefined };

function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
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

const detector = await openDetector(model);
const first = await decodeImage(images[0] ?? '');
const input = prepareInput(first, detector.spec).data;
const feeds = { ...makeExtraInputs(detector.spec), [detector.spec.input.name]: makeInputTensor(input, detector.spec) };
const bareRun = () => detector.session.run(feeds);
await timeBareRuns(bareRun, 10);

// Block by block in turn, so that drift of the machine hits both alike.
const bare: number[] = [];
const steps = {
  decode: [] as number[],
  preprocess: [] as number[],
  inference: [] as number[],
  postprocess: [] as number[],
};
const whole: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  bare.push(...(await timeBareRuns(bareRun, images.length)));
  const report = await detectImages(parseInput('detect', { model, images }), context);
  for (const image of report.images) {
    if ('error' in image) throw new Error(image.error.message);
    const { decode, preprocess, inference, postprocess } = image.ms;
    steps.decode.push(decode);
    steps.preprocess.push(preprocess);
    steps.inference.push(inference);
    steps.postprocess.push(postprocess);
    whole.push(decode + preprocess + inference + postprocess);
  }
}
await detector.close();

// What the window waits for beside the network when it goes to another picture: each is decoded afresh.
const switching: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  for (const image of photos) {
    const started = performance.now();
    const { ms } = await look(parseInput('look', { model, image }), context);
    switching.push(performance.now() - started - ms.inference);
  }
}

for (const [step, times] of Object.entries(steps)) say(`  ${step}`, formatMilliseconds(median(times)));
say('pipeline per picture', formatMilliseconds(median(whole)));
say('look, beyond the network', formatMilliseconds(median(switching)));
say('bare session.run', formatMilliseconds(median(bare)));
say('pipeline / bare', `${(median(whole) / median(bare)).toFixed(3)} (goal <= 1.10)`);
say('evaluate 500,000 detections', formatMilliseconds(await timeEvaluation()));
