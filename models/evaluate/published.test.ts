import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recordingContext } from '../testing/context.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { evaluateFiles } from './evaluateFiles.ts';
import { groupDetections, groupTruth } from './metrics/boxColumns.ts';
import { gatherClasses } from './metrics/classRecords.ts';
import { matchPictures } from './metrics/matchPictures.ts';
import { matchVoc } from './metrics/matchVoc.ts';
import { averageVoc } from './metrics/vocAverage.ts';

const expectedFigures = z.object({
  stats: z.record(z.string(), z.number()),
  perClass: z.record(
    z.string(),
    z.object({ AP50: z.number().nullable(), AP50_95: z.number().nullable(), AR100: z.number().nullable() }),
  ),
});
type ExpectedFigures = z.infer<typeof expectedFigures>;

/** The published figures' names of ours. */
const names = {
  APs: 'APsmall',
  APm: 'APmedium',
  APl: 'APlarge',
  ARs: 'ARsmall',
  ARm: 'ARmedium',
  ARl: 'ARlarge',
} as const;

function readExpected<Schema extends z.ZodType>(schema: Schema, ...parts: string[]): z.infer<Schema> {
  return schema.parse(JSON.parse(readFileSync(sharedPath('data', ...parts), 'utf8')));
}

async function expectFigures(annotations: string, predictions: string, expected: ExpectedFigures) {
  const report = await evaluateFiles({ annotations, predictions }, recordingContext().context);
  const ours: Record<string, number> = { ...report.coco };
  expect(Object.keys(expected.stats)).toHaveLength(12);
  for (const [name, value] of Object.entries(expected.stats)) {
    const own = Object.entries(names).find(([theirs]) => theirs === name)?.[1] ?? name;
    expect(Math.abs((ours[own] ?? Number.NaN) - value), own).toBeLessThan(1e-9);
  }
  expect(report.perClass.map(({ className }) => className)).toEqual(Object.keys(expected.perClass));
  for (const row of report.perClass) {
    const { AP50, AP50_95, AR100 } = expected.perClass[row.className] ?? { AP50: 0, AP50_95: 0, AR100: 0 };
    expectNear(row.AP50, AP50);
    expectNear(row.AP, AP50_95);
    expectNear(row.AR100, AR100);
  }
  return report;
}

function expectNear(own: number | null, theirs: number | null) {
  if (theirs === null || own === null) expect(own).toBe(theirs);
  else expect(Math.abs(own - theirs)).toBeLessThan(1e-9);
}

describe.skipIf(!hasSharedFolder)('figures of pycocotools', () => {
  it("are those of COCO's published result file", async () => {
    const { coco } = await expectFigures(
      sharedPath('data', 'coco-eval', 'faster_coco_eval', 'instances_val2014_100.json'),
      sharedPath('data', 'coco-eval', 'cocoapi', 'instances_val2014_fakebbox100_results.json'),
      readExpected(expectedFigures, 'coco-eval', 'expected_fakebbox100_pycocotools.json'),
    );
    // As printed in COCO's own repository.
    const printed = readFileSync(sharedPath('data', 'coco-eval', 'cocoapi', 'val2014_fake_eval_res.txt'), 'utf8');
    const boxes = printed.slice(printed.indexOf('type=bbox'), printed.indexOf('type=keypoints'));
    const figures = [...boxes.matchAll(/\] = ([\d.]+)/g)].map(([, figure]) => figure);
    expect(Object.values(coco).map((value) => value.toFixed(3))).toEqual(figures);
  });

  // With a crowd, ids that are strings in one place and numbers in another, and three pictures of shapes. pycocotools refuses
  // the strings; the first row is faster-coco-eval's.
  it.each([
    [
      'ignore_test',
      [
        0.7099009900990099, 1, 0.8415841584158416, -1, 0.7099009900990099, -1, 0, 0.45384615384615384,
        0.7153846153846154, -1, 0.7153846153846154, -1,
      ],
    ],
    [
      'dataset',
      [
        0.6947194719471946, 0.6947194719471946, 0.6947194719471946, -1, 0.7920792079207921, 0, 0.6666666666666666, 0.75,
        0.75, -1, 0.7916666666666666, 0,
      ],
    ],
  ])('are those of the case %s', async (name, expected) => {
    const folder = sharedPath('data', 'coco-eval', 'faster_coco_eval');
    const files = { annotations: join(folder, `gt_${name}.json`), predictions: join(folder, `dt_${name}.json`) };
    const { coco } = await evaluateFiles(files, recordingContext().context);
    for (const [index, value] of Object.values(coco).entries()) expectNear(value, expected[index] ?? Number.NaN);
  });

  const detectors = [
    'fastestdet',
    'nanodet_m_416',
    'v5lite_e',
    'yolo11n_int8',
    'yolo26n_int8',
    'yolo_fastestv2',
    'yolov8n_int8',
    'yolox_nano',
  ];
  const listed = detectors.filter((name) => existsSync(sharedPath('data', 'coco8', `dt_${name}.json`)));

  it.each(listed)('are those of coco8 as %s sees it', async (name) => {
    const expected = readExpected(z.record(z.string(), expectedFigures), 'coco8', 'expected_pycocotools.json')[name];
    if (expected === undefined) throw new Error(`no figures of ${name}`);
    await expectFigures(
      sharedPath('data', 'coco8', 'coco8_gt_as_coco.json'),
      sharedPath('data', 'coco8', `dt_${name}.json`),
      expected,
    );
  });

  it("are cartucho's, as are its VOC figures", async () => {
    const report = await expectFigures(
      sharedPath('data', 'cartucho', 'as_coco_gt.json'),
      sharedPath('data', 'cartucho', 'as_coco_dt.json'),
      readExpected(expectedFigures, 'cartucho', 'expected_pycocotools.json'),
    );
    const printed = readFileSync(sharedPath('data', 'cartucho', 'expected_output_main_py.txt'), 'utf8');
    const rows = [...printed.matchAll(/^([\d.]+)% = (\S+) AP/gm)];
    expect(rows).toHaveLength(report.perClass.length);
    for (const [, figure, className] of rows) {
      const own = report.perClass.find((row) => row.className === className)?.vocAllPoint50;
      expect((100 * (own ?? Number.NaN)).toFixed(2), className).toBe(figure);
    }
    expect(`mAP = ${(100 * report.voc.allPoint50).toFixed(2)}%`).toBe(/mAP = .*/.exec(printed)?.[0]);
  });
});

/** Columns of one class from text files, a box a line: class, score where there is one, then left, top, width, height. */
function readPadilla(kind: 'groundtruths' | 'detections') {
  const pictures: number[] = [];
  const boxes: number[] = [];
  const scores: number[] = [];
  for (let picture = 0; picture < 7; picture += 1) {
    const text = readFileSync(sharedPath('data', 'padilla', kind, `0000${picture + 1}.txt`), 'utf8');
    for (const line of text.split(/\r?\n/).filter((row) => row.trim() !== '')) {
      const values = line.trim().split(/\s+/).slice(1).map(Number);
      pictures.push(picture);
      boxes.push(...values.slice(-4));
      scores.push(values[0] ?? 0);
    }
  }
  const classIds = new Uint16Array(pictures.length);
  return {
    pictures: Uint32Array.from(pictures),
    classIds,
    boxes: Float64Array.from(boxes),
    scores: Float64Array.from(scores),
  };
}

describe.skipIf(!hasSharedFolder)("Padilla's published figures", () => {
  it.each([
    [0.3, 0.24568668046928915, 0.26839826839826836, 7],
    [0.5, 0.02222222222222222, 0.0303030303030303, 1],
    [0.75, 0, 0, 0],
  ])('at overlap %d', async (threshold, allPoint, elevenPoint, right) => {
    const truth = readPadilla('groundtruths');
    const found = readPadilla('detections');
    const none = new Uint8Array(truth.pictures.length);
    const objects = groupTruth(truth.pictures, 7, 1, {
      ...truth,
      areas: new Float64Array(truth.pictures.length),
      crowds: none,
      ignored: none,
    });
    const detections = groupDetections(found.pictures, 7, 1, found);
    const records = matchPictures(Uint32Array.from([0, 1, 2, 3, 4, 5, 6]), objects, detections);
    records.voc.fill(0);
    for (let picture = 0; picture < 7; picture += 1) {
      const group = {
        found: detections.columns,
        truth: objects.columns,
        foundStart: detections.starts[picture] ?? 0,
        foundEnd: detections.starts[picture + 1] ?? 0,
        truthStart: objects.starts[picture] ?? 0,
        truthEnd: objects.starts[picture + 1] ?? 0,
      };
      matchVoc(group, threshold, records.voc);
    }
    const [person] = await gatherClasses(() => [records], Uint32Array.of(found.scores.length), 0, 1);
    if (person === undefined) throw new Error('no class');
    expect(truth.pictures).toHaveLength(15);
    expect(records.voc.reduce((sum, verdict) => sum + verdict, 0)).toBe(right);
    const averages = averageVoc(person, 15);
    expect(averages.allPoint).toBeCloseTo(allPoint, 12);
    expect(averages.elevenPoint).toBeCloseTo(elevenPoint, 12);
  });
});
