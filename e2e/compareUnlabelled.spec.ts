import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { classColor } from '../models/geometry/classColor.ts';
import type {
  BoxSize,
  ComparedModel,
  CompareReport,
  GraphDifferenceReport,
  ImageDifference,
  LayersReport,
} from '../models/types.ts';
import { askCli } from './askCli.ts';
import { countBoxPixels, countClassColors } from './boxPixels.ts';
import { coarsen, renumberClasses, writeChangedSample } from './changedSample.ts';
import { panelOf, tabOf } from './dock.ts';
import { dropFiles } from './dropFiles.ts';
import { launchStudio, type Studio } from './launch.ts';
import { boxesOf, paneOf } from './panes.ts';
import { chipOf, countOn, picturesOf } from './pictureStrip.ts';
import { readState } from './readState.ts';
import { sampleModel, samplePictures } from './samples.ts';
import { watchProblems } from './watchProblems.ts';

/** For work that takes long on a busy machine. */
const long = 60_000;
const pictureCount = 8;
/** How the sample numbers its classes; the variant numbers them otherwise. */
const classNames = ['mug', 'book', 'ball', 'plant'];
const variantOrder = [2, 0, 3, 1];
const usual = { confidence: 0.25, iou: 0.7 };
const strict = { confidence: 0.5, iou: 0.45 };
const kinds = [
  ['Lost', 'lost', 'lost'],
  ['Extra', 'extra', 'extra'],
  ['Moved', 'moved', 'moved'],
  ['Other class', 'changedClass', 'changed-class'],
] as const;
const needsLabels = 'It takes labelled pictures: open a data.yaml, a COCO JSON file or a VOC folder and compare again.';

interface Files {
  readonly model: string;
  readonly variant: string;
  /** A folder of pictures without labels. */
  readonly pictures: string;
}

async function makeFiles(folder: string): Promise<Files> {
  const files = {
    model: join(folder, 'sample.onnx'),
    variant: join(folder, 'coarse.onnx'),
    pictures: join(folder, 'bilder ohne labels'),
  };
  await copyFile(sampleModel, files.model);
  await writeChangedSample(files.variant, (proto) => {
    coarsen(proto, 10);
    renumberClasses(proto, variantOrder);
  });
  await mkdir(files.pictures);
  for (const path of samplePictures.slice(0, pictureCount)) {
    await copyFile(path, join(files.pictures, basename(path)));
  }
  return files;
}

/** What the engine says of the same files, asked from the command line. */
function compareByCli({ model, variant, pictures }: Files, { confidence, iou }: typeof usual): Promise<CompareReport> {
  const thresholds = ['--conf', String(confidence), '--iou', String(iou)];
  return askCli('compare', model, variant, '--images', pictures, ...thresholds, '--runs', '1', '--warmup', '1');
}

/** The variant in a report. */
function variantOf(report: CompareReport): ComparedModel & Required<Pick<ComparedModel, 'agreement' | 'classes'>> {
  const [, variant] = report.models;
  if (variant?.agreement === undefined || variant.classes === undefined) throw new Error('Nothing was compared.');
  return { ...variant, agreement: variant.agreement, classes: variant.classes };
}

/** What stands on a picture in the strip: signs for the eye, words for screen readers. */
function badgeOf({ lost, extra, moved }: ImageDifference): string {
  if (lost + extra === 0) return moved > 0 ? `↔\u202f${moved}${moved} moved` : '=no difference';
  const signs = [...(lost > 0 ? [`−${lost}`] : []), ...(extra > 0 ? [`+${extra}`] : [])];
  return `${signs.join(' ')}${lost} lost, ${extra} extra`;
}

const namesOf = (images: readonly ImageDifference[]) => images.map(({ path }) => basename(path));
const slider = (window: Page, name: string) => window.getByRole('slider', { name: new RegExp(`^${name}:`) });

/** The words of every row of a table, cell by cell. */
function rowsOf(table: Locator): Promise<string[][]> {
  return table
    .locator('tr')
    .evaluateAll((rows) =>
      rows.map((row) => Array.from(row.querySelectorAll('th, td'), (cell) => cell.textContent ?? '')),
    );
}

/** The files that the strip lists, in its order. */
const listed = (window: Page) =>
  picturesOf(window).evaluateAll((options) => options.map((option) => option.getAttribute('title')));

async function setThresholds(window: Page, { confidence, iou }: typeof usual): Promise<void> {
  await slider(window, 'Confidence').fill(String(confidence));
  await slider(window, 'IoU').fill(String(iou));
}

/** Every filter by kind says as many pictures as the engine, and lists just these. */
async function checkKinds(window: Page, images: readonly ImageDifference[]): Promise<void> {
  for (const [words, count] of kinds) {
    const wanted = images.filter((image) => image[count] > 0);
    const chip = chipOf(window, words);
    await expect.poll(() => countOn(chip), { message: words }).toBe(wanted.length);
    if (wanted.length === 0) continue;
    await chip.click();
    await expect.poll(() => listed(window), { message: words }).toEqual(namesOf(wanted));
    await chip.click();
  }
}

/** Picks one entry of a filter's menu; its name, and how many pictures the menu says are behind it. */
async function pick(window: Page, filter: string, entry: string): Promise<number> {
  await window.getByRole('button', { name: new RegExp(`^${filter}: `) }).click();
  const item = window.getByRole('menuitem', { name: new RegExp(`^${entry}`) });
  const count = Number(/\d+$/.exec((await item.textContent()) ?? '')?.[0]);
  await item.click();
  return count;
}

test.describe.configure({ timeout: 2 * long });

test.describe
  .serial('comparing on pictures without labels', () => {
    let studio: Studio;
    let folder: string;
    let files: Files;
    let report: CompareReport;
    let atStrict: CompareReport;
    let problems: readonly string[];

    test.beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boxwright ünlabelled '));
      files = await makeFiles(folder);
      const asked = Promise.all([compareByCli(files, usual), compareByCli(files, strict)]);
      studio = await launchStudio();
      problems = watchProblems(studio.window);
      [report, atStrict] = await asked;
    });
    test.afterAll(async () => {
      await studio.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('starts from two models and a folder of pictures', async () => {
      const { window } = studio;
      await dropFiles(window, [files.model, files.variant, files.pictures]);
      await expect(picturesOf(window)).toHaveCount(pictureCount);
      for (const name of ['sample', 'coarse']) {
        await expect(boxesOf(window, name).getByRole('listitem').first()).toBeAttached();
      }
      await window.keyboard.press('t');
      await expect(paneOf(window, 'sample').getByText('no labels for this picture')).toBeVisible();
      await expect(window.getByText('This picture has no labels', { exact: false })).toBeVisible();
      await window.keyboard.press('t');
    });

    test('gives a class one colour, although the models number it differently', async () => {
      const { window } = studio;
      await window.keyboard.press('l');
      await window.mouse.move(2, 2);
      // So sure that each model sees one thing: with several classes in sight their colours could be exchanged.
      await setThresholds(window, { ...usual, confidence: 0.95 });
      for (const name of ['sample', 'coarse']) {
        const boxes = boxesOf(window, name).getByRole('listitem');
        await expect(boxes).toHaveText([/^ball /]);
        await expect
          .poll(async () => {
            const colors = await countClassColors(paneOf(window, name));
            return [...colors].flatMap(([color, count]) => (count > 60 ? [color] : []));
          })
          .toEqual([classColor(classNames.indexOf('ball'))]);
      }
      await setThresholds(window, usual);
      await window.keyboard.press('l');
    });

    test('says how well the boxes agree, as the engine does, and nothing of accuracy', async () => {
      const { window } = studio;
      await tabOf(window, 'Figures').click();
      await panelOf(window).getByRole('button', { name: 'Compare now' }).click();
      await expect(panelOf(window).getByRole('row', { name: /^Agreement F1/ })).toBeVisible({ timeout: long });
      const rows = await rowsOf(panelOf(window));
      expect(rows.filter(({ length }) => length === 1).flat()).toEqual([
        'Boxes, against the baseline',
        'Speed',
        'Cost',
      ]);
      const { agreement } = variantOf(report);
      const figures = [
        ['Agreement F1', agreement.f1.toFixed(3)],
        ['Precision', agreement.precision.toFixed(3)],
        ['Recall', agreement.recall.toFixed(3)],
        ['Matched', String(agreement.matched)],
        ['Lost', String(agreement.lost)],
        ['Extra', String(agreement.extra)],
        ['Other class', String(agreement.changedClass)],
        ['Mean IoU', agreement.meanIou?.toFixed(3)],
      ];
      const first = rows.findIndex(([name]) => name === 'Agreement F1');
      const shown = rows.slice(first, first + figures.length);
      expect(shown.map(([name, , value]) => [name, value])).toEqual(figures);
      expect(agreement.f1).toBeLessThan(1);
      expect(agreement.matched).toBeGreaterThan(0);
    });

    test('shows the pictures that lost most first', async () => {
      const { window } = studio;
      await window.getByRole('button', { name: 'Worst first' }).click();
      await expect.poll(() => listed(window)).toEqual(namesOf(report.images));
      await expect(picturesOf(window)).toHaveText(report.images.map(badgeOf));
    });

    test('lists pictures by what differs, by class and by size', async () => {
      const { window } = studio;
      for (const [, count] of kinds)
        expect(
          report.images.some((image) => image[count] > 0),
          count,
        ).toBe(true);
      await checkKinds(window, report.images);

      const groupsOf = ({ groups }: ImageDifference) => groups;
      for (const [classId, className] of classNames.entries()) {
        const wanted = report.images.filter((image) => groupsOf(image).some((group) => group.classId === classId));
        if (wanted.length === 0) continue;
        expect(await pick(window, 'Class', className)).toBe(wanted.length);
        await expect.poll(() => listed(window)).toEqual(namesOf(wanted));
        await pick(window, 'Class', 'Any class');
      }
      const sizes: readonly (readonly [BoxSize, string])[] = [
        ['small', 'Small'],
        ['medium', 'Medium'],
        ['large', 'Large'],
      ];
      for (const [size, words] of sizes) {
        const wanted = report.images.filter((image) => groupsOf(image).some((group) => group.size === size));
        if (wanted.length === 0) continue;
        expect(await pick(window, 'Size', words)).toBe(wanted.length);
        await expect.poll(() => listed(window)).toEqual(namesOf(wanted));
        await chipOf(window, 'Lost').click();
        const lost = wanted.filter((image) =>
          groupsOf(image).some((group) => group.size === size && group.kind === 'lost'),
        );
        await expect.poll(() => listed(window)).toEqual(namesOf(lost));
        await window.getByRole('button', { name: 'Show all' }).click();
        await expect(picturesOf(window)).toHaveCount(pictureCount);
      }
    });

    test('judges anew at other thresholds, at once and without another run', async () => {
      const { window } = studio;
      // Every picture is looked at once; from then on its verdict follows the sliders.
      const options = picturesOf(window);
      await options.first().click();
      for (let index = 0; index < pictureCount; index += 1) {
        await expect(options.nth(index)).toHaveAttribute('aria-selected', 'true');
        for (const name of ['sample', 'coarse']) {
          await expect(paneOf(window, name).locator('header')).toContainText(/\d+ box/);
        }
        await window.keyboard.press('ArrowRight');
      }
      const before = await readState(window);
      await setThresholds(window, strict);
      await expect.poll(() => listed(window)).toEqual(namesOf(atStrict.images));
      await checkKinds(window, atStrict.images);
      expect(atStrict.images.map(badgeOf)).not.toEqual(report.images.map(badgeOf));
      await expect(picturesOf(window)).toHaveText(atStrict.images.map(badgeOf));
      await setThresholds(window, usual);
      await expect.poll(() => listed(window)).toEqual(namesOf(report.images));
      const after = await readState(window);
      expect(after.jobs.length).toBe(before.jobs.length);
      expect(after.project.comparisons).toEqual(before.project.comparisons);
    });

    test('shows the worst picture as a difference and by swiping', async () => {
      const { window } = studio;
      await picturesOf(window).first().click();
      const [worst] = report.images;
      await window.getByRole('button', { name: 'Difference', exact: true }).click();
      const list = window.getByRole('list', { name: 'Differences of coarse' }).getByRole('listitem');
      await expect(list.filter({ hasText: /^lost: / })).toHaveCount(worst?.lost ?? -1);
      await expect(list.filter({ hasText: /^extra: / })).toHaveCount(worst?.extra ?? -1);
      await expect(list.filter({ hasText: /^moved: / })).toHaveCount(worst?.moved ?? -1);

      await window.getByRole('button', { name: 'Swipe', exact: true }).click();
      const pane = paneOf(window, 'sample · coarse');
      const divider = window.getByRole('separator', { name: /^Divider/ });
      await divider.focus();
      await window.mouse.move(2, 2);
      const pixelsAt = async (key: string, end: string) => {
        for (let step = 0; step < 50; step += 1) await window.keyboard.press(key);
        await expect(divider).toHaveAttribute('aria-valuenow', end);
        return countBoxPixels(pane);
      };
      // At the right end the whole picture is the baseline's, at the left end the variant's.
      const ofBaseline = await pixelsAt('ArrowRight', '100');
      expect(ofBaseline).toBeGreaterThan(400);
      expect(await pixelsAt('ArrowLeft', '0')).not.toBe(ofBaseline);
      await window.getByRole('button', { name: 'Side by side', exact: true }).click();
    });

    test('compares layers on the picture, and the graphs', async () => {
      const { window } = studio;
      const worst = report.images[0]?.path ?? '';
      const [layers, graphs] = await Promise.all([
        askCli<LayersReport>('layers', files.model, files.variant, '--image', worst),
        askCli<GraphDifferenceReport>('diff', files.model, files.variant),
      ]);
      await tabOf(window, 'Layers').click();
      const table = window.getByRole('table', { name: 'Layers' });
      await expect(table.getByRole('cell', { name: /dB$/ }).first()).toBeVisible({ timeout: long });
      const most = Math.min(...layers.layers.map(({ sqnr }) => sqnr ?? Number.NEGATIVE_INFINITY));
      const noisiest = layers.layers.find(({ sqnr }) => sqnr === most);
      const [, first] = await rowsOf(table);
      expect(first?.[1]).toBe(noisiest?.name);
      expect(Number.parseFloat(first?.[4] ?? '')).toBeCloseTo(most, 0);
      await expect(panelOf(window)).toContainText(`${layers.layers.length} layers on ${basename(worst)}`);

      await tabOf(window, 'Graph').click();
      const { baseline, variant, same } = graphs.nodes;
      await expect(panelOf(window)).toContainText(`${baseline} nodes, ${variant} in the variant, ${same} the same`);
      const changed = panelOf(window).getByRole('button', { name: new RegExp(`^Changed ?${graphs.changed.length}$`) });
      await expect(changed).toBeVisible();
      expect(graphs.changed.length).toBeGreaterThan(0);
    });

    test('counts class by class what agrees', async () => {
      const { window } = studio;
      await tabOf(window, 'Per class').click();
      const table = window.getByRole('table', { name: 'Per class' });
      await expect(table).toBeVisible();
      const [heads, ...rows] = await rowsOf(table);
      expect(heads).toEqual(['Class', 'Matched', 'Lost', 'Extra', 'Agreement F1']);
      const wanted = variantOf(report).classes.map(({ className, matched, lost, extra, f1 }) => [
        className,
        String(matched),
        lost === 0 ? '0' : `−${lost}`,
        extra === 0 ? '0' : `+${extra}`,
        f1.toFixed(3),
      ]);
      expect(rows.toSorted()).toEqual(wanted.toSorted());
    });

    test('says what to do where labels are needed, and shows no accuracy', async () => {
      const { window } = studio;
      for (const name of ['PR · F1', 'Confusion']) {
        await tabOf(window, name).click();
        await expect(panelOf(window)).toHaveText(needsLabels);
      }
      const accuracy = /\bm?A[PR](50|75)?\b|accuracy|best F1|NaN|undefined|n\/a/i;
      for (const name of ['Figures', 'Pareto', 'Per class']) {
        await tabOf(window, name).click();
        await expect(panelOf(window)).toContainText('F1');
        await expect(panelOf(window)).not.toContainText(accuracy);
      }
      await tabOf(window, 'Pareto').click();
      const f1 = variantOf(report).agreement.f1.toFixed(3);
      await expect(panelOf(window).getByRole('listitem')).toHaveText([
        /^sample: .*, F1 1\.000$/,
        new RegExp(`^coarse: .*, F1 ${f1}$`),
      ]);
    });

    test('has logged no error of its own', () => {
      expect(problems).toEqual([]);
    });
  });
