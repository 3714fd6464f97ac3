import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { type FixedBox, fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { compare } from './compare.ts';

const folder = temporaryFolder();

const cup: FixedBox = { classId: 0, score: 0.9, box: [8, 8, 40, 40] };
/** Shifted by 4 of 32 pixels: the overlap is 28 x 32 of 36 x 32, IoU 7/9. */
const shiftedCup: FixedBox = { classId: 0, score: 0.8, box: [12, 8, 44, 40] };
const ball: FixedBox = { classId: 1, score: 0.6, box: [44, 44, 60, 60] };
const ballAsCup: FixedBox = { ...ball, classId: 0 };

async function makeModel(name: string, boxes: readonly FixedBox[], classNames?: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeModel(path, fixedDetector(boxes, classNames));
  return path;
}

const baseline = await makeModel('base.onnx', [cup, ball]);
const moved = await makeModel('moved <b>.onnx', [shiftedCup, ballAsCup]);
const same = await makeModel('same.onnx', [cup, ball]);
const swapped = await makeModel(
  'swapped.onnx',
  [
    { ...cup, classId: 1 },
    { ...ball, classId: 0 },
  ],
  ['ball', 'cup'],
);
const images = [await writePicture(join(folder, 'a.png')), await writePicture(join(folder, 'ä & b.jpg'), 200, 100, 2)];

function request(variants: string[], more: object = {}) {
  return parseInput('compare', { baseline, variants, images, runs: 10, warmup: 0, ...more });
}

describe('compare', () => {
  it('calculated by hand: a moved box and one under another class', async () => {
    const { context, reports } = recordingContext();
    const report = await compare(request([moved, same]), context);
    const [base, first, second] = report.models;
    expect(base?.agreement).toBeUndefined();
    // Per picture one pair with IoU 7/9 and a score shift of -0.1; one lost, one extra, in the same place.
    expect(first?.agreement).toMatchObject({ matched: 2, lost: 2, extra: 2, changedClass: 2, f1: 0.5, images: 2 });
    expect(first?.agreement?.meanIou).toBeCloseTo(7 / 9, 5);
    expect(first?.agreement?.scoreShift).toBeCloseTo(-0.1, 6);
    // In pictures of 64 and 200 pixels' width: the ball has 16 x 16 of the 64 x 64 pixels of the input.
    expect(first?.images).toMatchObject(images.map((path) => ({ path, lost: 1, extra: 1, moved: 1, changedClass: 1 })));
    expect(first?.images[0]?.groups).toContainEqual({ kind: 'lost', classId: 1, size: 'small', count: 1 });
    expect(first?.classes).toEqual([
      { classId: 0, className: 'cup', matched: 2, lost: 0, extra: 2, f1: 4 / 6 },
      { classId: 1, className: 'ball', matched: 0, lost: 2, extra: 0, f1: 0 },
    ]);
    expect(report).toMatchObject({ confidence: 0.25, iou: 0.7 });
    expect(second?.agreement).toMatchObject({ f1: 1, lost: 0, extra: 0, meanIou: 1, scoreShift: 0 });
    expect(report.images).toHaveLength(2);
    expect(report.pareto.map((point) => point.f1)).toEqual([1, 0.5, 1]);
    for (const model of report.models) {
      expect(model.latency.runs).toBe(10);
      expect(model.latency.min).toBeGreaterThan(0);
      expect(model.peakMemory).toBeGreaterThan(1e6);
    }
    const fractions = reports.map((progress) => progress.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('goes by class names where the order of classes differs', async () => {
    const report = await compare(request([swapped]), recordingContext().context);
    expect(report.models[1]?.agreement).toMatchObject({ f1: 1, matched: 4 });
  });

  it('refuses models of other classes before it measures anything against labels', async () => {
    const other = await makeModel('other.onnx', [cup], ['cat', 'dog', 'bird']);
    const compared = compare(request([other], { dataset: join(folder, 'none.yaml') }), recordingContext().context);
    await expect(compared).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('3 classes') });
  });

  it('leaves unreadable pictures out and says so', async () => {
    const broken = join(folder, 'broken.jpg');
    await writeFile(broken, 'not a picture');
    const report = await compare(request([same], { images: [broken, ...images] }), recordingContext().context);
    expect(report.imageCount).toBe(2);
    expect(report.unreadable).toMatchObject([{ path: broken }]);
    const none = compare(request([same], { images: [broken] }), recordingContext().context);
    await expect(none).rejects.toMatchObject({ code: 'no-images' });
  });

  it('writes a report that needs no network and keeps names as text', async () => {
    const path = join(folder, 'report.html');
    await compare(request([moved], { report: path }), recordingContext().context);
    const page = await readFile(path, 'utf8');
    expect(page).not.toMatch(/<script|https?:\/\/|<link|@import|url\(/);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('moved &lt;b&gt;');
    expect(page).not.toContain('moved <b>');
    expect(page).toContain('ä &amp; b.jpg');
    expect(page.match(/data:image\/jpeg;base64,/g)).toHaveLength(2);
    // Two pictures, two panes each; three boxes more: lost ones are drawn into the variant's pane.
    expect(page.match(/<use href/g)).toHaveLength(4);
    expect(page.match(/− ball 0\.60/g)).toHaveLength(2);
    expect(page.match(/\+ cup 0\.60/g)).toHaveLength(2);
  });

  it('sees before it runs that a report could not be written', async () => {
    const { context, reports } = recordingContext();
    const [picture = ''] = images;
    for (const report of [join(picture, 'report.html'), folder]) {
      await expect(compare(request([same], { report }), context)).rejects.toMatchObject({ code: 'file-unwritable' });
    }
    expect(reports).toEqual([]);
  });

  it('never replaces what it reads, also by the files beside the report', async () => {
    const bytes = await readFile(baseline);
    const [picture = ''] = images;
    const dataset = join(folder, 'labels.json');
    await writeFile(dataset, '{}');
    for (const more of [{ csv: baseline }, { csv: picture }, { dataset, report: join(folder, 'labels.html') }]) {
      const refused = compare(request([same], more), recordingContext().context);
      await expect(refused).rejects.toMatchObject({ code: 'bad-input' });
    }
    expect(await readFile(baseline)).toEqual(bytes);
    expect(await readFile(dataset, 'utf8')).toBe('{}');
  });

  it('can be cancelled', async () => {
    const { context, controller } = recordingContext();
    controller.abort();
    await expect(compare(request([same]), context)).rejects.toThrow();
  });
});
