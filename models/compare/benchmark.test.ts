import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it, vi } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedOutputsModel } from '../testing/fixedOutputs.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
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

  it('times the steps of detectors where pictures are given', async () => {
    const images = [
      await writePicture(join(folder, 'a.png')),
      await writePicture(join(folder, 'ä b.jpg'), 200, 100, 2),
    ];
    const input = parseInput('benchmark', { models: [detector, other], images, runs: 1, warmup: 0, threads: 1 });
    const { models } = await benchmark(input, recordingContext().context);
    expect(Object.keys(models[0]?.steps ?? {}).sort()).toEqual(['decode', 'inference', 'postprocess', 'preprocess']);
    for (const milliseconds of Object.values(models[0]?.steps ?? {})) expect(milliseconds).toBeGreaterThan(0);
    expect(models[1]?.steps).toBeUndefined();
  });

  it('says which pictures it could not time steps on', async () => {
    const broken = join(folder, 'broken.jpg');
    await writeFile(broken, 'no picture');
    const images = [broken, await writePicture(join(folder, 'c.png'))];
    const input = parseInput('benchmark', { models: [other, detector], images, runs: 1, warmup: 0, threads: 1 });
    expect((await benchmark(input, recordingContext().context)).unreadable).toMatchObject([{ path: broken }]);
  });

  it('takes memory of a process that opens nothing else', async () => {
    const held = Buffer.alloc(300e6, 1);
    const input = parseInput('benchmark', { models: [other], runs: 1, warmup: 0, threads: 1 });
    const [model] = (await benchmark(input, recordingContext().context)).models;
    expect(model?.peakMemoryOf).toBe('own-process');
    // Node and the runtime take some tens of MB; this process holds more than 300.
    expect(model?.peakMemory).toBeGreaterThan(20e6);
    expect(model?.peakMemory).toBeLessThan(held.length);
  });

  it('refuses a provider that is not there, and marks the figures where a fallback is allowed', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
    const request = { models: [detector], provider: foreign, runs: 1, warmup: 0, threads: 1 } as const;
    const refused = benchmark(parseInput('benchmark', request), recordingContext().context);
    await expect(refused).rejects.toMatchObject({ code: 'provider-unavailable' });
    const allowed = parseInput('benchmark', { ...request, allowFallback: true });
    const report = await benchmark(allowed, recordingContext().context);
    expect(report.models[0]?.provider).toMatchObject({ requested: foreign, used: 'cpu' });
    expect(report.models[0]?.provider.invalidBecause).toContain(`The provider ${foreign} is not available`);
    expect(report.device).toContain(`cpu, not ${foreign} (invalid)`);
  });

  it('refuses a batch that the model does not take, and closes it', async () => {
    const input = parseInput('benchmark', { models: [detector], runs: 1, batch: 4 });
    const create = vi.spyOn(InferenceSession, 'create');
    await expect(benchmark(input, recordingContext().context)).rejects.toMatchObject({ code: 'bad-input' });
    const session = await create.mock.results[0]?.value;
    create.mockRestore();
    await expect(session?.release()).rejects.toThrow(/disposed/);
  });
});
