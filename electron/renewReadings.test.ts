import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { correctionPathOf } from '../models/correctionPath.ts';
import { type ErrorReport, StudioError } from '../models/errors.ts';
import { openPaths } from './openPaths.ts';
import { renewReadings } from './renewReadings.ts';
import { createFakeEngine, inspectBytes } from './testing/fakeEngine.ts';
import { createMemoryProject } from './testing/memoryProject.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright readings '));
});
afterEach(() => rm(folder, { recursive: true }));

/** A project with one model, and the engine that opened it. */
async function openOne() {
  const path = join(folder, 'a.onnx');
  await writeFile(path, 'abc');
  const { state } = createMemoryProject();
  const { host, calls } = createFakeEngine({
    collect: async ({ paths }) => ({ models: paths, images: [], bundles: [], datasets: [], ignored: [] }),
    inspect: async ({ model }) => {
      if (broken.has(model)) throw new StudioError('spec-invalid', `${model} is corrected wrong.`);
      return inspectBytes(model);
    },
  });
  const broken = new Set<string>();
  await openPaths([path], state, host, folder);
  calls.length = 0;
  const problems: ErrorReport[] = [];
  return { path, state, calls, broken, problems, renew: () => renewReadings(state, host, (e) => problems.push(e)) };
}

describe('readings that are out of date', () => {
  it('are made anew when the correction beside a model comes, changes or goes', async () => {
    const { path, calls, renew } = await openOne();
    await renew();
    expect(calls).toEqual([]);
    await writeFile(correctionPathOf(path), '{}');
    await renew();
    await renew();
    expect(calls).toEqual([{ operation: 'inspect', input: { model: path } }]);
    await writeFile(correctionPathOf(path), '{ "strides": [8] }');
    await renew();
    await rm(correctionPathOf(path));
    await renew();
    await renew();
    expect(calls).toHaveLength(3);
  });

  it('are made anew where the project held one of an older form', async () => {
    const { path, state, calls, renew } = await openOne();
    state.update((document) => ({
      ...document,
      variants: document.variants.map((known) => ({ ...known, inspection: { ...known.inspection, detector: null } })),
    }));
    await renew();
    expect(calls).toEqual([{ operation: 'inspect', input: { model: path } }]);
    expect(state.view().variants).toMatchObject([{ inspection: { detector: { family: 'v8' } } }]);
  });

  it('stay, and the user hears once, where the model cannot be read', async () => {
    const { path, state, broken, problems, renew } = await openOne();
    await writeFile(correctionPathOf(path), '{');
    broken.add(path);
    await renew();
    await renew();
    expect(problems).toMatchObject([{ code: 'spec-invalid' }]);
    expect(state.view().variants).toMatchObject([{ inspection: { detector: { family: 'v8' } } }]);
  });

  it('wait for a file that is away', async () => {
    const { path, state, calls, renew } = await openOne();
    await writeFile(correctionPathOf(path), '{}');
    await rm(path);
    await state.refreshPresence();
    await renew();
    expect(calls).toEqual([]);
  });
});
