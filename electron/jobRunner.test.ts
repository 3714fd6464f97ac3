import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineOperations } from '../models/api.ts';
import { addDatasets, addImages } from '../models/project/project.ts';
import { pruneOptions, quantizeOptions } from '../models/recipeSchema.ts';
import type { CompareReport, Progress, SensitivityReport } from '../models/types.ts';
import type { JobRequest } from './contract.ts';
import { createJobRunner, titleOf } from './jobRunner.ts';
import { openPaths } from './openPaths.ts';
import { defaultSettings } from './settings.ts';
import { createFakeEngine, inspectBytes } from './testing/fakeEngine.ts';
import { createMemoryProject } from './testing/memoryProject.ts';

const figures = { parameters: 9, macs: 9, bytes: 3, sparsity: 0 };
const comparison: CompareReport = {
  baseline: '/a.onnx',
  models: [],
  images: [],
  pareto: [],
  device: 'cpu',
  threads: 1,
  imageCount: 2,
};

/** Derives by writing what was asked for into the file, so that the same request gives the same bytes. */
async function derive(out: string, options: unknown): Promise<void> {
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, JSON.stringify(options));
}

const operations: Partial<EngineOperations> = {
  collect: async ({ paths }) => ({ models: paths, images: [], bundles: [], datasets: [], ignored: [] }),
  inspect: ({ model }) => inspectBytes(model),
  async prune({ out, options }, { report }) {
    report({ step: 'prune', fraction: 1, eta: 0 });
    await derive(out, options);
    const compressedBytes = { before: 3, after: 3 };
    return { out, sha256: '', before: figures, after: figures, compressedBytes, groups: [], warnings: ['A loss.'] };
  },
  async quantize({ out, options }) {
    await derive(out, options);
    return { out, sha256: '', bytes: 3, quantizedLayers: 1, floatLayers: [], trials: 1, warnings: [] };
  },
  compare: async () => comparison,
  export: async ({ out }) => ({ out, bytes: 1, sha256: '', files: [], verify: { ok: true, checks: [] }, warnings: [] }),
};

describe('running jobs', () => {
  let dataFolder = '';
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'boxwright jöbs '));
    await writeFile(join(dataFolder, 'yolo.onnx'), 'abc');
  });
  afterEach(() => rm(dataFolder, { recursive: true }));

  async function setUp(given: Partial<EngineOperations> = {}) {
    const { state } = createMemoryProject();
    const { host, calls } = createFakeEngine({ ...operations, ...given });
    const started: JobRequest[] = [];
    const run = createJobRunner({
      dataFolder,
      state,
      settings: () => ({ ...defaultSettings, threads: 3 }),
      engine: host,
      interactive: host,
      start: (request) => started.push(request),
    });
    const original = (await openPaths([join(dataFolder, 'yolo.onnx')], state, host, dataFolder)).variantIds[0] ?? '';
    const progress: Progress[] = [];
    const controller = new AbortController();
    const context = { jobId: 'job', signal: controller.signal, report: (value: Progress) => progress.push(value) };
    const perform = (request: JobRequest) => run(request, context);
    return { state, calls, started, original, progress, controller, perform };
  }
  const prune = (variantId: string, amount: number): JobRequest => ({
    kind: 'prune',
    variantId,
    options: pruneOptions.parse({ amount }),
  });
  const quantize = (variantId: string): JobRequest => ({
    kind: 'quantize',
    variantId,
    options: quantizeOptions.parse({}),
  });

  it('keeps a derived model as a variant with its lineage and recipe', async () => {
    const { state, original, progress, perform } = await setUp();
    const pruned = await perform(prune(original, 0.3));
    if (pruned.kind !== 'prune') throw new Error('another kind');
    await perform(quantize(pruned.variantId));
    const [first, second, third] = state.view().variants;
    expect(first).toMatchObject({ id: original, parentId: null });
    expect(second).toMatchObject({
      id: pruned.variantId,
      parentId: original,
      name: 'yolo-pruned30',
      warnings: ['A loss.'],
      present: true,
      recipe: [{ operation: 'prune', options: { amount: 0.3, scope: 'global' } }],
    });
    expect(second?.modelPath).toBe(join(dataFolder, 'variants', pruned.variantId, 'yolo-pruned30.onnx'));
    expect(third).toMatchObject({
      parentId: pruned.variantId,
      name: 'yolo-pruned30-int8',
      recipe: [{ operation: 'prune' }, { operation: 'quantize', options: { precision: 'int8' } }],
    });
    expect(progress).toEqual([{ step: 'prune', fraction: 0.95, eta: 0 }]);
    expect(await readFile(join(dataFolder, 'yolo.onnx'), 'utf8')).toBe('abc');
  });

  it('gives the same variant for the same bytes and leaves nothing behind', async () => {
    const { state, original, perform } = await setUp();
    const first = await perform(prune(original, 0.3));
    const second = await perform(prune(original, 0.3));
    expect(second).toMatchObject({ variantId: first.kind === 'prune' ? first.variantId : '' });
    expect(state.view().variants).toHaveLength(2);
    expect(await readdir(join(dataFolder, 'variants'))).toHaveLength(1);
  });

  it('calibrates and checks on the tray, and queues a comparison with the parent at once', async () => {
    const { state, calls, started, original, perform } = await setUp();
    const images = Array.from({ length: 120 }, (_, index) => `/${index}.jpg`);
    state.update((document) => addImages(document, images).document);
    const pruned = await perform(prune(original, 0.3));
    const quantized = await perform(quantize(original));
    expect(calls.find(({ operation }) => operation === 'quantize')?.input).toMatchObject({ data: images });
    const check = calls.find(({ operation }) => operation === 'prune')?.input;
    expect(check).toMatchObject({ check: expect.objectContaining({ length: 50 }) });
    const ids = [pruned, quantized].map((result) => ('variantId' in result ? result.variantId : ''));
    expect(started).toMatchObject([
      { kind: 'compare', baselineId: original, variantIds: [ids[0]] },
      { kind: 'compare', baselineId: original, variantIds: ids },
    ]);
  });

  it('measures sensitivity to pruning on few pictures, since each is run many times', async () => {
    const report: SensitivityReport = { model: 'yolo.onnx', for: 'prune', images: 8, layers: [] };
    const { state, calls, original, perform } = await setUp({ sensitivity: async () => report });
    state.update(
      (document) =>
        addImages(
          document,
          Array.from({ length: 120 }, (_, index) => `/${index}.jpg`),
        ).document,
    );
    const result = await perform({ kind: 'sensitivity', variantId: original, for: 'prune' });
    expect(result).toMatchObject({ kind: 'sensitivity', variantId: original, report });
    expect(calls.find(({ operation }) => operation === 'sensitivity')?.input).toMatchObject({
      for: 'prune',
      data: expect.objectContaining({ length: 8 }),
    });
  });

  it('measures sensitivity on some pictures of the tray, and makes nothing', async () => {
    const report: SensitivityReport = { model: 'yolo.onnx', for: 'quantize', images: 24, layers: [] };
    const { state, calls, original, perform } = await setUp({ sensitivity: async () => report });
    const images = Array.from({ length: 120 }, (_, index) => `/${index}.jpg`);
    state.update((document) => addImages(document, images).document);
    const options = quantizeOptions.parse({ calibrator: 'mse' });
    const result = await perform({ kind: 'sensitivity', variantId: original, for: 'quantize', options });
    expect(result).toMatchObject({ kind: 'sensitivity', variantId: original, options, report });
    expect(calls.find(({ operation }) => operation === 'sensitivity')?.input).toMatchObject({
      for: 'quantize',
      model: join(dataFolder, 'yolo.onnx'),
      options: { calibrator: 'mse' },
      data: 'images' in result ? result.images : [],
    });
    expect(result).toMatchObject({ images: expect.objectContaining({ length: 24 }) });
    expect(state.view().variants).toHaveLength(1);
  });

  it('compares on the tray with the settings, and keeps the report', async () => {
    const { state, calls, original, perform } = await setUp();
    state.update((document) => addImages(document, ['/1.jpg', '/2.jpg', '/3.jpg', '/4.jpg']).document);
    const pruned = await perform(prune(original, 0.3));
    const variantId = pruned.kind === 'prune' ? pruned.variantId : '';
    await perform({ kind: 'compare', baselineId: original, variantIds: [variantId], imageLimit: 2, runs: 5 });
    expect(calls.at(-1)).toMatchObject({
      operation: 'compare',
      input: {
        baseline: join(dataFolder, 'yolo.onnx'),
        variants: [expect.stringContaining('yolo-pruned30.onnx')],
        images: ['/1.jpg', '/3.jpg'],
        confidence: 0.25,
        iou: 0.7,
        provider: 'cpu',
        threads: 3,
        runs: 5,
        report: join(dataFolder, 'comparisons', original, 'report.html'),
      },
    });
    expect(state.view().comparisons).toEqual({ [original]: comparison });
  });

  it('measures against the labels of the dataset that was opened last, where all pictures are compared', async () => {
    const { state, calls, original, perform } = await setUp();
    state.update((document) => addImages(document, ['/1.jpg']).document);
    state.update((document) => addDatasets(document, ['/first/data.yaml']));
    state.update((document) => addDatasets(document, ['/last/data.yaml']));
    const pruned = await perform(prune(original, 0.3));
    const variantId = pruned.kind === 'prune' ? pruned.variantId : '';
    await perform({ kind: 'compare', baselineId: original, variantIds: [variantId] });
    expect(calls.at(-1)?.input).toMatchObject({ dataset: '/last/data.yaml' });
    await perform({ kind: 'compare', baselineId: original, variantIds: [variantId], imageLimit: 2 });
    expect(calls.at(-1)?.input).not.toHaveProperty('dataset');
  });

  it('exports with where the model came from', async () => {
    const { calls, original, perform } = await setUp();
    const pruned = await perform(prune(original, 0.3));
    const variantId = pruned.kind === 'prune' ? pruned.variantId : '';
    const result = await perform({ kind: 'export', variantId, target: 'node', license: 'MIT' });
    expect(result).toMatchObject({ report: { out: join(dataFolder, 'bundles', 'job', 'yolo-pruned30-node.zip') } });
    expect(calls.at(-1)?.input).toMatchObject({
      license: 'MIT',
      provenance: { name: 'yolo-pruned30', parent: { name: 'yolo' }, recipe: [{ operation: 'prune' }] },
    });
  });

  it('leaves nothing behind when a derivation fails or is cancelled after it has written', async () => {
    const { state, original, perform } = await setUp({
      async quantize({ out }) {
        await derive(out, 'half');
        throw new Error('the disk is full');
      },
    });
    await expect(perform(quantize(original))).rejects.toThrow('the disk is full');
    expect(await readdir(join(dataFolder, 'variants'))).toEqual([]);
    const cancelled = await setUp();
    cancelled.controller.abort();
    await expect(cancelled.perform(prune(cancelled.original, 0.3))).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(join(dataFolder, 'variants'))).toEqual([]);
    expect(state.view().variants).toHaveLength(1);
  });

  it('says so when the model has gone or changed', async () => {
    const { original, perform, state } = await setUp();
    await writeFile(join(dataFolder, 'yolo.onnx'), 'abcd');
    await expect(perform(prune(original, 0.3))).rejects.toMatchObject({ code: 'file-not-found' });
    expect(state.view().variants).toMatchObject([{ present: false }]);
    await expect(perform(prune('nobody', 0.3))).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('has a title for each job', async () => {
    const { state, original } = await setUp();
    expect(titleOf(prune(original, 0.3), state)).toBe('Prune yolo');
    expect(titleOf({ kind: 'compare', baselineId: original, variantIds: [original] }, state)).toBe(
      'Compare yolo with yolo',
    );
    expect(() => titleOf(prune('nobody', 0.3), state)).toThrow('There is no variant nobody');
  });
});
