import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { answerDialogs } from './answerDialogs.ts';
import { countBoxPixels } from './boxPixels.ts';
import { dropFiles } from './dropFiles.ts';
import { goTo } from './goTo.ts';
import { launchStudio, type Studio } from './launch.ts';
import { boxesOf, paneOf } from './panes.ts';
import { picturesOf } from './pictureStrip.ts';
import { sampleModel, samplePictureFolder, samplePictures } from './samples.ts';
import { watchProblems } from './watchProblems.ts';

/** For work that takes long on a busy machine. */
const long = 150_000;

test.describe.configure({ timeout: 2 * long });

test.describe
  .serial('from a dropped model to a verified bundle', () => {
    let studio: Studio;
    let folder: string;
    let problems: readonly string[];

    test.beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boxwright jöurney '));
      studio = await launchStudio();
      problems = watchProblems(studio.window);
    });
    test.afterAll(async () => {
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('starts empty and says what to do', async () => {
      const { window } = studio;
      await expect(window.getByRole('heading', { level: 1 })).toHaveText('Drop a detector and a few pictures');
      await goTo(window, 'Compare');
      await expect(window.getByText('Open a detector first', { exact: false })).toBeVisible();
    });

    test('takes a dropped model and two pictures, and shows their boxes', async () => {
      const { window } = studio;
      const model = join(folder, 'sample.onnx');
      await copyFile(sampleModel, model);
      await dropFiles(window, [model, ...samplePictures.slice(0, 2)]);
      const boxes = boxesOf(window, 'sample').getByRole('listitem');
      await expect(boxes.first()).toHaveText(/^\w[\w ]* 0\.\d\d, \d+ \d+ \d+ \d+$/);
      await expect(picturesOf(window)).toHaveCount(2);
    });

    test('draws the boxes it lists', async () => {
      const { window } = studio;
      const pane = paneOf(window, 'sample');
      await expect.poll(() => countBoxPixels(pane)).toBeGreaterThan(400);
      await window.keyboard.press('b');
      await expect.poll(() => countBoxPixels(pane)).toBeLessThan(40);
      await window.keyboard.press('b');
      await expect.poll(() => countBoxPixels(pane)).toBeGreaterThan(400);
    });

    test('leafs through the pictures by keyboard', async () => {
      const { window } = studio;
      const options = picturesOf(window);
      await expect(options.nth(0)).toHaveAttribute('aria-selected', 'true');
      await window.keyboard.press('ArrowRight');
      await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
      await expect(boxesOf(window, 'sample').getByRole('listitem').first()).toBeAttached();
      await window.keyboard.press('ArrowLeft');
      await expect(options.nth(0)).toHaveAttribute('aria-selected', 'true');
    });

    test('explains a box by its cell', async () => {
      const { window } = studio;
      await window.keyboard.press('ArrowDown');
      const inspector = window.getByRole('complementary', { name: 'Inspector' });
      await expect(inspector.getByText(/px · row \d+ · col \d+/)).toBeVisible();
      await expect(inspector.getByText('The network looked once', { exact: false })).toBeVisible();
      await window.keyboard.press('Escape');
      await expect(inspector.getByText('Point at a box', { exact: false })).toBeVisible();
    });

    test('opens a whole folder', async () => {
      const { window } = studio;
      await dropFiles(window, [samplePictureFolder]);
      await expect(window.getByText(`1 / ${samplePictures.length}`, { exact: true })).toBeVisible();
    });

    test('quantizes with progress, and compares the result with its parent', async () => {
      const { window } = studio;
      await goTo(window, 'Optimize');
      await window.getByRole('button', { name: 'Make the variant' }).click();
      await expect(window.getByRole('progressbar').first()).toBeVisible();
      const result = window.getByRole('article').filter({ hasText: 'int8' });
      await expect(result).toBeVisible({ timeout: long });
      await expect(result.getByRole('row', { name: /Latency p50/ })).toBeVisible({ timeout: long });
      await expect(result.getByRole('row', { name: /Agreement F1/ })).toContainText(/0\.\d{3}|1\.000/);
      await expect(window.getByRole('region', { name: 'Jobs' }).getByRole('progressbar')).toHaveCount(0, {
        timeout: long,
      });
    });

    test('compares side by side; the sliders act without running the models again', async () => {
      const { window } = studio;
      await window.getByRole('button', { name: 'See it in Compare' }).click();
      const panes = window.getByRole('region', { name: /sample/ });
      await expect(panes).toHaveCount(2);
      const headers = panes.locator('header');
      await expect(headers.nth(0)).toContainText(/\d\sms · .* · \d+ box/u);
      await expect(headers.nth(1)).toContainText(/\d\sms · .* · \d+ box/u);
      const timesOf = async () => (await headers.allTextContents()).map((text) => /[\d.]+\sm?s\b/u.exec(text)?.[0]);
      const times = await timesOf();
      const boxes = boxesOf(window, 'sample').getByRole('listitem');
      const before = await boxes.count();
      const confidence = window.getByRole('slider', { name: /^Confidence/ });
      await confidence.focus();
      await window.keyboard.press('Home');
      await expect.poll(() => boxes.count()).toBeGreaterThan(before);
      await window.keyboard.press('End');
      await expect(boxes).toHaveCount(0);
      expect(await timesOf()).toEqual(times);
      await window.keyboard.press('Home');
      for (let step = 0; step < 24; step += 1) await window.keyboard.press('ArrowRight');
      await expect(boxes).toHaveCount(before);
    });

    test('shows the difference as words and by swiping', async () => {
      const { window } = studio;
      await window.getByRole('button', { name: 'Difference', exact: true }).click();
      const list = window.getByRole('list', { name: /^Differences of/ });
      await expect(list.getByRole('listitem').first()).toHaveText(/^(matched|moved|lost|extra): /);
      await window.getByRole('button', { name: 'Swipe', exact: true }).click();
      const divider = window.getByRole('separator', { name: /Divider/ });
      await divider.focus();
      await window.keyboard.press('ArrowLeft');
      await expect(divider).toHaveAttribute('aria-valuenow', '48');
      await window.getByRole('button', { name: 'Side by side', exact: true }).click();
      await expect(window.getByRole('region', { name: /sample/ })).toHaveCount(2);
    });

    test('cancels a job', async () => {
      const { window } = studio;
      await window.getByRole('button', { name: 'Compare again' }).click();
      const jobs = window.getByRole('region', { name: 'Jobs' });
      await jobs.getByRole('button', { name: /^Cancel/ }).click();
      await expect(jobs.getByRole('status').filter({ hasText: 'cancelled' })).toBeVisible();
      await expect(jobs.getByRole('progressbar')).toHaveCount(0);
    });

    test('exports a bundle that verifies, and verifies it again from disk', async () => {
      const { window } = studio;
      const bundle = join(folder, 'my bundle.zip');
      await answerDialogs(studio.app, bundle);
      await goTo(window, 'Export');
      await window.getByRole('radio', { name: /int8/ }).check({ force: true });
      await window.getByRole('button', { name: 'Build and verify' }).click();
      const step = window.getByRole('region', { name: 'Build and verify' });
      await expect(step.getByRole('status')).toHaveText('Verified', { timeout: long });
      await expect(step.getByText('manifest.json')).toBeVisible();
      await window.getByRole('button', { name: 'Save the bundle…' }).click();
      await expect(window.getByText(`Saved to ${bundle}`, { exact: false })).toBeVisible();
      expect((await stat(bundle)).size).toBeGreaterThan(10_000);
      await window.getByRole('button', { name: 'Verify a bundle…' }).click();
      await expect(window.getByRole('complementary').getByRole('status')).toHaveText('Verified', { timeout: long });
    });

    test('says what is wrong with a file it cannot read', async () => {
      const { window } = studio;
      const bad = join(folder, 'not a model.onnx');
      await writeFile(bad, '<!doctype html><title>Sign in</title>');
      await dropFiles(window, [bad]);
      const notice = window.getByRole('alert').filter({ hasText: 'not a model.onnx' });
      await expect(notice.first()).toBeVisible();
      await expect(notice.first()).toContainText('HTML');
    });

    test('finds every action by name, shows its keys, and speaks Chinese', async () => {
      const { window } = studio;
      await goTo(window, 'Home');
      await window.keyboard.press('Shift+?');
      await expect(window.getByRole('dialog', { name: 'Keyboard' })).toContainText('Next picture');
      await window.keyboard.press('Escape');
      await expect(window.getByRole('dialog')).toHaveCount(0);
      await window.keyboard.press('ControlOrMeta+k');
      await window.getByPlaceholder('What would you like to do?').fill('settings');
      await window.keyboard.press('Enter');
      await window.getByText('简体中文').click();
      await expect(window.getByRole('navigation').getByRole('button', { name: '主页' })).toBeVisible();
      await window.getByText('English').click();
      await expect(window.getByRole('navigation').getByRole('button', { name: 'Home' })).toBeVisible();
    });

    test('has logged no error of its own', () => {
      expect(problems).toEqual([]);
    });
  });
