import { expect, type Locator, test } from '@playwright/test';
import { launchStudio, type Studio } from './launch.ts';
import { boxesOf, paneOf } from './panes.ts';
import { watchProblems } from './watchProblems.ts';

test.describe.configure({ timeout: 120_000 });

test.describe
  .serial('the grid of the sample', () => {
    let studio: Studio;
    let inspector: Locator;
    let pane: Locator;
    let problems: readonly string[];

    test.beforeAll(async () => {
      studio = await launchStudio();
      const { window } = studio;
      problems = watchProblems(window);
      inspector = window.getByRole('complementary', { name: 'Inspector' });
      pane = paneOf(window, 'sample');
      await window.getByRole('button', { name: 'Open the sample' }).first().click();
      await expect(boxesOf(window, 'sample').getByRole('listitem').first()).toBeAttached({ timeout: 60_000 });
    });
    test.afterAll(() => studio.close());

    /** Row, column and stride of the cell that the inspector speaks of. */
    async function cellOfInspector(): Promise<readonly number[]> {
      const text = await inspector.getByText(/px · row \d+ · col \d+/).textContent();
      return (text?.match(/\d+/g) ?? []).map(Number);
    }

    test('appears level by level, with its heat, its scale and what it means', async () => {
      const { window } = studio;
      await window.mouse.move(2, 2);
      const bare = await pane.screenshot();
      await window.keyboard.press('g');
      const bar = window.getByRole('toolbar', { name: 'Grid and heat' });
      await expect(bar.getByRole('radio')).toHaveText(['8 px · 40×40', '16 px · 20×20', '32 px · 10×10', 'All levels']);
      await expect(bar.getByRole('radio', { name: /^8 px/ })).toBeChecked();
      await window.keyboard.press('h');
      await expect(bar.getByRole('img', { name: /Scale of the heat/ })).toBeVisible();
      await expect.poll(async () => (await pane.screenshot()).equals(bare)).toBe(false);
      await expect(inspector.getByText(/40\s×\s40, 20\s×\s20 and 10\s×\s10 cells/)).toBeVisible();
      await expect(inspector.getByText('2,100 boxes', { exact: false })).toBeVisible();
    });

    test('folds the explanation away', async () => {
      const sentence = inspector.getByText('The network looks once', { exact: false });
      const fold = inspector.getByRole('button', { name: 'What am I seeing?' });
      await fold.click();
      await expect(sentence).toBeHidden();
      await fold.click();
      await expect(sentence).toBeVisible();
    });

    test('tells of the cell under the pointer, and keeps the one that is clicked', async () => {
      const { window } = studio;
      const { x, y, width, height } = (await pane.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await window.mouse.move(x + width / 2, y + height / 2);
      await expect(inspector.getByText(/^8 px · row \d+ · col \d+$/)).toBeVisible();
      const under = await cellOfInspector();
      await window.mouse.click(x + width / 2, y + height / 2);
      await window.mouse.move(2, 2);
      await expect(inspector.getByRole('heading', { name: 'Cell · pinned' })).toBeVisible();
      expect(await cellOfInspector()).toEqual(under);
      await window.keyboard.press('Escape');
      await expect(inspector.getByText('Point at a box', { exact: false })).toBeVisible();
    });

    test('is walked with the keyboard: cells by arrows, levels by brackets', async () => {
      const { window } = studio;
      await window.keyboard.press('k');
      const [stride = 0, row = 0, column = 0] = await cellOfInspector();
      // The surest cell of the level made the strongest box of it, so that at least one candidate is listed with its fate.
      const proposals = inspector.getByRole('list').filter({ hasText: /kept: box #\d/ });
      await expect(proposals.getByRole('listitem').first()).toHaveText(/0\.\d{3}/);
      await window.keyboard.press('ArrowRight');
      expect(await cellOfInspector()).toEqual([stride, row, column + 1]);
      await window.keyboard.press('ArrowUp');
      expect(await cellOfInspector()).toEqual([stride, row - 1, column + 1]);
      await window.keyboard.press(']');
      expect(await cellOfInspector()).toEqual([16, Math.floor((row - 1) / 2), Math.floor((column + 1) / 2)]);
      await expect(window.getByRole('radio', { name: /^16 px/ })).toBeChecked();
      await window.keyboard.press('Escape');
    });

    test('says which neighbour suppressed a candidate', async () => {
      const { window } = studio;
      await window.keyboard.press('[');
      await window.keyboard.press('k');
      // Around the surest cell lie cells that proposed the same box.
      const suppressed = inspector.getByText(/suppressed by #\d+ .* \(IoU 0\.\d\d\)/);
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowLeft', 'ArrowUp', 'ArrowUp']) {
        if (await suppressed.isVisible()) break;
        await window.keyboard.press(key);
        await window.waitForTimeout(150);
      }
      await expect(suppressed).toBeVisible();
      await window.keyboard.press('Escape');
    });

    test('shows labelled objects with what became of them', async () => {
      const { window } = studio;
      await window.keyboard.press('t');
      const found = pane.getByRole('status').filter({ hasText: 'found' });
      await expect(found).toHaveText(/^\d+ of \d+ found$/);
      const counts = (await found.textContent())?.match(/\d+/g)?.map(Number) ?? [];
      const section = inspector.getByRole('region', { name: /^Labelled objects/ });
      const rows = section.getByRole('listitem');
      await expect(rows).toHaveCount(counts[1] ?? -1);
      await expect(rows.filter({ hasText: '✓' })).toHaveCount(counts[0] ?? -1);
      await expect(rows.filter({ hasText: 'found by' }).first()).toHaveText(/\(row\s\d+ ·\scol\s\d+ of stride \d+\)/);
      await rows.filter({ hasText: 'found by' }).first().getByRole('button').click();
      await expect(inspector.getByText('fits its size', { exact: true })).toBeVisible();
      await window.keyboard.press('Escape');
    });

    test('counts what is missed when nothing is confident enough', async () => {
      const { window } = studio;
      const confidence = window.getByRole('slider', { name: /^Confidence/ });
      await confidence.focus();
      await window.keyboard.press('End');
      await expect(pane.getByText(/^0 of \d+ found$/)).toBeVisible();
      await expect(inspector.getByText(/no cell fired: best score 0\.\d\d/).first()).toBeVisible();
      await window.keyboard.press('Home');
      for (let step = 0; step < 24; step += 1) await window.keyboard.press('ArrowRight');
      await confidence.blur();
      expect(problems).toEqual([]);
    });
  });
