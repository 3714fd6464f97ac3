import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { type ModelProto, TensorProto_DataLocation, TensorProto_DataType, TensorProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import type { EvaluateReport } from '../types.ts';

const folder = temporaryFolder();
const model = join(folder, 'two things.onnx');
await writeModel(
  model,
  fixedDetector([
    { classId: 0, score: 0.9, box: [8, 8, 40, 40] },
    { classId: 1, score: 0.6, box: [44, 44, 60, 60] },
  ]),
);

/** A detector that has a tensor beside those it needs, in this file. */
function withWeightsOutside(location: string): ModelProto {
  const proto = fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]);
  proto.graph?.initializer.push(
    create(TensorProtoSchema, {
      name: 'spare',
      dataType: TensorProto_DataType.FLOAT,
      dims: [4n],
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [{ key: 'location', value: location }],
    }),
  );
  return proto;
}

/** The labels of the boxes that the detector finds, and of places where it finds nothing. */
const cup = '0 0.375 0.375 0.5 0.5';
const ball = '1 0.8125 0.8125 0.25 0.25';
const hiddenCup = '0 0.8 0.2 0.1 0.1';

/** A YOLO dataset of 64 x 64 pictures with these labels. */
async function makeDataset(name: string, labels: readonly string[], names = '[cup, ball]') {
  const root = join(folder, name);
  await mkdir(join(root, 'images', 'val'), { recursive: true });
  await mkdir(join(root, 'labels', 'val'), { recursive: true });
  for (const [index, text] of labels.entries()) {
    const stem = `picture ${String(index).padStart(2, '0')}`;
    await writePicture(join(root, 'images', 'val', `${stem}.png`), 64, 64, index);
    await writeFile(join(root, 'labels', 'val', `${stem}.txt`), text);
  }
  const data = join(root, 'data.yaml');
  await writeFile(data, `path: .\ntrain: images/val\nval: images/val\nnames: ${names}\n`);
  return data;
}

const labels = [
  cup,
  `${cup}\n${ball}`,
  hiddenCup,
  ball,
  '',
  `${hiddenCup}\n${ball}`,
  cup,
  cup,
  ball,
  `${cup}\n${hiddenCup}`,
];
const data = await makeDataset('things', labels);

function evaluate(more: Record<string, unknown> = {}, context = recordingContext().context): Promise<EvaluateReport> {
  return operations.evaluate(parseInput('evaluate', { model, data, ...more }), context);
}

function merge(parts: readonly string[]): Promise<EvaluateReport> {
  return operations.merge(parseInput('merge', { parts }), recordingContext().context);
}

/** What is measured, without what differs from run to run. */
function measured({
  ms: _ms,
  part: _part,
  model: _model,
  provider: _provider,
  classMapping: _map,
  warnings: _w,
  ...figures
}: EvaluateReport) {
  return figures;
}

describe('a model on a dataset', () => {
  it('has figures that are known beforehand', async () => {
    const report = await evaluate();
    expect(report).toMatchObject({ images: 10, objects: 12, detections: 20, split: 'val', model });
    expect(report.classMapping).toEqual({ by: 'name', onlyModel: [], onlyDataset: [] });
    // Of 10 cups found 5 are right, of 8 that are there; all scores are equal, so pictures rank by their names.
    const [cups, balls] = report.perClass;
    expect(cups).toMatchObject({ className: 'cup', objects: 8, detections: 10, AR100: 5 / 8 });
    expect(balls).toMatchObject({ className: 'ball', objects: 4, detections: 10, AR100: 1 });
    // Right at places 1, 2, 7, 8 and 10 of 10: precision 1 to recall 2/8 (26 readings), 4/8 to 4/8 (25), 5/10 to 5/8 (12).
    expect(cups?.AP).toBeCloseTo((26 + 37 * 0.5) / 101, 12);
    expect(report.confusion.counts).toEqual([
      [5, 0, 5],
      [0, 4, 6],
      [3, 0, 0],
    ]);
    expect(report.unreadable).toBeUndefined();
    expect(report.warnings).toEqual([]);
    expect(report.ms.inference).toBeGreaterThan(0);
  });

  it('leaves out pictures that cannot be read, and says which', async () => {
    const spoilt = await makeDataset('spoilt', [cup, cup]);
    await writeFile(join(folder, 'spoilt', 'images', 'val', 'picture 01.png'), 'no picture');
    const report = await evaluate({ data: spoilt });
    expect(report).toMatchObject({ images: 1, objects: 1, unreadable: [{ path: expect.stringContaining('01.png') }] });
    expect(report.warnings).toEqual(['1 picture could not be read, and left out.']);
    await writeFile(join(folder, 'spoilt', 'images', 'val', 'picture 00.png'), 'no picture');
    const out = join(folder, 'spoilt pictures.bwe');
    for (const more of [{}, { out }]) {
      await expect(evaluate({ data: spoilt, ...more })).rejects.toMatchObject({ code: 'no-images' });
    }
    await writePicture(join(folder, 'spoilt', 'images', 'val', 'picture 00.png'), 64, 64);
    expect(await evaluate({ data: spoilt, out })).toMatchObject({ images: 1 });
  });

  it('finds classes by their names, whatever their order, and says what one side alone has', async () => {
    const reordered = await makeDataset('reordered', [cup.replace(/^0/, '2')], '[plate, Ball, CUP]');
    const report = await evaluate({ data: reordered });
    expect(report.classMapping).toEqual({ by: 'name', onlyModel: [], onlyDataset: ['plate'] });
    expect(report.perClass.map(({ className, AR100 }) => [className, AR100])).toEqual([
      ['plate', null],
      ['Ball', null],
      ['CUP', 1],
    ]);
  });

  it('goes by numbers where no name is the same, and refuses where these do not fit either', async () => {
    const foreign = await makeDataset('foreign', [cup], '[tasse, kugel]');
    expect((await evaluate({ data: foreign })).classMapping?.by).toBe('id');
    const other = await makeDataset('other', [cup], '[eins, zwei, drei]');
    await expect(evaluate({ data: other })).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('refuses a dataset without any label before it runs', async () => {
    const bare = await makeDataset('bare', ['', '']);
    await expect(evaluate({ data: bare })).rejects.toThrow('None of the 2 pictures');
  });

  it('saves what is found as a COCO result file, which measured by itself has exactly the same figures', async () => {
    const coco = join(folder, 'things as coco');
    await operations.convertDataset(
      parseInput('convertDataset', { dataset: data, to: 'coco', out: coco, copyImages: true }),
      recordingContext().context,
    );
    const annotations = join(coco, 'annotations', 'instances_val.json');
    const predictions = join(folder, 'saved', 'found.json');
    for (const from of [data, annotations]) {
      const report = await evaluate({ data: from, savePredictions: predictions });
      expect(report.predictions).toBe(predictions);
      const again = await operations.evaluate({ predictions, annotations }, recordingContext().context);
      expect(again).toMatchObject({ images: 10, objects: 12, detections: 20, coco: report.coco, voc: report.voc });
      expect(again.interpolated101).toEqual(report.interpolated101);
    }
    const { context, controller } = recordingContext();
    const stopping = {
      ...context,
      report: ({ fraction }: { fraction: number }) => fraction > 0.02 && controller.abort(),
    };
    await expect(evaluate({ savePredictions: join(folder, 'saved', 'cut.json') }, stopping)).rejects.toThrow();
    expect(await readdir(join(folder, 'saved'))).toEqual(['found.json']);
    const out = join(folder, 'saved', 'part.bwe');
    await expect(evaluate({ savePredictions: predictions, out })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(evaluate({ savePredictions: data })).rejects.toThrow('must go to another file');
  });

  it('leaves no file behind without -o', async () => {
    const before = await readdir(folder);
    await evaluate();
    expect(await readdir(folder)).toEqual(before);
  });
});

describe('parts', () => {
  const partsOf = async (count: number) => {
    const parts = Array.from({ length: count }, (_, index) => join(folder, `part ${index + 1} of ${count}.bwe`));
    for (const [index, out] of parts.entries()) await evaluate({ out, shard: { index: index + 1, count } });
    return parts;
  };

  it('join to exactly the figures of the whole, in any order', async () => {
    const whole = measured(await evaluate());
    for (const count of [1, 3, 10]) {
      const parts = await partsOf(count);
      expect(measured(await merge(parts))).toEqual(whole);
      expect(measured(await merge(parts.toReversed()))).toEqual(whole);
    }
  });

  it('may be empty where there are more parts than pictures', async () => {
    const few = await makeDataset('few', [cup]);
    const parts = [1, 2].map((index) => join(folder, `few ${index}.bwe`));
    await evaluate({ data: few, out: parts[0], shard: { index: 1, count: 2 } });
    const empty = await evaluate({ data: few, out: parts[1], shard: { index: 2, count: 2 } });
    expect(empty).toMatchObject({ images: 0, objects: 0 });
    expect(measured(await merge(parts))).toEqual(measured(await evaluate({ data: few })));
  });

  it('are refused where one is missing, named twice, of something else, or no part', async () => {
    const [first = '', second = '', third = ''] = await partsOf(3);
    await expect(merge([first, third])).rejects.toThrow('Of 3 parts 1 are missing: 2.');
    await expect(merge([first, second, second])).rejects.toThrow('are both part 2 of 3');
    const other = join(folder, 'other.bwe');
    await evaluate({ out: other, shard: { index: 3, count: 3 }, confidence: 0.5 });
    await expect(merge([first, second, other])).rejects.toThrow('other thresholds');
    await expect(merge([first, second, model])).rejects.toThrow('is no part of an evaluation');
    await expect(merge([join(folder, 'gone.bwe')])).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('are refused where a byte is changed or cut off', async () => {
    const [part = ''] = await partsOf(1);
    const bytes = await readFile(part);
    const spoilt = join(folder, 'spoilt.bwe');
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, change, cut) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ change;
          await writeFile(spoilt, cut ? bytes.subarray(0, at) : changed);
          await expect(merge([spoilt])).rejects.toMatchObject({ code: 'bad-input' });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a run that was interrupted', () => {
  it('keeps what it has done and goes on from there', async () => {
    const own = await makeDataset('own', labels);
    const out = join(folder, 'own.bwe');
    const { context, controller } = recordingContext();
    const stopping = {
      ...context,
      report: ({ fraction }: { fraction: number }) => fraction > 0.02 && controller.abort(),
    };
    const whole = measured(await evaluate({ data: own }));
    await expect(evaluate({ data: own, out }, stopping)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(folder)).toContain('own.bwe.partial');
    // What is done is not looked at again: the first picture may be spoilt by now.
    await writeFile(join(folder, 'own', 'images', 'val', 'picture 00.png'), 'no picture');
    const resumed = await evaluate({ data: own, out });
    expect(measured(resumed)).toEqual(whole);
    expect(resumed.warnings).toEqual(['1 picture was done by an earlier run, with the labels of then.']);
    expect(await readdir(folder)).not.toContain('own.bwe.partial');
    // A finished part is not made again either.
    await writeFile(join(folder, 'own', 'images', 'val', 'picture 01.png'), 'no picture');
    const again = await evaluate({ data: own, out });
    expect(measured(again)).toEqual(whole);
    expect(again.warnings).toEqual([expect.stringContaining('nothing was run again')]);
  });

  it('goes on wherever a kill has cut its file', async () => {
    const out = join(folder, 'cut.bwe');
    const whole = measured(await evaluate({ out }));
    const bytes = await readFile(out);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length }), fc.nat({ max: 30 }), async (length, garbage) => {
        await rm(out, { force: true });
        await writeFile(`${out}.partial`, Buffer.concat([bytes.subarray(0, length), Buffer.alloc(garbage, 7)]));
        expect(measured(await evaluate({ out }))).toEqual(whole);
      }),
      { numRuns: 12 },
    );
  });

  it('never takes the place of a file that is something else', async () => {
    const out = join(folder, 'kept.bwe');
    await evaluate({ out });
    const kept = await readFile(out);
    await expect(evaluate({ out, confidence: 0.5 })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('other thresholds'),
    });
    const shard = { index: 2, count: 2 };
    await expect(evaluate({ out, shard })).rejects.toThrow('other numbers of parts');
    expect(await readFile(out)).toEqual(kept);
    const bytes = await readFile(model);
    await expect(evaluate({ out: model })).rejects.toMatchObject({ code: 'bad-input' });
    expect(await readFile(model)).toEqual(bytes);
    await expect(evaluate({ out: folder })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(merge([folder])).rejects.toThrow('is no part of an evaluation');
  });

  it('is not gone on with after the weights of the model changed in a file of their own', async () => {
    const weighty = join(folder, 'weights outside.onnx');
    await writeModel(weighty, withWeightsOutside('weights outside.bin'));
    const weights = join(folder, 'weights outside.bin');
    await writeFile(weights, Buffer.alloc(16, 1));
    const out = join(folder, 'weights.bwe');
    await evaluate({ model: weighty, out });
    await writeFile(weights, Buffer.alloc(16, 2));
    await expect(evaluate({ model: weighty, out })).rejects.toThrow('other models');
  });

  it('is not gone on with under other settings', async () => {
    const out = join(folder, 'settings.bwe');
    await evaluate({ out });
    await rename(out, `${out}.partial`);
    await expect(evaluate({ out, confidence: 0.5 })).rejects.toMatchObject({
      code: 'bad-input',
      hint: expect.stringContaining('delete'),
    });
  });
});
