// Opens damaged models, in a process of its own that the runtime may take down. Bundled by bundle.mjs, started by pool.mjs:
// `worker.js SEED FOLDER`; each message is the number of a case, each answer a report on it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import type { OperationContext } from '../../models/api.ts';
import { reportError } from '../../models/errors.ts';
import { operations } from '../../models/operations.ts';
import { parseInput } from '../../models/parseInput.ts';
import { caseMaker } from './makeCase.ts';
import { unsoundDetections, unsoundInspection } from './sound.ts';

const [seed = '1', folder = '.'] = process.argv.slice(2);
const context: OperationContext = { signal: new AbortController().signal, report: () => undefined };
const makeCase = caseMaker(Number(seed));
const model = join(folder, 'model.onnx');
const picture = join(folder, 'picture.png');

/** `sound`, the code of the error, or what is wrong in words that begin with "defect". */
async function outcomeOf(operation: () => Promise<string | undefined>): Promise<string> {
  try {
    const unsound = await operation();
    return unsound === undefined ? 'sound' : `defect: ${unsound}`;
  } catch (error) {
    const { code, message, detail } = reportError(error);
    if (code === 'internal' || code === 'cancelled') return `defect: ${code}: ${message}\n${detail ?? ''}`;
    if (!message.includes(model)) return `defect: ${code} without the file's name: ${message}`;
    return code;
  }
}

async function runCase(index: number) {
  const { title, bytes } = makeCase(index);
  writeFileSync(model, bytes);
  const started = performance.now();
  const before = process.cpuUsage();
  const inspect = await outcomeOf(async () =>
    unsoundInspection(await operations.inspect(parseInput('inspect', { model }), context)),
  );
  const request = { model, images: [picture], threads: 1, grid: true };
  const detect = await outcomeOf(async () =>
    unsoundDetections(await operations.detect(parseInput('detect', request), context)),
  );
  const { user, system } = process.cpuUsage(before);
  const ms = Math.min(performance.now() - started, (user + system) / 1000);
  return { index, title, inspect, detect, ms, megabytes: process.resourceUsage().maxRSS / 1024 };
}

const canvas = createCanvas(64, 48);
const pen = canvas.getContext('2d');
pen.fillStyle = 'orange';
pen.fillRect(10, 8, 30, 25);
writeFileSync(picture, canvas.toBuffer('image/png'));
writeFileSync(join(folder, 'weights.bin'), new Uint8Array(8192));

process.on('message', (message) => {
  // What is thrown here is a fault of the fuzzer itself and ends the process.
  void runCase(Number(message)).then((report) => process.send?.(report));
});
process.send?.('ready');
