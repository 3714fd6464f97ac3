import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addVariant } from '../models/project/project.ts';
import { correctModel } from './correctModel.ts';
import { createFakeEngine, inspectBytes } from './testing/fakeEngine.ts';
import { createMemoryProject } from './testing/memoryProject.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright corrections '));
});
afterEach(() => rm(folder, { recursive: true }));

/** A project with a model, two that were made from it (one of which has gone), and one that has nothing to do with it. */
async function openFamily() {
  const { state } = createMemoryProject();
  const { host, calls } = createFakeEngine({ correct: async ({ model }) => inspectBytes(model) });
  for (const [id, parentId] of [
    ['original', null],
    ['derived', 'original'],
    ['gone', 'original'],
    ['other', null],
  ] as const) {
    const modelPath = join(folder, `${id}.onnx`);
    await writeFile(modelPath, id);
    const inspection = await inspectBytes(modelPath);
    const variant = { id, parentId, modelPath, inspection, name: id, sha256: inspection.sha256, modified: 0 };
    const rest = { recipe: [], createdAt: new Date(0).toISOString(), agreement: null, warnings: [] };
    state.update((document) => addVariant(document, { ...variant, ...rest }));
  }
  await rm(join(folder, 'gone.onnx'));
  return { state, host, calls };
}

describe('a correction in the window', () => {
  it('goes to the model and to what was made from it, and the project holds the new readings', async () => {
    const { state, host, calls } = await openFamily();
    await correctModel('original', { strides: [8] }, state, host);
    expect(calls).toEqual(
      ['original', 'derived'].map((id) => ({
        operation: 'correct',
        input: { model: join(folder, `${id}.onnx`), correction: { strides: [8] } },
      })),
    );
    expect(state.read().variants.map(({ readAs }) => readAs !== undefined)).toEqual([true, true, false, false]);
  });

  it('may be JSON, which is checked before anything is done', async () => {
    const { state, host, calls } = await openFamily();
    await expect(correctModel('other', '{"strids": [8]}', state, host)).rejects.toThrow(/did you mean "strides"/);
    await expect(correctModel('other', '{', state, host)).rejects.toThrow(/What was entered.*not JSON/);
    expect(calls).toEqual([]);
    await correctModel('other', '{"strides": [8]}', state, host);
    await correctModel('other', null, state, host);
    expect(calls.map(({ input }) => input)).toMatchObject([{ correction: { strides: [8] } }, { correction: null }]);
  });

  it('is refused for a model that is not there', async () => {
    const { state, host } = await openFamily();
    await expect(correctModel('gone', null, state, host)).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(correctModel('nobody', null, state, host)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
