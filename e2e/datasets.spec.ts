import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { dropFiles } from './dropFiles.ts';
import { goTo } from './goTo.ts';
import { launchStudio } from './launch.ts';
import { sampleModel, samplePictureFolder } from './samples.ts';

// The picture's plants and its mug, of 640 x 480 pixels; "lamp" is no class of the sample's model.
const plant = { className: 'plant', box: [120, 108, 159, 194] } as const;
const mug = { className: 'mug', box: [504, 296, 126, 108] } as const;
const lamp = { className: 'lamp', box: [10, 10, 50, 50] } as const;

async function writeCoco(folder: string): Promise<string> {
  await mkdir(join(folder, 'annotations'));
  await mkdir(join(folder, 'val2017'));
  await copyFile(join(samplePictureFolder, 'room-0001.jpg'), join(folder, 'val2017', 'a b.jpg'));
  const classNames = ['lamp', 'mug', 'plant'];
  const file = join(folder, 'annotations', 'instances_val2017.json');
  const content = {
    images: [{ id: 1, file_name: 'a b.jpg', width: 640, height: 480 }],
    categories: classNames.map((name, index) => ({ id: 10 * (index + 1), name })),
    annotations: [plant, mug, lamp].map(({ className, box }, index) => ({
      id: index + 1,
      image_id: 1,
      category_id: 10 * (classNames.indexOf(className) + 1),
      bbox: box,
    })),
  };
  await writeFile(file, JSON.stringify(content));
  return file;
}

async function writeVoc(folder: string): Promise<string> {
  const root = join(folder, 'VOC');
  for (const part of ['Annotations', 'JPEGImages']) await mkdir(join(root, part), { recursive: true });
  await copyFile(join(samplePictureFolder, 'room-0002.jpg'), join(root, 'JPEGImages', 'b.jpg'));
  const object =
    '<object><name>mug</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>';
  await writeFile(join(root, 'Annotations', 'b.xml'), `<annotation>${object}</annotation>`);
  return root;
}

test('what is marked in COCO files and VOC folders is shown over their pictures', async () => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), 'boxwright dätasets '));
  const studio = await launchStudio({ files: [sampleModel] });
  try {
    const { window } = studio;
    await goTo(window, 'Compare');
    await dropFiles(window, [await writeCoco(folder)]);
    await expect(window.getByRole('option')).toHaveCount(1);
    await window.getByRole('button', { name: 'Truth', exact: true }).click();
    await expect(window.getByText('Labelled objects · 2 of 2 found')).toBeVisible({ timeout: 30_000 });
    await expect(window.getByText('The model has no class "lamp".')).toBeVisible();

    await dropFiles(window, [await writeVoc(folder)]);
    await expect(window.getByRole('option')).toHaveCount(2);
    await window.getByRole('option').nth(1).click();
    // Nothing lies in the corner where the annotation has its mug.
    await expect(window.getByText('Labelled objects · 0 of 1 found')).toBeVisible({ timeout: 30_000 });
  } finally {
    await studio.close();
    await rm(folder, { recursive: true, force: true });
  }
});
