import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedOutputsModel } from '../testing/fixedOutputs.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { benchmark } from './benchmark.ts';

const folder = temporaryFolder();
const detector = join(folder, 'detector.onnx');
const other = join(folder, 'no detector.onnx');
await writeModel(detector, tinyV8());
await writeModel(other, siluNet());

describe('benchmark', () => {
  it('times models of any kind, one figure each', async () => {
    const input = parseInput('benchmark', { models: [detector, other], runs: 12, warmup: 1, threads: 1 });
    const report = await benchmark(input, recordingContext().context);
    expect(report).toMatchObject({ threads: 1, batch: 1 });
    expect(report.models.map((model) => model.path)).toEqual([detector, other]);
    for (const { latency, load, firstRun, peakMemory } of report.models) {
      expect(latency.runs).toBe(12);
      expect(latency.min).toBeLessThanOrEqual(latency.p50);
      expect(latency.p50).toBeLessThanOrEqual(latency.p95);
      expect(Math.min(load, firstRun, peakMemory)).toBeGreaterThan(0);
    }
  });

  it('counts the pictures of a batch that the file fixes', async () => {
    const fixed = join(folder, 'batch of three.onnx');
    const three = { name: 'output0', dims: [3, 6, 84], values: new Float32Array(3 * 6 * 84) };
    await writeModel(fixed, fixedOutputsModel(64, [three], { batch: 3 }));
    const input = parseInput('benchmark', { models: [fixed], runs: 3, warmup: 0, threads: 1 });
    const [model] = (await benchmark(input, recordingContext().context)).models;
    expect(model?.latency.throughput).toBeCloseTo(3000 / (model?.latency.mean ?? 0), 6);
  });

  it('refuses a batch that the model does not take', async () => {
    const input = parseInput('benchmark', { models: [detector], runs: 1, batch: 4 });
    await expect(benchmark(input, recordingContext().context)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
