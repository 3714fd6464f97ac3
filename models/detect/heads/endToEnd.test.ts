import { describe, expect, it } from 'vitest';
import {
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  declareTensor,
  finishModel,
  startDraft,
} from '../../testing/draft.ts';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { fixedOutputsModel } from '../../testing/fixedOutputs.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../../testing/shared.ts';
import { tinyEndToEnd } from '../../testing/tinyModels.ts';
import { openDetector } from '../detector.ts';
import { decodeImage } from '../image.ts';

const folder = temporaryFolder();
const names = "{0: 'cat', 1: 'dog'}";

/** Rows of a table of `count`, the others zero. */
function table(count: number, width: number, rows: readonly (readonly number[])[]): Float32Array {
  const values = new Float32Array(count * width);
  for (const [row, cells] of rows.entries()) values.set(cells, row * width);
  return values;
}

describe('end-to-end heads', () => {
  const rows = [
    [10, 20, 30, 50, 0.9, 1],
    [1, 2, 3, 4, 0.5, 0],
    [5, 5, 9, 9, 0.1, 0],
  ];

  it.each([
    ['with the batch', [1, 10, 6]],
    ['without it', [10, 6]],
  ])('give x1, y1, x2, y2, score, class, %s', async (_name, dims) => {
    const proto = fixedOutputsModel(64, [{ name: 'out', dims, values: table(10, 6, rows) }], { metadata: { names } });
    expect(readingOf(proto).reading).toMatchObject({
      family: 'end-to-end',
      nmsInGraph: true,
      bakedIn: { maxDetections: 10 },
    });
    expect(await findBoxes(folder, proto)).toMatchObject([
      { className: 'dog', score: Math.fround(0.9), box: [10, 20, 30, 50] },
      { className: 'cat', score: 0.5, box: [1, 2, 3, 4] },
    ]);
  });

  it('read the order of the columns and the number of classes from the graph', () => {
    const { reading, warnings } = readingOf(tinyEndToEnd({ classes: 7 }));
    expect(reading).toMatchObject({ family: 'end-to-end', classes: 7, rows: { columns: ['box', 'score', 'class'] } });
    expect(reading.evidence.join()).toContain('in the order box, score, class');
    expect(warnings).toEqual([]);
  });

  it('with a row for every cell, as DeepStream wants them, are suppressed here', async () => {
    const draft = startDraft();
    const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
    const zero = addNode(draft, 'Mul', [mean, addFloats(draft, 'nothing', [], [0])]);
    const boxes = addFloats(
      draft,
      'boxes',
      [1, 84, 4],
      table(84, 4, [
        [10, 20, 30, 50],
        [10, 20, 30, 49],
        [40, 40, 60, 60],
      ]),
    );
    const raw = addFloats(
      draft,
      'scores',
      [1, 84, 2],
      table(84, 2, [
        [0.1, 0.9],
        [0.1, 0.8],
        [0.7, 0.2],
      ]),
    );
    const scores = addNode(draft, 'Add', [raw, zero]);
    const best = addNode(draft, 'ReduceMax', [scores], { axes: { ints: [2] } });
    const label = addNode(draft, 'Cast', [addNode(draft, 'ArgMax', [scores], { axis: { int: 2 } })], {
      to: { int: 1 },
    });
    addNode(
      draft,
      'Concat',
      [addNode(draft, 'Add', [boxes, zero]), best, label],
      { axis: { int: 2 } },
      'join',
      'output',
    );
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [declareTensor('output', [1, 84, 6])],
    });
    expect(readingOf(proto).reading).toMatchObject({ family: 'end-to-end', classes: 2, nmsInGraph: false });
    expect(await findBoxes(folder, proto)).toMatchObject([
      { classId: 1, score: Math.fround(0.9), box: [10, 20, 30, 50] },
      { classId: 0, score: Math.fround(0.7), box: [40, 40, 60, 60] },
    ]);
  });

  it('of PaddleDetection: class, score, box in pixels of the size that is fed; pictures are stretched', async () => {
    const draft = startDraft();
    const logit = (share: number) => Math.log(share / (1 - share));
    const mean = addNode(draft, 'ReduceMean', ['image'], { keepdims: { int: 0 } });
    const zero = addNode(draft, 'Mul', [mean, addFloats(draft, 'nothing', [], [0])]);
    // Corners 0.25, 0.25, 0.5, 0.75 of 96 x 64.
    const raw = addFloats(draft, 'raw', [10, 4], table(10, 4, [[0.25, 0.25, 0.5, 0.75].map(logit)]));
    const shares = addNode(draft, 'Sigmoid', [addNode(draft, 'Add', [raw, zero])]);
    const turned = addNode(draft, 'Gather', ['im_shape', addIntegers(draft, 'turn', [1, 0, 1, 0])], {
      axis: { int: 1 },
    });
    const boxes = addNode(draft, 'Mul', [
      shares,
      addNode(draft, 'Div', [turned, addNode(draft, 'ReduceMax', ['scale_factor'])]),
    ]);
    const scores = addFloats(draft, 'scores', [20], table(1, 20, [[0, 0.75]]));
    const [best = '', place = ''] = addNodeWithOutputs(draft, 'TopK', [scores, addIntegers(draft, 'ten', [10])], 2);
    const axis = addIntegers(draft, 'last', [1]);
    const column = (value: string) => addNode(draft, 'Unsqueeze', [value, axis]);
    const label = addNode(draft, 'Cast', [addNode(draft, 'Mod', [place, addIntegers(draft, 'two', [2])])], {
      to: { int: 1 },
    });
    addNode(draft, 'Concat', [column(label), column(best), boxes], { axis: { int: 1 } }, 'join', 'rows');
    const proto = finishModel(draft, {
      inputs: [
        declareTensor('im_shape', ['n', 2]),
        declareTensor('image', ['n', 3, 64, 96]),
        declareTensor('scale_factor', ['n', 2]),
      ],
      outputs: [declareTensor('rows', [10, 6])],
    });
    expect(readingOf(proto).reading).toMatchObject({
      family: 'end-to-end',
      classes: 2,
      rows: { columns: ['class', 'score', 'box'], units: 'pixels' },
      input: { name: 'image', resize: 'stretch', extra: [{ name: 'im_shape' }, { name: 'scale_factor' }] },
    });
    const [found] = await findBoxes(folder, proto);
    expect(found).toMatchObject({ classId: 1, score: 0.75 });
    for (const [side, value] of [24, 16, 48, 48].entries()) expect(found?.box[side]).toBeCloseTo(value, 3);
  });

  it('with masks show their boxes and say that masks are not shown', async () => {
    const values = table(
      10,
      10,
      rows.map((row) => [...row, 7, 7, 7, 7]),
    );
    const proto = fixedOutputsModel(
      64,
      [
        { name: 'prototypes', dims: [1, 4, 16, 16], values: new Float32Array(1024) },
        { name: 'boxes', dims: [1, 10, 10], values },
      ],
      { metadata: { names, task: 'segment' } },
    );
    const { reading, warnings } = readingOf(proto);
    expect(reading.extraValues).toEqual({ holds: 'masks', count: 4 });
    expect(warnings.join()).toContain('its masks are not');
    expect(await findBoxes(folder, proto)).toMatchObject([{ box: [10, 20, 30, 50] }, { box: [1, 2, 3, 4] }]);
  });

  it('with keypoints show their boxes and say that keypoints are not shown', async () => {
    const values = table(
      10,
      12,
      rows.map((row) => [...row, 1, 2, 0.5, 3, 4, 0.5]),
    );
    const metadata = { names, task: 'pose', kpt_shape: '[2, 3]' };
    const proto = fixedOutputsModel(64, [{ name: 'out', dims: [1, 10, 12], values }], { metadata });
    const { reading, warnings } = readingOf(proto);
    expect(reading.extraValues).toEqual({ holds: 'keypoints', count: 6 });
    expect(warnings.join()).toContain('its keypoints are not');
    expect(await findBoxes(folder, proto)).toMatchObject([{ box: [10, 20, 30, 50] }, { box: [1, 2, 3, 4] }]);
  });

  it('with an angle give the upright box around the rotated one', async () => {
    // 20 x 10 turned by 90 degrees is 10 x 20; by 30 degrees, 20 cos 30 + 10 sin 30 = 22.3205 wide and 18.6603 high.
    const values = table(10, 7, [
      [32, 32, 20, 10, 0.9, 0, Math.PI / 2],
      [32, 32, 20, 10, 0.8, 1, Math.PI / 6],
    ]);
    const metadata = { names, task: 'obb' };
    const proto = fixedOutputsModel(64, [{ name: 'out', dims: [1, 10, 7], values }], { metadata });
    expect(readingOf(proto).warnings.join()).toContain('the upright box around each is shown');
    const boxes = (await findBoxes(folder, proto)).map(({ box }) => box);
    for (const [index, expected] of [27, 22, 37, 42].entries()) expect(boxes[0]?.[index]).toBeCloseTo(expected, 4);
    const turned = [32 - 11.16025, 32 - 9.33013, 32 + 11.16025, 32 + 9.33013];
    for (const [index, expected] of turned.entries()) expect(boxes[1]?.[index]).toBeCloseTo(expected, 4);
  });
});

describe.skipIf(!hasSharedFolder)('YOLO26', () => {
  it('on a photo finds what onnxruntime and OpenCV from Python find', async () => {
    // The letterbox by cv2.resize and padding 114, /255, rows above 0.25 mapped back and clipped; rounded to 4 places.
    const published = [
      [12.7672, 219.7157, 810, 774.0744, 0.9273, 5],
      [49.8973, 397.1388, 242.2444, 904.5422, 0.919, 0],
      [675.1955, 392.8906, 810, 882.1267, 0.831, 0],
      [227.4763, 403.8914, 346.0746, 867.8435, 0.8265, 0],
      [0, 562.7086, 65.759, 874.1867, 0.4143, 0],
    ];
    const detector = await openDetector(sharedPath('models', 'yolo26n', 'yolo26n.onnx'));
    const image = await decodeImage(sharedPath('data', 'photos', 'bus.jpg'));
    const settings = { confidence: 0.25, iou: 0.7, maxDetections: 300, multiLabel: false };
    const { detections } = await detector.detect(image, settings);
    await detector.close();
    const found = detections.map(({ box, score, classId }) => [...box, score, classId]);
    expect(found).toHaveLength(published.length);
    for (const [index, row] of published.entries()) {
      for (const [column, value] of row.entries()) {
        // The two JPEG decoders may differ by a grey level, which moves edges by hundredths of a pixel.
        expect(Math.abs((found[index]?.[column] ?? Number.NaN) - value)).toBeLessThan(column < 4 ? 0.5 : 0.01);
      }
    }
  });
});
