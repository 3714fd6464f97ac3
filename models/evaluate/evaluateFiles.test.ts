import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DetectionRecord, type TruthRecord, writeCocoFiles } from '../testing/cocoFiles.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { evaluateFiles } from './evaluateFiles.ts';

const folder = temporaryFolder();

async function evaluate(
  truth: readonly TruthRecord[],
  found: readonly DetectionRecord[],
  images: readonly (number | string)[] = [1, 2],
) {
  const files = await writeCocoFiles(folder, images, ['cup', 'ball'], truth, found);
  return evaluateFiles(files, recordingContext().context);
}

const cup = { image_id: 1, category_id: 1, bbox: [0, 0, 100, 100] } as const;
const otherCup = { image_id: 2, category_id: 1, bbox: [0, 0, 100, 100] } as const;

describe('by hand', () => {
  it('counts an overlap of 0.62 at three of ten thresholds', async () => {
    const { coco } = await evaluate([cup], [{ ...cup, bbox: [0, 0, 100, 62], score: 0.9 }]);
    expect(coco).toMatchObject({ AP75: 0, APsmall: -1, APmedium: -1, ARsmall: -1, AR100: 0.3, ARlarge: 0.3 });
    expect(coco.AP).toBeCloseTo(0.3, 12);
    expect(coco.AP50).toBeCloseTo(1, 12);
  });

  it('reads precision where right, wrong and right follow each other', async () => {
    const found = [
      { ...cup, score: 0.9 },
      { ...cup, bbox: [300, 300, 50, 50], score: 0.8 },
      { ...otherCup, score: 0.7 },
    ] as const;
    const { coco, voc, interpolated101, bestF1, curves } = await evaluate([cup, otherCup], found);
    // Precision 1 up to recall 0.5, that is at 51 recalls of 101 and 6 of 11; 2/3 beyond.
    expect(coco.AP).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
    expect(voc.allPoint50).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
    expect(voc.elevenPoint50).toBeCloseTo((6 + 5 * (2 / 3)) / 11, 12);
    // Trapezoids between 101 readings: 1 at 0 to 0.49, 2/3 at 0.5 to 0.99, 0 at 1.
    expect(interpolated101.mAP50).toBeCloseTo((50 + 50 * (2 / 3) - 0.5) / 100, 12);
    // All three kept: precision 2/3, recall 1, F1 0.8; the best alone: precision 1, recall 0.5, F1 2/3.
    expect(bestF1).toEqual({ confidence: 0, f1: 0.8, precision: 2 / 3, recall: 1 });
    expect(curves.f1[75]).toBeCloseTo(0.5, 12);
    expect(curves.precision[85]).toBe(1);
    expect(curves.recall[95]).toBe(0);
  });

  it('takes detections in a crowd for neither right nor wrong', async () => {
    const crowd = { ...otherCup, iscrowd: 1 } as const;
    const inside = [10, 30, 50].map((left) => ({ ...otherCup, bbox: [left, 10, 20, 20] as const, score: 0.95 }));
    const { coco, objects, perClass } = await evaluate([cup, crowd], [...inside, { ...cup, score: 0.9 }]);
    expect(coco.AP).toBeCloseTo(1, 12);
    expect(objects).toBe(2);
    expect(perClass[0]).toMatchObject({ className: 'cup', objects: 1, detections: 4 });
  });

  it('gives a detection to an object that is looked for before a crowd it lies in', async () => {
    const crowd = { ...cup, bbox: [0, 0, 400, 400], iscrowd: 1 } as const;
    const { coco } = await evaluate([crowd, cup], [{ ...cup, bbox: [0, 0, 100, 70], score: 0.9 }]);
    expect(coco.AR100).toBeCloseTo(0.5, 12); // 0.50 to 0.70, as NumPy's linspace has 0.7 at or below 0.7
  });

  it('counts the best 1, 10 and 100 detections of each class in each picture', async () => {
    const things = Array.from({ length: 12 }, (_, index) => ({ ...cup, bbox: [index * 50, 0, 40, 40] as const }));
    const { coco } = await evaluate(
      things,
      things.map((thing, index) => ({ ...thing, score: 0.9 - index / 100 })),
    );
    expect(coco.AR1).toBeCloseTo(1 / 12, 12);
    expect(coco.AR10).toBeCloseTo(10 / 12, 12);
    expect(coco.AR100).toBeCloseTo(1, 12);
  });

  it('does not look at the 101st detection of a class in a picture', async () => {
    const wrong = Array.from({ length: 100 }, () => ({ ...cup, bbox: [300, 300, 100, 100] as const, score: 0.9 }));
    const { coco, voc } = await evaluate([cup], [...wrong, { ...cup, score: 0.5 }]);
    expect(coco.AP).toBe(0);
    expect(voc.allPoint50).toBeCloseTo(1 / 101, 12);
  });

  it('sorts objects by their area, and detections that match none by their own', async () => {
    const small = { ...cup, bbox: [200, 0, 20, 20] } as const;
    const found = [
      { ...small, score: 0.9 },
      { ...cup, bbox: [300, 300, 10, 10], score: 0.95 },
    ] as const;
    const { coco } = await evaluate([cup, small], found);
    expect(coco.APsmall).toBeCloseTo(0.5, 12);
    expect(coco.APlarge).toBe(0); // the small ones do not spoil it, and the large cup was not found
    expect(coco.ARlarge).toBe(0);
    const { coco: byOutline } = await evaluate([{ ...cup, area: 1000 }], [{ ...cup, score: 0.9 }]);
    expect(byOutline.APsmall).toBeCloseTo(1, 12);
    expect(byOutline.APlarge).toBe(-1);
  });

  it('fills the confusion matrix: predicted classes in rows, true ones in columns, nothing last', async () => {
    const ball = { image_id: 2, category_id: 2, bbox: [200, 200, 50, 50] } as const;
    const found = [
      { ...cup, score: 0.9 },
      { ...otherCup, category_id: 2, score: 0.8 }, // a cup taken for a ball
      { ...cup, bbox: [300, 300, 50, 50], score: 0.7 }, // nothing there
      { ...ball, score: 0.25 }, // not above the confidence, so the ball is missed
    ] as const;
    const { confusion } = await evaluate([cup, otherCup, ball], found);
    expect(confusion).toEqual({
      confidence: 0.25,
      iou: 0.45,
      counts: [
        [1, 0, 1],
        [1, 0, 0],
        [0, 1, 0],
      ],
    });
  });

  it('has no figures of a class without objects', async () => {
    const { perClass, coco } = await evaluate([], [{ ...cup, score: 0.9 }]);
    expect(perClass[0]).toMatchObject({ classId: 1, objects: 0, detections: 1, AP: null, AP50: null, f1: null });
    expect(new Set(Object.values(coco))).toEqual(new Set([-1]));
  });

  it('gives nothing to a class that is never found', async () => {
    const { interpolated101, voc, coco } = await evaluate([cup], []);
    expect(interpolated101).toEqual({ mAP50: 0, mAP50_95: 0 });
    expect(voc).toEqual({ allPoint50: 0, elevenPoint50: 0 });
    expect(coco.AP).toBe(0);
  });
});

describe('files from anywhere', () => {
  const found = [{ ...cup, score: 0.9 }];

  it('takes numbers written as strings for the same ids, and any other string for itself', async () => {
    const truth = [
      { ...cup, image_id: '1' },
      { ...cup, image_id: 'straße/2.jpg', category_id: '1' },
    ];
    const strings = [
      { ...cup, image_id: 1, score: 0.9 },
      { ...cup, image_id: 'straße/2.jpg', score: 0.8 },
    ];
    const { coco, images } = await evaluate(truth, strings, ['1', 'straße/2.jpg']);
    expect(images).toBe(2);
    expect(coco.AR100).toBe(1);
  });

  it('keeps ids apart that a double would round into one', async () => {
    const ids = ['9223372036854775806', '9223372036854775807'];
    const [first = '', second = ''] = ids;
    const files = await writeCocoFiles(folder, [1], ['cup'], [cup], found);
    const annotation = (image: string, id: number) =>
      `{"id": ${id}, "image_id": ${image}, "category_id": 1, "bbox": [0, 0, 100, 100]}`;
    const annotations = `{"images": [${ids.map((id) => `{"id": ${id}}`).join()}], "categories": [{"id": 1, "name": "cup"}],
      "annotations": [${annotation(first, 1)}, ${annotation(second, 2)}]}`;
    await writeFile(files.annotations, annotations);
    await writeFile(files.predictions, JSON.stringify([{ ...cup, image_id: second, score: 0.9 }]));
    const { coco, images } = await evaluateFiles(files, recordingContext().context);
    expect(images).toBe(2);
    expect(coco.AR100).toBe(0.5);
  });

  it('ranks ids that all stand in quotes by their letters, as NumPy does', async () => {
    // The detection in "10" comes first of two with the same score, and is wrong.
    const truth = [{ ...cup, image_id: '9' }];
    const detections = [
      { ...cup, image_id: '9', score: 0.5 },
      { ...cup, image_id: '10', score: 0.5 },
    ];
    expect((await evaluate(truth, detections, ['9', '10'])).coco.AP).toBeCloseTo(0.5, 12);
    const numbers = await evaluate([{ ...cup, image_id: 9 }], detections, [9, 10]);
    expect(numbers.coco.AP).toBeCloseTo(1, 12);
  });

  it('takes categories whose ids are words, and numbers them by place', async () => {
    const files = await writeCocoFiles(folder, [1], ['cup'], [cup], found);
    const categories = [
      { id: 'dog', name: 'Dog' },
      { id: 'cat', name: 'Cat' },
    ];
    const annotations = [{ ...cup, id: 1, category_id: 'dog' }];
    await writeFile(files.annotations, JSON.stringify({ images: [{ id: 1 }], annotations, categories }));
    await writeFile(files.predictions, JSON.stringify([{ ...cup, category_id: 'dog', score: 0.9 }]));
    const { perClass } = await evaluateFiles(files, recordingContext().context);
    expect(perClass.map(({ classId, className, AR100 }) => [classId, className, AR100])).toEqual([
      [0, 'Cat', null],
      [1, 'Dog', 1],
    ]);
  });

  it('leaves out detections of categories that the annotations do not have, and says so', async () => {
    const more = [90, 91, 90].map((category_id) => ({ ...cup, category_id, score: 0.95 }));
    const { coco, detections, warnings } = await evaluate([cup], [...more, ...found]);
    expect(coco.AP).toBeCloseTo(1, 12);
    expect(detections).toBe(1);
    expect(warnings.at(-1)).toMatch(/detections\.json: 3 detections were left out, of categories that .*: 90, 91\.$/);
  });

  it('says what it left out and what others count differently', async () => {
    const truth = [
      { ...cup, area: 10_000, ignore: 1 },
      { ...cup, image_id: 9 },
    ];
    const { warnings, objects } = await evaluate(truth, found);
    expect(objects).toBe(1);
    expect(warnings.map((warning) => warning.split('.json: ')[1])).toEqual([
      '1 annotation was left out, of an image or a category that is not listed.',
      '1 annotation without an area: that of the box was taken.',
      '1 annotation with "ignore" but not "iscrowd": as in pycocotools, that counts for nothing.',
    ]);
  });

  it.each([
    [[{ ...cup, image_id: 7, score: 0.9 }], 'detections in image 7, which'],
    [[{ ...cup, image_id: 'x', score: 0.9 }], 'detections in image "x", which'],
    [[{ ...cup, category_id: 90, score: 0.9 }], 'detections of categories 90 alone, which'],
    [[...found, { ...cup }], 'detection 1 has no score'],
    [[{ ...cup, score: '0.9' }], 'the score of detection 0 is not a number'],
    [[{ ...cup, score: 0.9, bbox: [1, 2, 3] }], 'detection 0 has a bbox that is not four numbers'],
    [[{ ...cup, score: 0.9, bbox: [1, 2, 3, 4, 5] }], 'detection 0 has a bbox that is not four numbers'],
    [{ annotations: [] }, 'is no COCO result file: it is not a list'],
    [[[1]], 'detection 0 is not an object'],
  ])('refuses the result file %j', async (content, message) => {
    const files = await writeCocoFiles(folder, [1], ['cup'], [cup], found);
    await writeFile(files.predictions, JSON.stringify(content));
    await expect(evaluateFiles(files, recordingContext().context)).rejects.toMatchObject({
      code: 'dataset-invalid',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/./),
    });
  });

  it.each([
    [[], 'it is not a JSON object'],
    [{ images: [], annotations: [] }, 'it has no "categories"'],
    [{ images: {}, annotations: [], categories: [] }, '"images" is not a list'],
    [{ images: [{}], annotations: [], categories: [] }, 'image 0 has no id'],
    [{ images: [], annotations: [{ image_id: 1, category_id: 1 }], categories: [] }, 'annotation 0 has no bbox'],
    [{ images: [{ id: null }], annotations: [], categories: [] }, 'the id of image 0 is neither a number nor a string'],
    [{ images: [], annotations: [], categories: [{ id: 1 }, { id: '1' }] }, 'two categories have the id 1'],
  ])('refuses the annotations %j', async (content, message) => {
    const files = await writeCocoFiles(folder, [1], ['cup'], [cup], found);
    await writeFile(files.annotations, JSON.stringify(content));
    await expect(evaluateFiles(files, recordingContext().context)).rejects.toMatchObject({
      code: 'dataset-invalid',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a file that is cut off, wherever', async () => {
    const files = await writeCocoFiles(folder, [1], ['cup'], [cup], found);
    const whole = await readFile(files.predictions);
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(files.predictions, whole.subarray(0, length));
      await expect(evaluateFiles(files, recordingContext().context)).rejects.toMatchObject({ code: 'dataset-invalid' });
    }
  });

  it('says which file is not there', async () => {
    const files = { annotations: join(folder, 'gone.json'), predictions: join(folder, 'gone.json') };
    await expect(evaluateFiles(files, recordingContext().context)).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

it('can be stopped in the middle of a long file', async () => {
  const many = Array.from({ length: 120_000 }, () => ({ ...cup, score: 0.5 }));
  const files = await writeCocoFiles(folder, [1], ['cup'], [cup], many);
  const { context, controller, reports } = recordingContext();
  const stopping: typeof context = {
    ...context,
    report(progress) {
      context.report(progress);
      if (progress.fraction > 0.4) controller.abort();
    },
  };
  await expect(evaluateFiles(files, stopping)).rejects.toMatchObject({ name: 'AbortError' });
  expect(reports.at(-1)).toMatchObject({ step: 'Reading detections' });
});
