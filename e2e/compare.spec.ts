import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { projectRoot } from '../build/project.mjs';
import { readModel } from '../models/graph/read.ts';
import { floatsOf } from '../models/graph/tensors.ts';
import { writeModel } from '../models/graph/write.ts';
import { setWeights } from '../models/testing/tinyModels.ts';
import { launchStudio } from './launch.ts';

/** For work that takes long on a busy machine. */
const long = 60_000;

const samples = join(projectRoot, 'models', 'samples');

type Studio = Awaited<ReturnType<typeof launchStudio>>;

/** The sample's model, and one whose weights are rounded to a few steps, so that it loses boxes. */
async function makeModels(folder: string): Promise<{ readonly model: string; readonly variant: string }> {
  const model = join(folder, 'sample.onnx');
  const variant = join(folder, 'coarse.onnx');
  await copyFile(join(samples, 'sample.onnx'), model);
  const { proto } = await readModel(model);
  for (const tensor of proto.graph?.initializer ?? []) {
    if (tensor.dims.length !== 4) continue;
    const values = floatsOf(tensor);
    const step = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / steps;
    setWeights(
      proto,
      tensor.name,
      values.map((value) => step * Math.round(value / step)),
    );
  }
  await writeModel(variant, proto);
  return { model, variant };
}

/** Steps from 0 to the largest weight of a layer. */
const steps = 10;

const tab = (window: Page, name: string) => window.getByRole('tab', { name, exact: true });
const chip = (window: Page, name: string) =>
  window
    .getByRole('toolbar', { name: 'Filter the pictures' })
    .getByRole('button', { name: new RegExp(`^${name} ?\\d+$`) });
const pictures = (window: Page) => window.getByRole('listbox', { name: 'Pictures' }).getByRole('option');

/** The number on a chip. */
async function countOn(window: Page, name: string): Promise<number> {
  return Number(/\d+$/.exec((await chip(window, name).textContent()) ?? '')?.[0]);
}

test.describe.configure({ timeout: 2 * long });

test.describe
  .serial('comparing a model with a variant', () => {
    let studio: Studio;
    let folder: string;
    const problems: string[] = [];

    test.beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boxwright cömpare '));
      const { model, variant } = await makeModels(folder);
      studio = await launchStudio({ files: [model, variant, join(samples, 'data.yaml')] });
      studio.window.on('pageerror', (error) => problems.push(String(error)));
      studio.window.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      await studio.window
        .getByRole('navigation')
        .getByRole('button', { name: 'Compare', exact: true })
        .click({ timeout: long });
    });
    test.afterAll(async () => {
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('says what is missing before anything was measured', async () => {
      const { window } = studio;
      await expect(window.getByRole('region', { name: 'coarse', exact: true })).toBeVisible({ timeout: long });
      await tab(window, 'Figures').click();
      const panel = window.getByRole('tabpanel');
      await panel.getByRole('button', { name: 'Compare now' }).click();
      await expect(panel.getByRole('row', { name: /^Agreement F1/ })).toBeVisible({ timeout: long });
      await expect(panel.getByRole('row', { name: /^AP —|^AP \d/ })).toBeVisible();
    });

    test('lists the pictures that lost boxes, and follows the thresholds', async () => {
      const { window } = studio;
      const all = await pictures(window).count();
      await expect(chip(window, 'Lost')).toBeEnabled();
      const lost = await countOn(window, 'Lost');
      expect(lost).toBeGreaterThan(0);
      await chip(window, 'Lost').click();
      await expect(window.getByText(new RegExp(`/ ${lost}$`))).toBeVisible();
      await chip(window, 'Lost').click();
      await expect(pictures(window)).toHaveCount(all);
      // Nobody is as sure as that: where both models were looked at, nothing is lost any more.
      const slider = window.getByRole('slider', { name: /^Confidence/ });
      await slider.focus();
      await window.keyboard.press('End');
      await expect.poll(() => countOn(window, 'Lost')).toBeLessThan(lost);
      await window.keyboard.press('Home');
      for (let step = 0; step < 3; step += 1) await window.keyboard.press('ArrowRight');
    });

    test('compares every layer on the picture that is shown', async () => {
      const { window } = studio;
      await tab(window, 'Layers').click();
      const table = window.getByRole('table', { name: 'Layers' });
      await expect(table.getByRole('cell', { name: /dB$/ }).first()).toBeVisible({ timeout: long });
      // Worst first; another click turns it round.
      const head = table.getByRole('columnheader', { name: 'Signal over noise' });
      await expect(head).toHaveAttribute('aria-sort', 'ascending');
    });

    test('tells what is different about the graph, stage by stage', async () => {
      const { window } = studio;
      await tab(window, 'Graph').click();
      const tree = window.getByRole('tree');
      const stage = tree.getByRole('treeitem', { name: /^Backbone, stride 8/ });
      await stage.click({ timeout: long });
      await tree
        .getByRole('treeitem', { name: /^Changed ?Conv/ })
        .first()
        .click();
      await expect(tree.getByText(/% of .* changed/).first()).toBeVisible();
    });

    test('shows figures against labels: classes, curves, confusions', async () => {
      const { window } = studio;
      await tab(window, 'Per class').click();
      await expect(window.getByRole('columnheader', { name: 'AP', exact: true })).toBeVisible();
      await tab(window, 'PR · F1').click();
      await expect(window.getByText(/best F1 \d\.\d+ at confidence/).first()).toBeAttached({ timeout: long });
      await tab(window, 'Confusion').click();
      const matrix = window.getByRole('table', { name: /What labelled objects are taken for/ });
      await expect(matrix).toBeVisible();
      const all = await pictures(window).count();
      const cell = matrix.getByRole('button', { name: / taken for nothing$/ }).first();
      await cell.press('Enter');
      const chosen = chip(window, '\\S+ taken for nothing');
      const listed = Number(/\d+$/.exec((await chosen.textContent()) ?? '')?.[0]);
      expect(listed).toBeGreaterThan(0);
      await expect(pictures(window)).toHaveCount(listed);
      await chosen.press('Enter');
      await expect(pictures(window)).toHaveCount(all);
    });

    test('has logged no error of its own', () => {
      expect(problems).toEqual([]);
    });
  });
