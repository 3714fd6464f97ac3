import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { parseInput } from '../parseInput.ts';
import { pruneOptions } from '../recipeSchema.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { silence } from '../testing/silence.ts';
import { setWeights, tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import type { PruneSensitivity } from '../types.ts';
import { predictPrune } from './predictPrune.ts';

const folder = temporaryFolder();
const pictures = [
  await writePicture(join(folder, 'a.png'), 64, 64, 1),
  await writePicture(join(folder, 'b.png'), 80, 64, 2),
];

const requestFor = (model: string, more: object = {}) =>
  parseInput('sensitivity', { for: 'prune', model, data: pictures, ...more });

async function measure(name: string, proto: ModelProto, more: object = {}) {
  const model = join(folder, `${name}.onnx`);
  await writeModel(model, proto);
  const { context, reports } = recordingContext();
  const report = await operations.sensitivity(requestFor(model, more), context);
  if (report.for !== 'prune') throw new Error('another report');
  return { report, reports };
}

const dropsOf = ({ layers }: PruneSensitivity, wanted: string) =>
  layers.find(({ name }) => name === wanted)?.costs.map(({ amount, drop }) => [amount, drop]);

/**
 * Boxes come from the coarsest level alone, and all of them hang on the 32 channels of `down2`, each of which is the constant
 * silu(2): the score is sigmoid(8 * share - 7.4), which is 0.65 with all of them, and 0.20, below the threshold, with 24.
 */
function carriedByOneGroup(): ModelProto {
  const proto = tinyV8();
  const silu = 2 / (1 + Math.exp(-2));
  setWeights(proto, 'down2.weight', new Float32Array(32 * 24 * 9));
  setWeights(proto, 'down2.bias', new Float32Array(32).fill(2));
  for (const level of [0, 1]) setWeights(proto, `class${level}.bias`, [-40, -40, -40]);
  const weights = new Float32Array(3 * 32);
  weights.fill(8 / (32 * silu), 0, 32);
  setWeights(proto, 'class2.weight', weights);
  setWeights(proto, 'class2.bias', [-7.4, -40, -40]);
  return proto;
}

describe('what pruning each group alone costs', () => {
  it('is everything for the channels that carry all boxes, nothing for those that nothing depends on', async () => {
    const { report, reports } = await measure('carried', carriedByOneGroup());
    expect(report.layers.map(({ name, operator, channels }) => [name, operator, channels])).toEqual([
      ['down2', 'Conv', 32],
      ['down0', 'Conv', 16],
      ['down1', 'Conv', 24],
    ]);
    // Tenths of so few channels round to none, and the first two layers have no more than the 8 that always stay.
    expect(dropsOf(report, 'down2')).toEqual([
      [0.3, 1],
      [0.5, 1],
    ]);
    for (const layer of ['down0', 'down1']) {
      expect(dropsOf(report, layer)).toEqual([
        [0.3, 0],
        [0.5, 0],
      ]);
    }
    expect(report).toMatchObject({ for: 'prune', images: 2 });
    const fractions = reports.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('is nothing where the channels that go are silent', async () => {
    const readers = new Set(['down1.weight', 'box0.weight', 'class0.weight']);
    const last = [8, 9, 10, 11, 12, 13, 14, 15];
    const proto = silence(tinyV8(), (name, axis) => {
      if (/^down0\.(weight|bias)$/.test(name)) return axis === 0 ? last : [];
      return readers.has(name) && axis === 1 ? last : [];
    });
    const { report } = await measure('silent', proto);
    expect(dropsOf(report, 'down0')).toEqual([
      [0.3, 0],
      [0.5, 0],
    ]);
    // With something to say, these very channels are missed.
    const loud = await measure('loud', tinyV8(), { amounts: [0.3] });
    expect(dropsOf(loud.report, 'down0')?.every(([, drop]) => (drop ?? 0) > 0)).toBe(true);
  });

  it('tells MACs and parameters as pruning only that group would give them', async () => {
    const proto = tinyV8();
    const { report } = await measure('sizes', proto);
    for (const { name, costs } of report.layers) {
      for (const { amount, macs, parameters } of costs) {
        const options = { method: 'channel', amount: 0, ratios: [{ pattern: name, amount }] };
        const predicted = predictPrune(proto, pruneOptions.parse(options));
        expect({ macs, parameters }).toEqual({ macs: predicted.macs, parameters: predicted.parameters });
      }
      const macs = costs.map((cost) => cost.macs ?? 0);
      expect(macs).toEqual([...macs].sort((a, b) => b - a));
    }
    // By hand: half of 8*16*3*3 on 8 x 8 cells, of 16*24*3*3 on 4 x 4, and of 16*(64 + 3) on 8 x 8.
    const whole = predictPrune(proto, pruneOptions.parse({ method: 'channel', amount: 0 })).macs ?? 0;
    const halved = report.layers.find(({ name }) => name === 'down0')?.costs.at(-1)?.macs ?? 0;
    expect(whole - halved).toBe((73_728 + 55_296 + 68_608) / 2);
  });

  it('is measured for the groups that save most, at the amounts asked for', async () => {
    const { report } = await measure('few', tinyV8(), { worst: 1, amounts: [0.5, 0.25, 0.5] });
    expect(report.layers).toHaveLength(1);
    expect(report.layers[0]?.costs.map(({ amount }) => amount)).toEqual([0.25, 0.5]);
  });

  it('can be cancelled between groups', async () => {
    const model = join(folder, 'cancelled.onnx');
    await writeModel(model, tinyV8());
    const controller = new AbortController();
    const seen = new Set<string>();
    const context = {
      signal: controller.signal,
      report: ({ step }: { readonly step: string }) => {
        seen.add(step);
        if (step.includes(' alone')) controller.abort();
      },
    };
    await expect(operations.sensitivity(requestFor(model), context)).rejects.toMatchObject({ name: 'AbortError' });
    expect([...seen].filter((step) => step.includes(' alone'))).toHaveLength(1);
  });
});
