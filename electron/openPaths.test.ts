import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineOperations } from '../models/api.ts';
import { StudioError } from '../models/errors.ts';
import { clearImages, trayCapacity } from '../models/project/project.ts';
import type { RecipeStep } from '../models/recipeSchema.ts';
import { openPaths } from './openPaths.ts';
import { createFakeEngine, inspectBytes } from './testing/fakeEngine.ts';
import { createMemoryProject } from './testing/memoryProject.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright öpen '));
});
afterEach(() => rm(folder, { recursive: true }));

const operations: Partial<EngineOperations> = {
  collect: async ({ paths }) => ({
    models: paths.filter((path) => path.endsWith('.onnx')),
    images: paths.filter((path) => path.endsWith('.jpg')),
    bundles: paths.filter((path) => path.endsWith('.zip')),
    datasets: paths.filter((path) => path.endsWith('.yaml')),
    ignored: paths.filter((path) => path.endsWith('.txt')).map((path) => ({ path, why: `${path} is a text.` })),
  }),
  inspect: async ({ model }) => {
    if (basename(model) === 'bad.onnx') throw new StudioError('not-onnx', `${model} is not an ONNX file.`);
    return inspectBytes(model);
  },
  listImages: async () => ['/data/1.jpg', '/data/2.jpg'],
};

async function model(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('opening paths', () => {
  it('adds models and pictures, and reports each fault beside the rest', async () => {
    const { state, views } = createMemoryProject();
    const good = await model('my détector.onnx', 'abc');
    const { host } = createFakeEngine(operations);
    const report = await openPaths(
      [join(folder, 'bad.onnx'), good, '/a.jpg', '/b.jpg', '/a.jpg', '/n.txt'],
      state,
      host,
      folder,
    );
    // sha256 of "abc" (FIPS 180-2, appendix B.1)
    expect(report).toEqual({
      variantIds: ['ba7816bf8f01cfea'],
      images: 2,
      problems: [
        { path: join(folder, 'bad.onnx'), error: { code: 'not-onnx', message: expect.stringContaining('bad.onnx') } },
        { path: '/n.txt', error: { code: 'bad-input', message: '/n.txt is a text.' } },
      ],
    });
    const { variants, images } = state.view();
    expect(variants).toMatchObject([
      { name: 'my détector', parentId: null, modelPath: good, present: true, recipe: [] },
    ]);
    expect(images.map(({ path }) => path)).toEqual(['/a.jpg', '/b.jpg']);
    expect(images[0]).toEqual({
      path: '/a.jpg',
      name: 'a.jpg',
      url: 'studio-image://image/?path=%2Fa.jpg',
      thumbnailUrl: 'studio-image://image/?path=%2Fa.jpg&thumbnail=160',
    });
    expect(views.at(-1)).toEqual(state.view());
  });

  it('selects what is known already, whatever it is called', async () => {
    const { state } = createMemoryProject();
    const { host } = createFakeEngine(operations);
    const first = await openPaths([await model('a.onnx', 'abc'), await model('copy.onnx', 'abc')], state, host, folder);
    const again = await openPaths([await model('a.onnx', 'abc')], state, host, folder);
    expect(first.variantIds).toHaveLength(1);
    expect(again.variantIds).toEqual(first.variantIds);
    expect(state.view().variants).toMatchObject([{ name: 'a' }]);
  });

  it('finds a model again that was moved', async () => {
    const { state } = createMemoryProject();
    const { host } = createFakeEngine(operations);
    const path = await model('a.onnx', 'abc');
    await openPaths([path], state, host, folder);
    await rename(path, join(folder, 'moved.onnx'));
    await state.refreshPresence();
    expect(state.view().variants).toMatchObject([{ modelPath: path, present: false }]);
    await openPaths([join(folder, 'moved.onnx')], state, host, folder);
    expect(state.view().variants).toMatchObject([{ modelPath: join(folder, 'moved.onnx'), present: true }]);
  });

  it('takes a changed file for another model; the old one is no longer present', async () => {
    const { state } = createMemoryProject();
    const { host } = createFakeEngine(operations);
    const path = await model('a.onnx', 'abc');
    await openPaths([path], state, host, folder);
    await openPaths([await model('a.onnx', 'abd')], state, host, folder);
    await state.refreshPresence();
    expect(state.view().variants.map(({ present }) => present)).toEqual([false, true]);
  });

  it('puts the pictures of a dataset into the tray', async () => {
    const { state } = createMemoryProject();
    const { host, calls } = createFakeEngine(operations);
    expect(await openPaths(['/data/data.yaml'], state, host, folder)).toEqual({
      variantIds: [],
      images: 2,
      problems: [],
    });
    expect(calls.at(-1)).toEqual({ operation: 'listImages', input: { paths: ['/data/data.yaml'] } });
    expect(state.view().datasets).toEqual(['/data/data.yaml']);
    expect([state.holdsImage('/data/1.jpg'), state.holdsImage('/data/3.jpg')]).toEqual([true, false]);
    state.update(clearImages);
    expect(state.view()).toMatchObject({ images: [], datasets: [] });
    expect(state.holdsImage('/data/1.jpg')).toBe(false);
  });

  it('restores the variant of a bundle, under its parent where the project has it', async () => {
    const { state } = createMemoryProject();
    const step: RecipeStep = {
      operation: 'prune',
      options: { method: 'magnitude', amount: 0.3, scope: 'global', keep: [], roundTo: 8, ratios: [] },
    };
    const { host } = createFakeEngine({
      ...operations,
      async restore({ bundle, out }) {
        if (bundle.includes('broken')) throw new StudioError('bundle-invalid', `${bundle} did not pass its checks.`);
        await mkdir(dirname(out), { recursive: true });
        await writeFile(out, bundle);
        // sha256 of "abc" (FIPS 180-2, appendix B.1)
        const parent = { name: 'a', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };
        const provenance = bundle.includes('foreign') ? { maker: 'somebody' } : { recipe: [step], parent };
        return { out, sha256: (await inspectBytes(out)).sha256, name: 'a-pruned30', provenance };
      },
    });
    const [original] = (await openPaths([await model('a.onnx', 'abc')], state, host, folder)).variantIds;
    const report = await openPaths(['/broken.zip', '/whole.zip', '/foreign.zip'], state, host, folder);
    expect(report.problems).toMatchObject([{ path: '/broken.zip', error: { code: 'bundle-invalid' } }]);
    const [, whole, foreign] = state.view().variants;
    expect(whole).toMatchObject({ parentId: original, name: 'a-pruned30', recipe: [step], present: true });
    expect(whole?.modelPath).toBe(join(folder, 'variants', whole?.id ?? '', 'whole.onnx'));
    expect(foreign).toMatchObject({ parentId: null, recipe: [], present: true });
    expect(report.variantIds).toEqual([whole?.id, foreign?.id]);
    const again = await openPaths(['/whole.zip'], state, host, folder);
    expect(again.variantIds).toEqual([whole?.id]);
    expect((await readdir(join(folder, 'variants'))).sort()).toEqual([...report.variantIds].sort());
  });

  it('says when the tray is full, and names only some of many ignored files', async () => {
    const { state } = createMemoryProject();
    const { host } = createFakeEngine(operations);
    const images = Array.from({ length: trayCapacity }, (_, index) => `/${index}.jpg`);
    expect((await openPaths(images, state, host, folder)).images).toBe(trayCapacity);
    const full = await openPaths(['/data/data.yaml'], state, host, folder);
    expect(full.images).toBe(0);
    expect(full.problems).toMatchObject([{ error: { message: expect.stringContaining('2 more pictures') } }]);
    const texts = Array.from({ length: 500 }, (_, index) => `/${index}.txt`);
    const { problems } = await openPaths(texts, state, host, folder);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.error.message).toBe('480 more files were left out.');
  });
});
