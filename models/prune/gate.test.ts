import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readWholeModel } from '../graph/read.ts';
import { recordedRecipe } from '../graph/recipeRecord.ts';
import { writeModel } from '../graph/write.ts';
import { pruneOptions } from '../recipeSchema.ts';
import { agreementOf } from '../testing/agreementOf.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import type { Agreement } from '../types.ts';
import { type PruneGuard, prune } from './prune.ts';

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
const images: string[] = [];
beforeAll(async () => {
  await writeModel(model, tinyV8());
  for (const seed of [1, 2, 3]) images.push(await writePicture(join(folder, `${seed}.png`), 64, 64, seed));
});

const nearlyAllLost = agreementOf(1, 9, 3);
const nothingLost = agreementOf(10, 0, 3);
/** Looks at nothing and says what it is told to. */
const guardSaying = (agreement: Agreement): PruneGuard => ({ images, judge: async () => agreement });
const request = (out: string, options: Parameters<typeof pruneOptions.parse>[0]) => ({
  model,
  out: join(folder, out),
  options: pruneOptions.parse({ method: 'channel', amount: 0.4, ...Object(options) }),
  check: [],
});

describe('prune with pictures', () => {
  it('refuses a variant that has lost its boxes, names the layers, and leaves the file that was there', async () => {
    const { context } = recordingContext();
    await writeFile(join(folder, 'good.onnx'), 'as it was');
    await expect(prune(request('good.onnx', {}), context, guardSaying(nearlyAllLost))).rejects.toMatchObject({
      code: 'gate-not-met',
      message: expect.stringMatching(
        /good\.onnx was not written\. The boxes .+ 9 of 10 lost and 9 extra\. These layers lost most: .+ %\)/,
      ),
      hint: expect.stringContaining('--no-gate'),
    });
    expect(await readFile(join(folder, 'good.onnx'), 'utf8')).toBe('as it was');
  });

  it('writes it where the gate is off, with the agreement', async () => {
    const { context } = recordingContext();
    const report = await prune(request('lost.onnx', { gate: false }), context, guardSaying(nearlyAllLost));
    expect(report.agreement).toEqual(nearlyAllLost);
    expect(report.recover).toBe('least-squares');
  });

  it('makes up for channels, gives the same bytes again, and records all that it takes to replay', async () => {
    const { context, reports } = recordingContext();
    const first = await prune(request('first.onnx', {}), context, guardSaying(nothingLost));
    const plain = await prune(request('plain.onnx', { recover: 'none' }), context, guardSaying(nothingLost));
    const fractions = reports.map(({ fraction }) => fraction);
    expect(Math.max(...fractions)).toBe(1);
    expect(plain.sha256).not.toBe(first.sha256);
    expect(plain.after.parameters).toBe(first.after.parameters);
    const [step] = recordedRecipe((await readWholeModel(first.out)).proto)?.steps ?? [];
    if (step?.operation !== 'prune') throw new Error('no step');
    expect(step.options).toMatchObject({ recover: 'least-squares', roundTo: 8 });
    expect(step.pictures?.map(({ name }) => name)).toEqual(['1.png', '2.png', '3.png']);
    const replay = await prune(request('replay.onnx', step.options), context, guardSaying(nothingLost));
    expect(replay.sha256).toBe(first.sha256);
  });

  it('asks for pictures where channels are to be made up for', async () => {
    const { context } = recordingContext();
    await expect(prune(request('none.onnx', { recover: 'bias' }), context)).rejects.toMatchObject({
      code: 'no-images',
    });
  });
});
