import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { expect, type Page, test } from '@playwright/test';
import { projectRoot } from '../build/project.mjs';
import type { Job, JobRequest } from '../electron/contract.ts';
import { answerDialogs } from './answerDialogs.ts';
import { findEngines, killEngine } from './engines.ts';
import { launchStudio, type Studio } from './launch.ts';
import { readState } from './readState.ts';
import { sampleModel } from './samples.ts';

/** Opens the sample and gives the id of its detector. */
async function openSample(page: Page): Promise<string> {
  const reply = await page.evaluate(() => window.studio.openSample());
  expect(reply).toMatchObject({ ok: true, value: { problems: [] } });
  const id = reply.ok ? reply.value.variantIds[0] : undefined;
  if (id === undefined) throw new Error('The sample holds no model.');
  return id;
}

async function startJob(page: Page, request: JobRequest): Promise<string> {
  const reply = await page.evaluate((request) => window.studio.startJob(request), request);
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.value;
}

async function findJob(page: Page, id: string): Promise<Job | undefined> {
  return (await readState(page)).jobs.find((job) => job.id === id);
}

const stateOf = (page: Page, id: string) => async () => (await findJob(page, id))?.state;

/** Shows a picture in the page: its size, or null where it was refused. */
function showPicture(page: Page, path: string, more = ''): Promise<[number, number] | null> {
  return page.evaluate(
    (address) =>
      new Promise<[number, number] | null>((resolve) => {
        const image = new Image();
        image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
        image.onerror = () => resolve(null);
        image.src = address;
      }),
    `studio-image://image/?path=${encodeURIComponent(path)}${more}`,
  );
}

test.describe('the window', () => {
  let studio: Studio;
  test.beforeAll(async () => {
    studio = await launchStudio();
  });
  test.afterAll(() => studio.close());

  test('opens on the studio, without Node', async () => {
    const { app, window: page } = studio;
    const electron = await app.evaluate(() => process.versions.electron);
    console.log(`Electron ${electron}`);
    expect(page.url()).toBe('studio-app://app/index.html');
    await expect(page).toHaveTitle(/Boxwright/);
    const types = await page.evaluate(() => [
      typeof Reflect.get(window, 'require'),
      typeof Reflect.get(window, 'process'),
    ]);
    expect(types).toEqual(['undefined', 'undefined']);
    expect((await readState(page)).app.electron).toBe(electron);
  });

  test('is visible, isolated and sandboxed', async () => {
    const found = await studio.app.evaluate(({ BrowserWindow }) => {
      const [window, ...others] = BrowserWindow.getAllWindows();
      // Electron's typings leave this one out.
      const preferences: unknown =
        window && Reflect.apply(Reflect.get(window.webContents, 'getLastWebPreferences'), window.webContents, []);
      return { others: others.length, visible: window?.isVisible(), preferences };
    });
    expect(found).toMatchObject({
      others: 0,
      visible: true,
      preferences: { contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true },
    });
  });

  test('runs no script that is not a file of the studio', async () => {
    const ran = await studio.window.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'document.documentElement.dataset.inline = "ran"';
      document.head.append(script);
      document.body.insertAdjacentHTML(
        'beforeend',
        '<img src="data:," onerror="document.documentElement.dataset.handler=1">',
      );
      const remote = document.createElement('script');
      remote.src = 'https://example.com/x.js';
      const loaded = await new Promise<string>((resolve) => {
        remote.onload = () => resolve('loaded');
        remote.onerror = () => resolve('refused');
        document.head.append(remote);
      });
      // In a task of the page itself: the test's own evaluation may use eval.
      const evaluated = await new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            resolve(String(new Function('return 1')()));
          } catch (error) {
            resolve(error instanceof Error ? error.name : 'other');
          }
        }, 50);
      });
      return { ...document.documentElement.dataset, loaded, evaluated };
    });
    expect(ran).not.toHaveProperty('inline');
    expect(ran).not.toHaveProperty('handler');
    expect(ran).toMatchObject({ loaded: 'refused', evaluated: 'EvalError' });
  });

  test('styles only by a nonce, which is new with each load', async () => {
    const { window: page } = studio;
    const styled = await page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = ':root { --from-inline-style: 1 }';
      document.head.append(style);
      const value = getComputedStyle(document.documentElement).getPropertyValue('--from-inline-style');
      style.remove();
      return value;
    });
    expect(styled).toBe('');
    const policies = await page.evaluate(async () => {
      const replies = await Promise.all([fetch('/index.html'), fetch('/index.html')]);
      return replies.map((reply) => reply.headers.get('content-security-policy'));
    });
    expect(policies[0]).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
    expect(policies[0]).not.toBe(policies[1]);
  });

  test('reaches no other address', async () => {
    const results = await studio.window.evaluate(
      (file) => {
        const addresses = ['https://example.com/', 'http://127.0.0.1:1/', 'studio-app://other/index.html', file];
        const attempts = addresses.map((address) =>
          fetch(address).then(
            (reply) => reply.status,
            () => 'refused',
          ),
        );
        return Promise.all(attempts);
      },
      `file://${join(projectRoot, 'package.json')}`,
    );
    expect(results).toEqual(['refused', 'refused', 'refused', 'refused']);
    const inside = await studio.window.evaluate(async () => {
      const addresses = ['/..%2f..%2fpackage.json', '/%2e%2e/package.json', '//etc/passwd'];
      return Promise.all(
        addresses.map(async (address) => fetch(`studio-app://app${address}`).then((reply) => reply.ok)),
      );
    });
    expect(inside).toEqual([false, false, false]);
  });

  test('opens no other window and goes nowhere', async () => {
    const { app, window: page } = studio;
    const opened = await page.evaluate(() => window.open('https://example.com/') === null);
    expect(opened).toBe(true);
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'file:///etc/passwd';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
      const frame = document.createElement('iframe');
      frame.src = 'studio-app://app/index.html';
      document.body.append(frame);
    });
    await page.waitForTimeout(500);
    expect(page.url()).toBe('studio-app://app/index.html');
    expect(page.frames().filter((frame) => frame !== page.mainFrame() && frame.url().startsWith('studio-app'))).toEqual(
      [],
    );
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('has no permission', async () => {
    const states = await studio.window.evaluate(async () => {
      const notification = await Notification.requestPermission();
      const place = await new Promise<string>((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          ({ code }) => resolve(code === GeolocationPositionError.PERMISSION_DENIED ? 'denied' : 'other'),
        );
      });
      const names = ['camera', 'microphone', 'midi'] as const;
      const queries = await Promise.all(names.map((name) => navigator.permissions.query({ name })));
      return [notification, place, ...queries.map(({ state }) => state)];
    });
    expect(states).toEqual(['denied', 'denied', 'denied', 'denied', 'denied']);
  });

  test('gets an answer to calls that do not fit', async () => {
    const replies = await studio.window.evaluate(async () => {
      const call = (name: string, ...parameters: unknown[]) =>
        Reflect.apply(Reflect.get(window.studio, name), null, parameters);
      return Promise.all([
        call('openPaths', 'not a list'),
        call('startJob', { kind: 'melt' }),
        call('startJob', { kind: 'prune', variantId: 'nobody', options: { amount: 0.5 } }),
        call('look', { variantId: 'nobody', imagePath: '/etc/passwd' }),
        call('showInFolder', '/etc/passwd'),
        call('dismissJob', 'nobody'),
      ]);
    });
    expect(replies).toHaveLength(6);
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, error: { code: 'bad-input' } });
  });

  test('hears the events of the shell alone', async () => {
    const thrown = await studio.window.evaluate(() => {
      try {
        Reflect.apply(window.studio.on, null, ['GUEST_VIEW_MANAGER', () => {}]);
        return 'subscribed';
      } catch {
        return 'refused';
      }
    });
    expect(thrown).toBe('refused');
  });
});

test('shows pictures that were opened and no others', async () => {
  const studio = await launchStudio();
  try {
    const { window: page, dataFolder } = studio;
    const pixels = new Uint8Array(60 * 30 * 4).fill(200);
    const [opened, converted, other] = ['öpened 100% #1.png', 'scan.tiff', 'other.png'].map((name) =>
      join(dataFolder, name),
    );
    if (opened === undefined || converted === undefined || other === undefined) throw new Error('unreachable');
    for (const path of [opened, other]) await writeFile(path, await Transformer.fromRgbaPixels(pixels, 60, 30).png());
    await writeFile(converted, await Transformer.fromRgbaPixels(pixels, 60, 30).tiff());
    const reply = await page.evaluate(
      (paths) => window.studio.openPaths(paths),
      [opened, converted, join(dataFolder, 'gone.onnx')],
    );
    expect(reply).toMatchObject({
      ok: true,
      value: { images: 2, problems: [{ path: expect.stringContaining('gone.onnx') }] },
    });
    expect(await showPicture(page, opened)).toEqual([60, 30]);
    expect(await showPicture(page, opened, '&thumbnail=20')).toEqual([20, 10]);
    expect(await showPicture(page, converted)).toEqual([60, 30]);
    expect(await showPicture(page, other)).toBeNull();
    expect(await showPicture(page, '/etc/passwd')).toBeNull();
    await page.evaluate(() => window.studio.clearImages());
    expect(await showPicture(page, opened, '&thumbnail=21')).toBeNull();
  } finally {
    await studio.close();
  }
});

test('outlives its engines: a killed job fails, the next one works, and cancelling ends one', async () => {
  test.setTimeout(240_000);
  const studio = await launchStudio();
  try {
    const { app, window: page } = studio;
    const variantId = await openSample(page);
    const prune: JobRequest = {
      kind: 'prune',
      variantId,
      options: { method: 'magnitude', amount: 0.3, scope: 'global', keep: [], roundTo: 8, ratios: [] },
    };
    const first = await startJob(page, prune);
    await expect.poll(stateOf(page, first), { timeout: 120_000 }).toBe('done');
    const variants = (await readState(page)).project.variants;
    expect(variants.map(({ parentId, present }) => [parentId, present])).toEqual([
      [null, true],
      [variantId, true],
    ]);

    const long: JobRequest = {
      kind: 'compare',
      baselineId: variantId,
      variantIds: [variants[1]?.id ?? ''],
      runs: 100_000,
    };
    const killed = await startJob(page, long);
    await expect.poll(stateOf(page, killed), { timeout: 60_000 }).toBe('running');
    await expect
      .poll(async () => (await findJob(page, killed))?.progress.fraction, { timeout: 60_000 })
      .toBeGreaterThan(0);
    const [engine] = await findEngines(app, 'boxwright-jobs');
    await killEngine(app, 'boxwright-jobs');
    await expect.poll(stateOf(page, killed)).toBe('failed');
    expect(await findJob(page, killed)).toMatchObject({
      error: { code: 'engine-stopped', message: expect.stringContaining('"compare"'), hint: expect.any(String) },
    });

    const cancelled = await startJob(page, long);
    await expect
      .poll(async () => (await findJob(page, cancelled))?.progress.fraction, { timeout: 30_000 })
      .toBeGreaterThan(0);
    await page.evaluate((id) => window.studio.cancelJob(id), cancelled);
    await expect.poll(stateOf(page, cancelled)).toBe('cancelled');

    const next = await startJob(page, { ...prune, options: { ...prune.options, amount: 0.6 } });
    await expect.poll(stateOf(page, next), { timeout: 120_000 }).toBe('done');
    expect(await findEngines(app, 'boxwright-jobs')).not.toEqual([engine]);
    expect((await readState(page)).project.variants).toHaveLength(3);

    await killEngine(app, 'boxwright-interactive');
    const images = (await readState(page)).project.images;
    const look = { variantId, imagePath: images[0]?.path ?? '', grid: false };
    await expect.poll(async () => (await page.evaluate((request) => window.studio.look(request), look)).ok).toBe(true);
  } finally {
    await studio.close();
  }
});

test('exports a bundle that passes its checks, saves it, and restores the variant from it', async () => {
  test.setTimeout(240_000);
  const studio = await launchStudio();
  try {
    const { app, window: page, dataFolder } = studio;
    const sampleId = await openSample(page);
    const prune = await startJob(page, {
      kind: 'prune',
      variantId: sampleId,
      options: { method: 'magnitude', amount: 0.2, scope: 'global', keep: [], roundTo: 8, ratios: [] },
    });
    await expect.poll(stateOf(page, prune), { timeout: 120_000 }).toBe('done');
    const derived = (await readState(page)).project.variants[1];
    if (derived === undefined) throw new Error('The job made no variant.');
    const job = await startJob(page, { kind: 'export', variantId: derived.id, target: 'node' });
    await expect.poll(stateOf(page, job), { timeout: 120_000 }).toBe('done');
    const saved = join(dataFolder, 'säved bundle.zip');
    await answerDialogs(app, saved);
    expect(await page.evaluate((id) => window.studio.saveBundle(id), job)).toEqual({ ok: true, value: saved });

    const verified = await page.evaluate((path) => window.studio.verifyBundle(path), saved);
    expect(verified).toMatchObject({ ok: true, value: { ok: true } });
    const checks = verified.ok && verified.value !== null ? verified.value.checks : [];
    expect(checks.length).toBeGreaterThan(3);

    await page.evaluate((id) => window.studio.removeVariant(id), derived.id);
    expect((await readState(page)).project.variants.map(({ id }) => id)).toEqual([sampleId]);
    await expect(readFile(derived.modelPath)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await page.evaluate((path) => window.studio.openPaths([path]), saved)).toMatchObject({
      ok: true,
      value: { problems: [], variantIds: [expect.any(String)] },
    });
    expect((await readState(page)).project.variants[1]).toMatchObject({
      parentId: sampleId,
      sha256: derived.sha256,
      recipe: derived.recipe,
      present: true,
    });
  } finally {
    await studio.close();
  }
});

test('remembers project, settings and window', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'boxwright kept '));
  try {
    const first = await launchStudio({ env: { BOXWRIGHT_DATA: dataFolder } });
    const variantId = await openSample(first.window);
    await first.window.evaluate(() =>
      window.studio.updateSettings({ confidence: 0.4, colorScheme: 'light', threads: 1 }),
    );
    await first.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 1111, height: 777 });
    });
    await first.close();

    const second = await launchStudio({ env: { BOXWRIGHT_DATA: dataFolder } });
    const { project, settings } = await readState(second.window);
    expect(project.variants).toMatchObject([{ id: variantId, present: true }]);
    expect(project.images.length).toBeGreaterThan(0);
    expect(settings).toMatchObject({ confidence: 0.4, colorScheme: 'light', threads: 1 });
    const bounds = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    expect(bounds).toMatchObject({ width: 1111, height: 777 });
    await second.close();

    await writeFile(join(dataFolder, 'project.json'), '{"version": 1, "variants": "torn');
    const third = await launchStudio({ env: { BOXWRIGHT_DATA: dataFolder } });
    expect((await readState(third.window)).project.variants).toEqual([]);
    expect(await readFile(join(dataFolder, 'logs', 'studio.log'), 'utf8')).toContain(
      'project.json could not be read and was set aside',
    );
    await third.close();
  } finally {
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('is one: a second start hands its files over and ends', async () => {
  const studio = await launchStudio();
  try {
    const { app, window: page, dataFolder } = studio;
    const picture = join(dataFolder, 'from öutside.png');
    await writeFile(picture, await Transformer.fromRgbaPixels(new Uint8Array(400).fill(255), 10, 10).png());
    await readState(page);
    const { spawnfile, spawnargs } = app.process();
    const flags = spawnargs.includes('--no-sandbox') ? ['--no-sandbox'] : [];
    const second = spawn(spawnfile, [...flags, projectRoot, 'from öutside.png'], {
      cwd: dataFolder,
      env: { ...process.env, BOXWRIGHT_DATA: dataFolder },
      stdio: 'ignore',
    });
    const code = await new Promise((resolve) => second.once('exit', resolve));
    expect(code).toBe(0);
    await expect.poll(async () => (await readState(page)).project.images.map(({ path }) => path)).toEqual([picture]);
  } finally {
    await studio.close();
  }
});

test('opens the files it was started with', async () => {
  const studio = await launchStudio({ files: [sampleModel] });
  try {
    await expect
      .poll(async () => (await readState(studio.window)).project.variants.map(({ modelPath }) => modelPath))
      .toEqual([sampleModel]);
  } finally {
    await studio.close();
  }
});
