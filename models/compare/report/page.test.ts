import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCompareReport, withLabels } from '../../testing/compareReport.ts';
import { recordingContext } from '../../testing/context.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { writeReport } from './page.ts';

const folder = temporaryFolder();

async function render(report = makeCompareReport()): Promise<string> {
  const path = join(folder, 'report.html');
  await writeReport(path, report, [], { confidence: 0.25, iou: 0.7 }, recordingContext().context);
  return readFile(path, 'utf8');
}

describe('the report', () => {
  it('shows what belongs to labels only where there are labels', async () => {
    const plain = await render();
    for (const part of ['Precision and recall', 'Confusion', '>AP<', 'Best F1']) expect(plain).not.toContain(part);
    expect(plain).toContain('Agreement F1');
    const labelled = await render(withLabels(makeCompareReport()));
    for (const part of ['Precision and recall', 'Confusion · base', '>AP<', 'Best F1'])
      expect(labelled).toContain(part);
    // Two curves of every model, and a line of each in both keys.
    expect(labelled.match(/<polyline class="series/g)).toHaveLength(4);
    expect(labelled.match(/<line class="series/g)).toHaveLength(4);
  });

  it('finds the AP of a class however its name is spelt', async () => {
    const report = withLabels(makeCompareReport());
    const models = report.models.map((model) => {
      const { evaluation } = model;
      if (evaluation === undefined) throw new Error('a model with labels');
      const perClass = evaluation.perClass.map((one) => ({ ...one, className: one.classId === 0 ? 'BALL' : 'x' }));
      return { ...model, evaluation: { ...evaluation, perClass } };
    });
    const page = await render({ ...report, models });
    const rows = [...page.matchAll(/<th scope="row">(cup|ball)<\/th><td>\d.*?<td>([\d.]+|—)<\/td>/g)];
    expect(rows.map(([, name, ap]) => [name, ap])).toEqual([
      ['ball', '0.500'],
      ['cup', '—'],
    ]);
  });

  it('has every figure against labels, and none where there is nothing to find', async () => {
    const report = withLabels(makeCompareReport());
    const models = report.models.map((model) => {
      const { evaluation } = model;
      if (evaluation === undefined) throw new Error('a model with labels');
      return { ...model, evaluation: { ...evaluation, coco: { ...evaluation.coco, APsmall: -1 } } };
    });
    const page = await render({ ...report, models });
    const values = new Map(
      [...page.matchAll(/<th scope="row">([^<]+)<\/th><td[^>]*>([^<]+)<\/td>/g)].map(([, title, value]) => [
        title,
        value,
      ]),
    );
    const { coco, voc, interpolated101 } = models[0]?.evaluation ?? {};
    expect(values.get('AR, 10 boxes')).toBe(coco?.AR10.toFixed(3));
    expect(values.get('AR, large objects')).toBe(coco?.ARlarge.toFixed(3));
    expect(values.get('VOC AP50, 11 points')).toBe(voc?.elevenPoint50.toFixed(3));
    expect(values.get('mAP50, 101 points interpolated')).toBe(interpolated101?.mAP50.toFixed(3));
    expect(page).not.toContain('AP, small objects');
    expect(page).not.toContain('-1.000');
  });

  it('counts one box as one', async () => {
    const report = makeCompareReport();
    const [base, small] = report.models;
    if (base === undefined || small?.agreement === undefined) throw new Error('two models');
    const page = await render({ ...report, models: [base, { ...small, agreement: { ...small.agreement, lost: 1 } }] });
    expect(page).toContain(': 1 box lost, 0 extra, 8 kept');
  });

  it('shows what there is to say', async () => {
    const warnings = ['Not measured against labels: a < b.'];
    expect(await render({ ...makeCompareReport(), warnings })).toContain('Not measured against labels: a &lt; b.');
  });

  it('draws a bar as long as its share of the longest', async () => {
    const page = await render();
    const bars = [...page.matchAll(/<dt>(\w+)<\/dt><dd><span><i style="width:([\d.]+)%/g)].map(([, name, width]) => [
      name,
      width,
    ]);
    // Latency 8 and 4 ms, files of 2 MB and 500 kB.
    expect(bars.slice(0, 4)).toEqual([
      ['base', '100.0'],
      ['small', '50.0'],
      ['base', '100.0'],
      ['small', '25.0'],
    ]);
  });

  it('never shows a time of a fallback as a time', async () => {
    const report = makeCompareReport();
    const invalidBecause = 'None of its 7 nodes ran on webgpu; the others (Conv) ran on cpu.';
    const [base, small] = report.models;
    if (base === undefined || small === undefined) throw new Error('two models');
    const fallback = { ...small, provider: { requested: 'webgpu', used: 'cpu', invalidBecause } as const };
    const page = await render({ ...report, models: [base, fallback] });
    expect(page).toContain(`The times of small are not those of webgpu: ${invalidBecause}`);
    expect(page).toContain('cpu, not webgpu (invalid)');
    const times = [...page.matchAll(/(.{12})4\.00\sms(.{12})/g)];
    expect(times.length).toBeGreaterThan(3);
    for (const [time] of times) expect(time).toContain('invalid');
    expect(page).toContain('speed not comparable');
    expect(page).toContain('small (invalid)</text>');
  });

  it('lists classes from the least alike, and matrices of many classes by what is confused most', async () => {
    const labelled = withLabels(makeCompareReport(), 30);
    const page = await render(labelled);
    expect(page).not.toContain('class="matrix"');
    expect(page).toMatch(/<td>class 1<\/td><td>class 0<\/td><td>9<\/td>/);
    const small = await render(withLabels(makeCompareReport(), 3));
    expect(small).toContain('class="matrix"');
    const order = [...small.matchAll(/<th scope="row">(cup|ball)<\/th><td>/g)].map(([, name]) => name);
    expect(order.slice(0, 2)).toEqual(['ball', 'cup']);
  });
});
