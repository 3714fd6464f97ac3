import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { build } from 'vite';
import { projectRoot } from '../build/project.mjs';
import { makeCompareReport, withLabels } from '../models/testing/compareReport.ts';
import { findFaults } from './findFaults.ts';
import { launchStudio } from './launch.ts';
import { samplePictureFolder } from './samples.ts';

test.describe.configure({ timeout: 180_000 });

/** The writer of reports, bundled for plain Node. */
async function loadWriter(): Promise<typeof import('../models/compare/report/page.ts')> {
  const outDir = join(projectRoot, 'node_modules', '.cache', 'report-e2e');
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['onnxruntime-node', '@napi-rs/image', '@napi-rs/canvas'] },
    build: {
      ssr: join(projectRoot, 'models', 'compare', 'report', 'page.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
    },
  });
  return import(pathToFileURL(join(outDir, 'page.js')).href);
}

async function writeLabelledReport(path: string): Promise<void> {
  const { writeReport } = await loadWriter();
  const two = withLabels(makeCompareReport(), 4);
  const [, small] = two.models;
  if (small === undefined) throw new Error('two models');
  // Four models with long names: as many as a comparison has.
  const more = ['small_with_weights_of_eight_bits', 'smaller'].map((name) => ({ ...small, name }));
  const report = { ...two, models: [...two.models, ...more] };
  const photo = join(samplePictureFolder, 'room-0001.jpg');
  const found = [
    { classId: 0, className: 'cup', score: 0.9, box: [40, 60, 140, 160] as const },
    { classId: 1, className: 'ball', score: 0.8, box: [180, 90, 300, 200] as const },
  ];
  const worst = { path: photo, lost: 1, extra: 1, moved: 0, changedClass: 0, groups: [] };
  const seen = [found[0], { classId: 2, className: 'book', score: 0.5, box: [10, 200, 60, 260] as const }];
  const match = { pairs: [], lost: [1], extra: [1], changedClass: [] };
  const picture = { path: photo, width: 640, height: 480, worst, baseline: found, variants: [] };
  const variants = [{ detections: seen.flatMap((one) => (one === undefined ? [] : [one])), match, difference: worst }];
  const context = { signal: new AbortController().signal, report: () => undefined };
  await writeReport(
    path,
    { ...report, images: [worst] },
    [{ ...picture, variants }],
    { confidence: 0.25, iou: 0.7 },
    context,
  );
}

/** Opens a file in a further window, as a browser of its own. */
async function openPage(app: ElectronApplication, path: string): Promise<Page> {
  const opened = app.waitForEvent('window');
  await app.evaluate(async ({ BrowserWindow }, file) => {
    // The studio's own session lets no file in.
    const webPreferences = { partition: 'report' };
    const window = new BrowserWindow({ width: 1440, height: 900, useContentSize: true, webPreferences });
    await window.loadFile(file);
  }, path);
  return opened;
}

async function resize(app: ElectronApplication, page: Page, width: number): Promise<void> {
  await (await app.browserWindow(page)).evaluate((window, size) => window.setContentSize(size, 900), width);
  await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width);
}

test('a report can be read by everyone, light and dark, wide and narrow, and printed', async () => {
  const studio = await launchStudio();
  try {
    const path = join(studio.dataFolder, 'Bericht ä.html');
    await writeLabelledReport(path);
    const page = await openPage(studio.app, path);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'base against small, small_with_weights_of_eight_bits, smaller',
    );
    for (const chart of ['Latency p50 against agreement F1', /^Precision and recall/, /^F1 and confidence/]) {
      await expect(page.getByRole('img', { name: chart })).toBeVisible();
    }
    await expect(page.getByRole('region', { name: 'Confusion matrix of small', exact: true })).toBeVisible();
    await expect(page.getByRole('img', { name: /lost ball 0\.80.*extra book 0\.50/ })).toBeVisible();

    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1440, 1024, 360]) {
        await resize(studio.app, page, width);
        expect(await findFaults(page)).toEqual([]);
        // Tables that are too wide scroll by themselves; the page never does.
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      }
    }
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);

    const print = await studio.app.browserWindow(page);
    const start = await print.evaluate(async ({ webContents }) => {
      const pdf = await webContents.printToPDF({ pageSize: 'A4' });
      return pdf.subarray(0, 5).toString('latin1');
    });
    expect(start).toBe('%PDF-');
  } finally {
    await studio.close();
  }
});
