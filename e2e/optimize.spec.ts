import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { answerDialogs } from './answerDialogs.ts';
import { goTo } from './goTo.ts';
import { launchStudio, type Studio } from './launch.ts';
import { boxesOf } from './panes.ts';
import { readState } from './readState.ts';
import { watchProblems } from './watchProblems.ts';

/** For work that takes long on a busy machine. */
const long = 150_000;

const countVariants = async (window: Page) => (await readState(window)).project.variants.length;

test.describe.configure({ timeout: 2 * long });

test.describe
  .serial('a recipe from the window', () => {
    let studio: Studio;
    let folder: string;
    let made: { readonly name: string; readonly sha256: string } = { name: '', sha256: '' };
    let problems: readonly string[];

    test.beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boxwright récipe '));
      studio = await launchStudio();
      problems = watchProblems(studio.window);
      await studio.window.getByRole('button', { name: 'Open the sample' }).first().click();
      await expect(boxesOf(studio.window, 'sample')).toBeAttached();
      await goTo(studio.window, 'Optimize');
    });
    test.afterAll(async () => {
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('shows what each layer loses; a click keeps the worst in float', async () => {
      const { window } = studio;
      await window.getByRole('tab', { name: 'Sensitivity' }).click();
      await window.getByRole('button', { name: 'Measure', exact: true }).click();
      const bars = window.getByRole('list', { name: 'What each layer loses' }).getByRole('button');
      await expect(bars.first()).toBeVisible({ timeout: long });
      const decibels = (await bars.allTextContents()).map((text) => Number(/([\d.]+) dB/.exec(text)?.[1]));
      expect(decibels).toEqual(decibels.toSorted((a, b) => a - b));
      const kept = window.getByRole('textbox', { name: 'Leave these layers alone' });
      await bars.first().click();
      await expect(bars.first()).toHaveAttribute('aria-pressed', 'true');
      await expect(kept).toHaveValue(/^\/[\w./]+\/Conv$/);
      await window.keyboard.press('ArrowDown');
      await window.keyboard.press('Enter');
      await expect(kept).toHaveValue(/\n/);
      await window.keyboard.press('Enter');
      await expect(kept).not.toHaveValue(/\n/);
    });

    test('adds a step where it belongs, moves it by keyboard, and undoes', async () => {
      const { window } = studio;
      const steps = window.getByRole('region', { name: 'Recipe' }).getByRole('listitem');
      await window.getByRole('button', { name: 'Add a step' }).click();
      await window.getByRole('menuitem', { name: 'Prune' }).click();
      await expect(steps).toHaveText([/Prune/, /Quantize int8/]);
      await steps.nth(0).getByRole('button').focus();
      await window.keyboard.press('Alt+ArrowRight');
      await expect(steps).toHaveText([/Quantize int8/, /Prune/]);
      await expect(window.getByText('Quantizing comes last', { exact: false })).toBeVisible();
      await window.keyboard.press('ControlOrMeta+z');
      await expect(steps).toHaveText([/Prune/, /Quantize int8/]);
    });

    test('shows what pruning each layer costs; a click keeps one whole', async () => {
      const { window } = studio;
      await window.getByRole('radiogroup', { name: 'What is to be done' }).getByText('Prune channels').click();
      await window.getByRole('button', { name: 'Measure', exact: true }).click();
      const bars = window.getByRole('list', { name: 'What each layer loses' }).getByRole('button');
      await expect(bars.first()).toBeVisible({ timeout: long });
      await bars.first().click();
      await expect(bars.first()).toHaveAttribute('aria-pressed', 'true');
      const kept = window.getByRole('textbox', { name: 'Leave these layers alone' });
      await window.getByRole('region', { name: 'Recipe' }).getByRole('button', { name: /Prune/ }).first().click();
      await expect(kept).toHaveValue(/^\/[\w./]+/);
      await bars.first().click();
      await expect(kept).toHaveValue('');
    });

    test('foretells what each step leaves, before anything runs', async () => {
      const { window } = studio;
      const steps = window.getByRole('region', { name: 'Recipe' }).getByRole('listitem');
      await expect(steps.nth(0)).toContainText(/▼/);
      await expect(steps.nth(1)).toContainText(/kB .*▼/);
      const whole = await steps.nth(1).textContent();
      await window.getByText('Weights', { exact: true }).click();
      await expect(steps.nth(0)).toContainText('Prune 30');
      await expect(steps.nth(1)).not.toHaveText(whole ?? '');
    });

    test('runs the whole recipe; result, plot and lineage show it', async () => {
      const { window } = studio;
      await window.getByRole('button', { name: 'Make the variant' }).click();
      const result = window.getByRole('article');
      await expect(result).toContainText('Prune 30', { timeout: long });
      await expect(result.getByRole('row', { name: /^Quantize int8/ })).toBeVisible();
      await expect(result.getByRole('row', { name: /Latency p50/ })).toBeVisible({ timeout: long });
      await expect(window.getByText('Fastest within the drop')).toBeVisible();
      await result.getByRole('button', { name: 'Keep', exact: true }).click();
      await expect(result.getByRole('button', { name: 'Discard' })).toHaveCount(0);
      const { variants } = (await readState(window)).project;
      expect(variants.at(-1)?.recipe.map(({ operation }) => operation)).toEqual(['prune', 'quantize']);
      made = variants.at(-1) ?? made;
      await goTo(window, 'Models');
      const card = window.getByRole('region', { name: 'Lineage' }).getByRole('button', { name: made.name });
      await expect(card).toContainText(/Prune 30\s% → Quantize int8/);
      await card.click();
    });

    test('replays an exported recipe to the same bytes', async () => {
      const { window } = studio;
      const file = join(folder, 'my recipe.json');
      await answerDialogs(studio.app, file);
      await window.getByRole('button', { name: 'Export the recipe…' }).click();
      await expect
        .poll(() => readFile(file, 'utf8').catch(() => ''), { message: 'the recipe is written' })
        .toContain('"original"');
      await window.getByRole('button', { name: 'Remove from the project' }).click();
      await expect.poll(() => countVariants(window)).toBe(1);
      await goTo(window, 'Optimize');
      await window.getByRole('button', { name: 'Import, export, copy' }).click();
      await window.getByRole('menuitem', { name: 'Import a recipe…' }).click();
      await expect(window.getByText('with just these it gives the same bytes', { exact: false })).toBeVisible();
      await window.getByRole('button', { name: 'Make the variant' }).click();
      await expect(window.getByRole('article')).toBeVisible({ timeout: long });
      expect((await readState(window)).project.variants.at(-1)?.sha256).toBe(made.sha256);
    });

    test('refuses a recipe that loses the boxes, and makes nothing', async () => {
      const { window } = studio;
      const before = await countVariants(window);
      const steps = window.getByRole('region', { name: 'Recipe' }).getByRole('listitem');
      await steps.nth(0).getByRole('button').click();
      await window.keyboard.press('Delete');
      await expect(steps).toHaveText([/Quantize int8/]);
      await window.getByRole('switch', { name: 'Guard the head' }).click({ force: true });
      await window.getByRole('button', { name: 'Use those of the tray' }).click();
      await window.getByRole('button', { name: 'Make the variant' }).click();
      const notice = window.getByRole('alert').filter({ hasText: 'Step 1 of 1' });
      await expect(notice).toBeVisible({ timeout: long });
      await expect(notice).toContainText('F1');
      expect(await countVariants(window)).toBe(before);
      expect(problems).toEqual([]);
    });
  });
