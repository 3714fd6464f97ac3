import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import type { Settings } from '../electron/contract.ts';
import { panelOf, tabOf } from './dock.ts';
import { goTo } from './goTo.ts';
import { launchStudio, type Studio } from './launch.ts';
import { boxesOf } from './panes.ts';
import { sampleModel, samplePictures } from './samples.ts';

/** Has the window's files whose names begin so refused from now on; "" refuses none. */
function refuse(app: ElectronApplication, names: string): Promise<void> {
  return app.evaluate(({ session }, start) => {
    session.defaultSession.webRequest.onBeforeRequest(({ url }, answer) =>
      answer({ cancel: start !== '' && url.includes(`/assets/${start}`) }),
    );
  }, names);
}

async function speak(page: Page, language: Settings['language']): Promise<void> {
  await page.evaluate((language) => window.studio.updateSettings({ language }), language);
}

test.describe
  .serial('a part of the window that fails', () => {
    let studio: Studio;
    test.beforeAll(async () => {
      studio = await launchStudio({ files: [sampleModel, ...samplePictures.slice(0, 1)] });
      // Opening leads to the pictures: only then is it time to go elsewhere.
      await expect(boxesOf(studio.window, 'sample').getByRole('listitem').first()).toBeAttached();
    });
    test.afterAll(() => studio.close());

    test('a screen that cannot be loaded says so; the others go on, and it is tried again in a fresh window', async () => {
      const { app, window } = studio;
      await refuse(app, 'Optimize');
      await goTo(window, 'Optimize');
      const heading = window.getByRole('heading', { name: 'Optimize could not be shown' });
      await expect(heading).toBeVisible();
      const notice = window.getByRole('main').getByRole('alert');
      await expect(notice).toContainText('A part of the app could not be loaded.');
      await notice.getByRole('button', { name: 'Copy details' }).click();
      const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
      await expect.poll(copied).toContain('[file-unreadable]');

      await goTo(window, 'Models');
      await expect(window.getByRole('region', { name: 'Lineage' })).toBeVisible();
      await expect(window.getByRole('region', { name: 'Jobs' })).toBeVisible();
      await goTo(window, 'Optimize');
      await expect(heading).toBeVisible();
      await refuse(app, '');
      await notice.getByRole('button', { name: 'Try again' }).click();
      await expect(window.getByRole('region', { name: 'Recipe' })).toBeVisible();
      await expect(notice).toHaveCount(0);
    });

    test('a screen that throws says why, in the language that is set', async () => {
      const { window } = studio;
      await goTo(window, 'Models');
      await window.evaluate(() => {
        const { toReversed } = Array.prototype;
        Object.assign(window, { mend: () => Object.assign(Array.prototype, { toReversed }) });
        Array.prototype.toReversed = () => {
          throw new Error('Nothing can be turned round.');
        };
      });
      await goTo(window, 'Optimize');
      const notice = window.getByRole('main').getByRole('alert');
      await expect(window.getByRole('heading', { name: 'Optimize could not be shown' })).toBeVisible();
      await expect(notice).toContainText('Nothing can be turned round.');
      await speak(window, 'zh-CN');
      await expect(window.getByRole('heading', { name: '无法显示“优化”' })).toBeVisible();
      await window.evaluate(() => Reflect.apply(Reflect.get(window, 'mend'), window, []));
      await notice.getByRole('button', { name: '重试' }).click();
      await expect(window.getByRole('button', { name: '生成变体' })).toBeVisible();
      await expect(notice).toHaveCount(0);
      await speak(window, 'en');
    });

    test('a tab of Compare that cannot be loaded leaves the pictures alone', async () => {
      const { app, window } = studio;
      await goTo(window, 'Compare');
      await refuse(app, 'GraphTab');
      await tabOf(window, 'Graph').click();
      await expect(panelOf(window).getByRole('alert')).toContainText('A part of the app could not be loaded.');
      await expect(boxesOf(window, 'sample').getByRole('listitem').first()).toBeAttached();
      await refuse(app, '');
      await tabOf(window, 'Layers').click();
      await expect(panelOf(window)).toContainText('Make a smaller variant in Optimize');
      await tabOf(window, 'Graph').click();
      await panelOf(window).getByRole('button', { name: 'Try again' }).click();
      await expect(panelOf(window)).toContainText('Make a smaller variant in Optimize');
      await expect(panelOf(window).getByRole('alert')).toHaveCount(0);
    });

    test('a list of actions that cannot be loaded is told of, and opens in a fresh window', async () => {
      const { app, window } = studio;
      await refuse(app, 'CommandPalette');
      await window.keyboard.press('ControlOrMeta+k');
      const notice = window.getByRole('alert').filter({ hasText: 'A part of the app could not be loaded.' });
      await expect(notice.first()).toBeVisible();
      await expect(panelOf(window)).toBeVisible();
      await refuse(app, '');
      await notice.first().getByRole('button', { name: 'Try again' }).click();
      await expect(notice).toHaveCount(0);
      await window.keyboard.press('ControlOrMeta+k');
      await expect(window.getByPlaceholder('What would you like to do?')).toBeVisible();
    });
  });
