import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from './graph/write.ts';
import { operations } from './operations.ts';
import { parseInput } from './parseInput.ts';
import { recordingContext } from './testing/context.ts';
import { temporaryFolder } from './testing/folder.ts';
import { siluNet, tinyEndToEnd, tinyV8 } from './testing/tinyModels.ts';
import { writePicture } from './testing/writePicture.ts';

const folder = temporaryFolder();
const model = join(folder, 'detector.onnx');
const other = join(folder, 'other.onnx');
await writeModel(model, tinyV8());
await writeModel(other, siluNet());
const images = [
  await writePicture(join(folder, 'a.png'), 64, 64, 1),
  await writePicture(join(folder, 'b.jpg'), 100, 80, 2),
  await writePicture(join(folder, 'c.jpg'), 60, 120, 3),
];

describe('inspect', () => {
  it('joins what the file is and how it is read', async () => {
    const inspection = await operations.inspect(parseInput('inspect', { model }), recordingContext().context);
    expect(inspection.detector).toMatchObject({ family: 'v8', classes: 3, inputSize: [64, 64] });
    expect(inspection.detector?.evidence.length).toBeGreaterThan(0);
    expect(inspection.notRunnableBecause).toBeUndefined();
  });

  it('tells the strides of the cells that boxes are selected from inside the graph', async () => {
    const path = join(folder, 'end-to-end.onnx');
    await writeModel(path, tinyEndToEnd());
    const { detector } = await operations.inspect(parseInput('inspect', { model: path }), recordingContext().context);
    expect(detector?.strides).toEqual([8, 16, 32]);
    expect(detector?.spec.strides).toEqual([]);
    expect(detector?.evidence.at(-1)).toContain('Inside the graph');
  });

  it('says why another model is no detector', async () => {
    const inspection = await operations.inspect(parseInput('inspect', { model: other }), recordingContext().context);
    expect(inspection.detector).toBeNull();
    expect(inspection.notRunnableBecause).toMatch(/./);
    expect(inspection.operators.Conv).toBeGreaterThan(0);
  });
});

describe('prune with pictures to check on', () => {
  const prune = async (amount: number) => {
    const out = join(folder, `pruned-${amount}.onnx`);
    const input = parseInput('prune', { model, out, options: { amount }, check: [folder] });
    const { context, reports } = recordingContext();
    return { out, reports, report: await operations.prune(input, context) };
  };

  it('agrees wholly when nothing is pruned', async () => {
    const { report, out, reports } = await prune(0);
    expect(existsSync(out)).toBe(true);
    expect(report.agreement).toMatchObject({ f1: 1, lost: 0, extra: 0, images: 3 });
    expect(report.warnings.filter((warning) => /differ noticeably/.test(warning))).toEqual([]);
    const fractions = reports.map((progress) => progress.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('warns of a loss that a person would notice', async () => {
    const { report } = await prune(0.99);
    expect(report.agreement?.f1).toBeLessThan(0.95);
    expect(report.warnings.filter((warning) => /differ noticeably/.test(warning))).toHaveLength(1);
  });
});

describe('quantize', () => {
  it('reports agreement and drop on the calibration pictures', async () => {
    const out = join(folder, 'int8.onnx');
    const input = parseInput('quantize', { model, out, options: {}, data: images });
    const report = await operations.quantize(input, recordingContext().context);
    expect(report.agreement?.images).toBe(3);
    expect(report.drop).toBeCloseTo(1 - (report.agreement?.f1 ?? 0), 12);
  });

  it('measures nothing without pictures', async () => {
    const out = join(folder, 'half.onnx');
    const input = parseInput('quantize', { model, out, options: { precision: 'fp16' } });
    const report = await operations.quantize(input, recordingContext().context);
    expect(report.agreement).toBeUndefined();
    expect(report.drop).toBeUndefined();
  });
});

describe('export and verify', () => {
  it('takes the sample pictures where none are given', async () => {
    const out = join(folder, 'bundle.zip');
    const input = parseInput('export', { model, target: 'node', out, images: [] });
    const report = await operations.export(input, recordingContext().context);
    expect(report.files.filter((file) => file.path.endsWith('.png')).length).toBeGreaterThanOrEqual(3);
    expect(await operations.verify({ bundle: out }, recordingContext().context)).toMatchObject({ ok: true });
  });
});

describe('parseInput', () => {
  it('names the field that is wrong, and fills in defaults', () => {
    expect(parseInput('detect', { model, images })).toMatchObject({ confidence: 0.25, iou: 0.7, provider: 'cpu' });
    expect(() => parseInput('detect', { model, images, confidence: 2 })).toThrow(/^confidence: /);
    expect(() => parseInput('detect', { model, images, typo: 1 })).toThrow(/typo/);
    expect(() => parseInput('inspect', null)).toThrow(/^inspect: /);
  });
});
