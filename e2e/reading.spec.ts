import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { goTo } from './goTo.ts';
import { launchStudio } from './launch.ts';
import { boxesOf } from './panes.ts';
import { sampleModel, samplePictureFolder } from './samples.ts';

test.describe.configure({ timeout: 180_000 });

test('a model that is read wrong is corrected in the window, beside its file, for good', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boxwright reading '));
  const model = join(folder, 'own.onnx');
  const picture = join(samplePictureFolder, 'room-0003.jpg');
  await copyFile(sampleModel, model);
  const kept = `${model}.boxwright.json`;
  try {
    const studio = await launchStudio({ files: [model, picture] });
    const { window } = studio;
    try {
      await expect(boxesOf(window, 'own').getByRole('listitem').first()).toContainText(/mug|book|ball|plant/);

      await goTo(window, 'Models');
      await window.getByRole('button', { name: 'Correct the reading…' }).click();
      const names = window.getByRole('textbox', { name: 'Class names (4)' });
      await expect(names).toHaveValue('mug\nbook\nball\nplant');
      await expect(window.getByRole('button', { name: 'Apply', exact: true }).first()).toBeDisabled();

      // What cannot be right is said while it is typed; what only the model can tell, when it is applied. Nothing is kept.
      const apply = window.getByRole('button', { name: 'Apply', exact: true }).first();
      await names.fill('Tasse\nBuch');
      await expect(window.getByText('2 names for 4 classes.')).toBeVisible();
      await expect(apply).toBeDisabled();
      await names.fill('Tasse\nBuch\nKugel\nPflanze');
      await window.getByRole('textbox', { name: 'Strides' }).fill('8, 16');
      await apply.click();
      await expect(window.getByRole('alert')).toContainText('does not fit the model');
      await expect(stat(kept)).rejects.toThrow(/ENOENT/);

      await window.getByRole('button', { name: 'Strides: back to recognised' }).click();
      await expect(window.getByRole('textbox', { name: 'Strides' })).toHaveValue('8, 16, 32');
      await expect(window.getByText('1 field differs')).toBeVisible();
      await apply.click();
      await expect(window.getByText('You corrected: Class names.')).toBeVisible();
      expect((await stat(kept)).size).toBeGreaterThan(0);

      await goTo(window, 'Compare');
      await expect(boxesOf(window, 'own').getByRole('listitem').first()).toContainText(/Tasse|Buch|Kugel|Pflanze/);

      // Pixels that are far too bright: the same picture gives other boxes, at once.
      const before = await boxesOf(window, 'own').getByRole('listitem').allTextContents();
      await goTo(window, 'Models');
      await window.getByRole('button', { name: 'Correct the reading…' }).click();
      await window.getByRole('combobox', { name: 'Pixel values' }).click();
      await window.getByRole('option', { name: '0 to 255' }).click();
      await window.getByRole('button', { name: 'Apply', exact: true }).first().click();
      await expect(window.getByText('You corrected: Class names, Pixel values.')).toBeVisible();
      await goTo(window, 'Compare');
      await expect
        .poll(() => boxesOf(window, 'own').getByRole('listitem').allTextContents(), { timeout: 20_000 })
        .not.toEqual(before);
    } finally {
      await studio.close();
    }

    // Another studio, which knows nothing of it, reads the file beside the model.
    const again = await launchStudio({ files: [model, picture] });
    try {
      // Opening leads to the pictures: only then is it time to go elsewhere.
      await expect(boxesOf(again.window, 'own').getByRole('listitem').first()).toContainText(
        /Tasse|Buch|Kugel|Pflanze/,
      );
      await goTo(again.window, 'Models');
      await expect(again.window.getByText('You corrected: Class names, Pixel values.')).toBeVisible();
      await again.window.getByRole('button', { name: 'Back to recognised' }).click();
      await expect(again.window.getByText('You corrected')).toBeHidden();
      await expect(stat(kept)).rejects.toThrow(/ENOENT/);
      await goTo(again.window, 'Compare');
      await expect(boxesOf(again.window, 'own').getByRole('listitem').first()).toContainText(/mug|book|ball|plant/);
    } finally {
      await again.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
