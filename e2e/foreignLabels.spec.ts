import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { coarsen, writeChangedSample } from './changedSample.ts';
import { panelOf, tabOf } from './dock.ts';
import { goTo } from './goTo.ts';
import { launchStudio, type Studio } from './launch.ts';
import { paneOf } from './panes.ts';
import { sampleModel, samplePictures } from './samples.ts';

/** For work that takes long on a busy machine. */
const long = 60_000;

test.describe.configure({ timeout: 2 * long });

test.describe
  .serial('comparing on labels of other classes', () => {
    let studio: Studio;
    let folder: string;

    test.beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boxwright föreign '));
      const variant = join(folder, 'coarse.onnx');
      await writeChangedSample(variant, (proto) => coarsen(proto, 10));
      await copyFile(samplePictures[0] ?? '', join(folder, 'room.jpg'));
      await writeFile(join(folder, 'room.txt'), '4 0.5 0.5 0.2 0.2\n');
      const data = join(folder, 'data.yaml');
      await writeFile(data, 'path: .\nval: .\nnames: [ant, bee, cicada, dragonfly, earwig]\n');
      studio = await launchStudio({ files: [sampleModel, variant, data] });
      await goTo(studio.window, 'Compare');
    });
    test.afterAll(async () => {
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('says why nothing was measured, where the figures would be', async () => {
      const { window } = studio;
      await expect(paneOf(window, 'coarse')).toBeVisible({ timeout: long });
      await tabOf(window, 'Confusion').click();
      await expect(panelOf(window)).toContainText('Not measured against the labels yet.');
      await panelOf(window).getByRole('button', { name: 'Compare now' }).click();
      const why = /Not measured against labels: .* knows 4 classes and .* 5, and no name is the same\./;
      await expect(panelOf(window)).toContainText(why, { timeout: long });
      await tabOf(window, 'Figures').click();
      await expect(panelOf(window).getByRole('row', { name: /^Agreement F1/ })).toBeVisible();
      await expect(panelOf(window)).toContainText(why);
    });
  });
