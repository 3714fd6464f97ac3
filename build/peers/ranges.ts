import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readWholeModel } from '../../models/graph/read.ts';
import { writeModel } from '../../models/graph/write.ts';
import { prepareStatic } from '../../models/quantize/quantize.ts';
import { measureRanges, type StaticSource } from '../../models/quantize/static.ts';
import { quantizeOptions } from '../../models/recipeSchema.ts';

// Arguments: MODEL CALIBRATOR FOLDER PICTURE-OR-FOLDER... Leaves in FOLDER the prepared float model, each picture's input tensor, and
// `facts.json` with the ranges, the time and the peak memory they took.

const percentile = 99.999;

async function listPictures(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const names = (await stat(path)).isDirectory() ? (await readdir(path)).map((name) => join(path, name)) : [path];
    found.push(...names.filter((name) => /\.(jpe?g|png)$/i.test(name)).sort());
  }
  return found;
}

/** Writes the tensors that the network is fed, so that the peer gets the very same. */
async function writeInputs({ inputs }: StaticSource, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const [index, input] of inputs.entries()) {
    const { data } = await input.load();
    if (!(data instanceof Float32Array)) throw new Error('Only models that take float32 pictures can be compared.');
    const file = join(folder, `input-${index}.f32`);
    await writeFile(file, data);
    files.push(file);
  }
  return files;
}

const [model = '', calibrator = '', folder = '', ...paths] = process.argv.slice(2);
const options = quantizeOptions.parse({ calibrator: z.enum(['minmax', 'percentile']).parse(calibrator), percentile });
const pictures = await listPictures(paths);
const source = await prepareStatic(await readWholeModel(model), options, pictures, undefined);
const prepared = join(folder, 'prepared.onnx');
await writeModel(prepared, source.proto);
const inputs = await writeInputs(source, folder);
const started = performance.now();
const cpu = process.cpuUsage();
const ranges = await measureRanges(source, { signal: new AbortController().signal, report: () => undefined });
const { user, system } = process.cpuUsage(cpu);
const { input } = source.spec;
const facts = {
  model: prepared,
  input: input.name,
  shape: [1, 3, ...input.size],
  method: calibrator,
  percentile,
  inputs,
  ranges: Object.fromEntries([...ranges].map(([tensor, { min, max }]) => [tensor, [min, max]])),
  seconds: (performance.now() - started) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
await writeFile(join(folder, 'facts.json'), JSON.stringify(facts));
