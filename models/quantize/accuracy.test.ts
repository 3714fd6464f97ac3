import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OperationRequest, operationInputs } from '../api.ts';
import type { Judge } from '../gate.ts';
import { writeModel } from '../graph/write.ts';
import { quantizeOptions } from '../recipeSchema.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import type { Agreement } from '../types.ts';
import { quantize } from './quantize.ts';
import { measureQuantizeSensitivity } from './sensitivity.ts';

const folder = temporaryFolder();
const model = join(folder, 'tiny.onnx');
const ready = Promise.all([
  writeModel(model, tinyV8()),
  writePicture(join(folder, '1.png'), 80, 60, 1),
  writePicture(join(folder, '2.png'), 80, 60, 2),
]);

const agreementOf = (matched: number, lost: number): Agreement => ({
  f1: (2 * matched) / (2 * matched + lost),
  precision: 1,
  recall: matched / (matched + lost),
  matched,
  lost,
  extra: 0,
  changedClass: 0,
  meanIou: 1,
  scoreShift: 0,
  scoreError: 0,
  images: 2,
});

async function run(
  out: string,
  options: NonNullable<OperationRequest<'quantize'>['options']>,
  judge: Judge,
  context = recordingContext().context,
) {
  const [, ...images] = await ready;
  return quantize(operationInputs.quantize.parse({ model, out, options }), images, context, judge);
}

/** A judge that gives these verdicts in turn, the last one over and over. */
function verdicts(...given: readonly Agreement[]): Judge {
  let at = 0;
  return async () => {
    const verdict = given[Math.min(at, given.length - 1)];
    at += 1;
    if (verdict === undefined) throw new Error('No verdict.');
    return verdict;
  };
}

const good = agreementOf(10, 0);
const poor = agreementOf(9, 1);
const lost = agreementOf(2, 8);

describe('the gate', () => {
  it('refuses a variant that has lost the boxes, names layers, and leaves the file that was there', async () => {
    const out = join(folder, 'refused.onnx');
    await run(out, {}, verdicts(good));
    const before = await readFile(out);
    await expect(run(out, {}, verdicts(lost))).rejects.toMatchObject({
      code: 'gate-not-met',
      message: expect.stringMatching(/8 of 10 lost.*hurts most: \w+/),
    });
    expect(await readFile(out)).toEqual(before);
    expect((await run(out, { gate: false }, verdicts(lost))).agreement).toEqual(lost);
  });

  it('does not mind where the original finds nothing', async () => {
    const nothing = { ...agreementOf(0, 0), f1: 0, extra: 3 };
    await expect(run(join(folder, 'empty.onnx'), {}, verdicts(nothing))).resolves.toMatchObject({ drop: 1 });
  });
});

describe('maxDrop', () => {
  it('returns layers to float until the drop is small enough, and says why', async () => {
    const out = join(folder, 'within.onnx');
    const report = await run(out, { maxDrop: 0.01 }, verdicts(poor, poor, good));
    expect(report).toMatchObject({ trials: 3, drop: 0 });
    const returned = report.floatLayers.filter(({ why }) => why.startsWith('returned to float'));
    expect(returned.length).toBeGreaterThan(0);
    expect(report.quantizedLayers).toBeGreaterThan(0);
    expect(await readdir(folder)).not.toContain('within.onnx.search.json');
  });

  it('gives the best found where nothing is good enough', async () => {
    const report = await run(join(folder, 'best.onnx'), { maxDrop: 0.01, trials: 3 }, verdicts(poor));
    expect(report.trials).toBe(3);
    expect(report.drop).toBeCloseTo(1 / 19);
    expect(report.floatLayers.filter(({ why }) => why.startsWith('returned'))).toEqual([]);
  });

  it('goes on where a cancelled search stopped, having left its state alone behind', async () => {
    const out = join(folder, 'resumed.onnx');
    const { context, controller } = recordingContext();
    const judge = verdicts(poor, poor);
    let runs = 0;
    const stopping: Judge = async (bytes, inner) => {
      runs += 1;
      if (runs === 2) controller.abort();
      return judge(bytes, inner);
    };
    await expect(run(out, { maxDrop: 0.01 }, stopping, context)).rejects.toMatchObject({ name: 'AbortError' });
    const left = (await readdir(folder)).filter((name) => name.startsWith('resumed'));
    expect(left).toEqual(['resumed.onnx.search.json']);
    const { context: second, reports } = recordingContext();
    expect((await run(out, { maxDrop: 0.01 }, verdicts(good), second)).trials).toBe(3);
    expect(reports.some(({ step }) => step.startsWith('Calibrating'))).toBe(false);
    expect((await readdir(folder)).filter((name) => name.startsWith('resumed'))).toEqual(['resumed.onnx']);
  });
});

describe('sensitivity', () => {
  it('lists every layer once, worst first, and the drop of the worst', async () => {
    const [, ...images] = await ready;
    const input = { for: 'quantize' as const, model, data: [], options: quantizeOptions.parse({}), worst: 2 };
    const { layers } = await measureQuantizeSensitivity(input, images, recordingContext().context, verdicts(poor));
    expect(layers.length).toBe(11);
    expect(new Set(layers.map(({ name }) => name)).size).toBe(11);
    const decibels = layers.map(({ sqnr }) => sqnr);
    expect(decibels).toEqual([...decibels].sort((a, b) => a - b));
    expect(layers.map(({ drop }) => drop !== undefined)).toEqual([true, true, ...Array(9).fill(false)]);
  });

  it('follows the bits: 16-bit activations leave the noise of the weights, 8-bit weights less than 7-bit ones', async () => {
    const [, ...images] = await ready;
    const worst = async (options: NonNullable<OperationRequest<'quantize'>['options']>) => {
      const input = { for: 'quantize' as const, model, data: [], options: quantizeOptions.parse(options), worst: 0 };
      const { layers } = await measureQuantizeSensitivity(input, images, recordingContext().context, verdicts(good));
      return layers.reduce((sum, { sqnr }) => sum + sqnr, 0) / layers.length;
    };
    const [seven, eight] = [await worst({ reduceRange: true }), await worst({ reduceRange: false })];
    const wide = await worst({ precision: '16x8' });
    expect(eight).toBeGreaterThan(seven);
    expect(wide).toBeGreaterThan(eight);
    // One bit of everything is 6.02 dB; activations keep their eight.
    expect(eight - seven).toBeLessThan(6.1);
  });
});
