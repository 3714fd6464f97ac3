import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type ModelProto, OperatorSetIdProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { makeNode } from '../../graph/nodes.ts';
import { readModel } from '../../graph/read.ts';
import { writeModel } from '../../graph/write.ts';
import {
  addFloats,
  addIntegers,
  addNode,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../../testing/draft.ts';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { fixedOutputsModel } from '../../testing/fixedOutputs.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../../testing/shared.ts';
import { openDetector } from '../detector.ts';
import { decodeImage } from '../image.ts';

const folder = temporaryFolder();

/**
 * Four boxes and their scores in two classes, as a network might give them: 1 overlaps 0 by 90 % and is weaker, 3 is below the
 * threshold.
 */
const corners = [
  [10, 10, 30, 30],
  [10, 10, 30, 28],
  [40, 20, 60, 50],
  [1, 1, 5, 5],
];
const scores = [
  [0.9, 0.8, 0.1, 0.2],
  [0.1, 0.1, 0.7, 0.1],
];

/** The boxes [1, 4, 4], the scores [1, 2, 4], and what NonMaxSuppression at IoU 0.5 and score 0.3 leaves of them, [n, 3]. */
function addSuppression(draft: Draft, boxAttribute: 0 | 1 = 0) {
  const zero = addNode(draft, 'Mul', [
    addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } }),
    addFloats(draft, 'nothing', [], [0]),
  ]);
  const boxes = addNode(draft, 'Add', [addFloats(draft, 'box_values', [1, 4, 4], corners.flat()), zero]);
  const byClass = addNode(draft, 'Add', [addFloats(draft, 'score_values', [1, 2, 4], scores.flat()), zero]);
  const limits = [
    addIntegers(draft, 'most', [50]),
    addFloats(draft, 'iou', [1], [0.5]),
    addFloats(draft, 'least', [1], [0.3]),
  ];
  const attributes = { center_point_box: { int: boxAttribute } };
  const selected = addNode(draft, 'NonMaxSuppression', [boxes, byClass, ...limits], attributes);
  return { boxes, byClass, selected };
}

const kept = [
  { classId: 0, score: Math.fround(0.9), box: [10, 10, 30, 30] },
  { classId: 1, score: Math.fround(0.7), box: [40, 20, 60, 50] },
];

/** Column `at` of the selected rows as [n, 1]. */
function column(draft: Draft, selected: string, at: number): string {
  return addNode(draft, 'Gather', [selected, addIntegers(draft, `column${at}`, [at])], { axis: { int: 1 } });
}

/** What suppression left as columns, [n, 4] and [n, 1], gathered as YOLOv7's exporter does. */
function addColumns(draft: Draft) {
  const { boxes, byClass, selected } = addSuppression(draft);
  const [batch = '', classId = '', box = ''] = [0, 1, 2].map((at) => column(draft, selected, at));
  const join = (columns: readonly string[]) => addNode(draft, 'Concat', columns, { axis: { int: 1 } });
  const float = (tensor: string) => addNode(draft, 'Cast', [tensor], { to: { int: DataType.FLOAT } });
  const score = addNode(draft, 'GatherND', [byClass, join([batch, classId, box])]);
  return {
    batch: float(batch),
    class: float(classId),
    box: addNode(draft, 'GatherND', [boxes, join([batch, box])]),
    score: addNode(draft, 'Unsqueeze', [score, addIntegers(draft, 'second', [1])]),
    wholeClass: classId,
  };
}

/** Rows of box, score and class in an order of one's choice. */
function gatheredRows(order: readonly ('batch' | 'box' | 'class' | 'score')[]): ModelProto {
  const draft = startDraft();
  const columns = addColumns(draft);
  const parts = order.map((name) => columns[name]);
  addNode(draft, 'Concat', parts, { axis: { int: 1 } }, 'rows', 'output');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 64, 64])],
    outputs: [declareTensor('output', ['n', order.includes('batch') ? 7 : 6])],
  });
}

describe('suppression inside the graph', () => {
  it.each([
    ['YOLOv7', ['batch', 'box', 'class', 'score']],
    ['YOLO-NAS', ['batch', 'box', 'score', 'class']],
    ['PaddleDetection', ['class', 'score', 'box']],
    ['Ultralytics', ['box', 'score', 'class']],
  ] as const)('%s: the graph tells the order of the columns', async (_name, order) => {
    const proto = gatheredRows(order);
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ family: 'nms', classes: 2, nmsInGraph: true, rows: { columns: order } });
    expect(reading.bakedIn?.iou).toBeCloseTo(0.5, 6);
    expect(reading.bakedIn?.confidence).toBeCloseTo(0.3, 6);
    expect(reading.bakedIn?.maxDetections).toBe(50);
    expect(reading.evidence.join()).toContain('scores above 0.3, IoU 0.5, at most 50 boxes');
    expect(warnings).toEqual([]);
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });

  it('boxes and scores with the indices that were selected', async () => {
    const draft = startDraft();
    const { boxes, byClass, selected } = addSuppression(draft);
    addNode(draft, 'Identity', [selected], {}, 'c', 'a');
    addNode(draft, 'Identity', [byClass], {}, 's', 'b');
    addNode(draft, 'Identity', [boxes], {}, 'x', 'c');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [
        declareTensor('a', ['n', 3], DataType.INT64),
        declareTensor('b', [1, 2, 4]),
        declareTensor('c', [1, 4, 4]),
      ],
    });
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ family: 'nms', classes: 2, rows: { box: 'x1y1x2y2' } });
    expect(warnings.join()).toContain('whether x or y comes first');
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });

  it('Keras exports: corners are y1, x1, y2, x2 and the size is fed', async () => {
    const draft = startDraft();
    const { boxes, byClass, selected } = addSuppression(draft);
    addNode(draft, 'Identity', [boxes], {}, 'x', 'yolonms');
    addNode(draft, 'Identity', [byClass], {}, 's', 'yolonms:1');
    addNode(draft, 'Identity', [selected], {}, 'c', 'yolonms:2');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', ['n', 3, 64, 64]), declareTensor('image_shape', ['n', 2])],
      outputs: [
        declareTensor('yolonms', [1, 4, 4]),
        declareTensor('yolonms:1', [1, 2, 4]),
        declareTensor('yolonms:2', ['n', 3], DataType.INT64),
      ],
    });
    expect(readingOf(proto).reading).toMatchObject({
      rows: { box: 'y1x1y2x2' },
      input: { padValue: 128, extra: [{ name: 'image_shape', type: 'float32', dims: [1, 2], holds: 'height-width' }] },
    });
    expect((await findBoxes(folder, proto)).map(({ box }) => box)).toEqual([
      [10, 10, 30, 30],
      [20, 40, 50, 60],
    ]);
  });
});

/** EfficientNMS: two boxes of five places are filled. */
const efficient = {
  count: [2],
  boxes: [10, 10, 30, 30, 40, 20, 60, 50, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9],
  scores: [0.9, 0.7, 0.99, 0.99, 0.99],
  classes: [0, 1, 1, 1, 1],
};

describe('outputs of their own for boxes, scores, classes and their number', () => {
  it.each([
    ['named as EfficientNMS names them', ['num_dets', 'det_boxes', 'det_scores', 'det_classes']],
    ['with names that say nothing', ['o1', 'o2', 'o3', 'o4']],
    ['with misleading names', ['scores', 'labels', 'classes', 'boxes']],
  ])('%s', async (_name, [count = '', boxes = '', scored = '', classes = '']) => {
    const proto = fixedOutputsModel(
      64,
      [
        { name: classes, dims: [1, 5], values: efficient.classes, type: 'int32' },
        { name: scored, dims: [1, 5], values: efficient.scores },
        { name: count, dims: [1, 1], values: efficient.count, type: 'int32' },
        { name: boxes, dims: [1, 5, 4], values: efficient.boxes },
      ],
      { metadata: { names: 'cat,dog' } },
    );
    expect(readingOf(proto).reading).toMatchObject({ family: 'nms', classes: 2 });
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });

  it('batches of two: the first picture is read', async () => {
    const two = (values: readonly number[], other: number) => [...values, ...values.map(() => other)];
    const proto = fixedOutputsModel(
      64,
      [
        { name: 'num', dims: [2, 1], values: [2, 5], type: 'int32' },
        { name: 'boxes', dims: [2, 5, 4], values: two(efficient.boxes, 3) },
        { name: 'scores', dims: [2, 5], values: two(efficient.scores, 0.95) },
        { name: 'classes', dims: [2, 5], values: two(efficient.classes, 1), type: 'int32' },
      ],
      { metadata: { names: 'cat,dog' }, batch: 2 },
    );
    expect(readingOf(proto).reading.input.batch).toBe(2);
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });

  it('mmdetection: boxes with their scores, and labels', async () => {
    const draft = startDraft();
    const { box, score, wholeClass } = addColumns(draft);
    const first = addIntegers(draft, 'first', [0]);
    const rows = addNode(draft, 'Concat', [box, score], { axis: { int: 1 } });
    addNode(draft, 'Unsqueeze', [rows, first], {}, 'd', 'dets');
    addNode(draft, 'Transpose', [wholeClass], { perm: { ints: [1, 0] } }, 'l', 'labels');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [declareTensor('labels', [1, 'n'], DataType.INT64), declareTensor('dets', [1, 'n', 5])],
    });
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ family: 'nms', classes: 2, outputs: [{ name: 'dets' }, { name: 'labels' }] });
    expect(warnings.join()).toContain('mmdetection');
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });

  it('PINTO: the name of the output lists its columns, and the scores are apart', async () => {
    const draft = startDraft();
    const { batch, box, class: classId, score } = addColumns(draft);
    const rows = addNode(draft, 'Concat', [batch, classId, box], { axis: { int: 1 } });
    addNode(draft, 'Cast', [rows], { to: { int: DataType.INT64 } }, 'r', 'batchno_classid_x1y1x2y2');
    addNode(draft, 'Identity', [score], {}, 's', 'score');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [declareTensor('score', ['n', 1]), declareTensor('batchno_classid_x1y1x2y2', ['n', 6], DataType.INT64)],
    });
    expect(readingOf(proto).reading).toMatchObject({ family: 'nms', rows: { columns: ['batch', 'class', 'box'] } });
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });

  it('PaddleDetection: class, score, box by convention, with the inputs beside the picture fed', async () => {
    const rows = [1, 0.7, 40, 20, 60, 50, 0, 0.9, 10, 10, 30, 30, -1, -1, 0, 0, 0, 0];
    const draft = startDraft();
    const { selected } = addSuppression(draft);
    // A number computed from what was selected, so that suppression lies behind the rows without showing their columns.
    const some = addNode(draft, 'Cast', [selected], { to: { int: DataType.FLOAT } });
    const sum = addNode(draft, 'ReduceSum', [some], { keepdims: { int: 0 } });
    const nothing = addNode(draft, 'Mul', [sum, 'nothing']);
    addNode(draft, 'Add', [addFloats(draft, 'table', [3, 6], rows), nothing], {}, 't', 'multiclass_nms3_0.tmp_0');
    addNode(
      draft,
      'Cast',
      [addNode(draft, 'Add', [addFloats(draft, 'three', [1], [3]), nothing])],
      { to: { int: 6 } },
      'n',
      'count',
    );
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64]), declareTensor('scale_factor', [1, 2])],
      outputs: [declareTensor('count', [1], DataType.INT32), declareTensor('multiclass_nms3_0.tmp_0', ['n', 6])],
    });
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({
      family: 'nms',
      rows: { columns: ['class', 'score', 'box'] },
      input: { resize: 'stretch', extra: [{ name: 'scale_factor', holds: 1 }] },
    });
    expect(warnings.join()).toContain('does not tell what the 6 values of a box mean');
    expect(await findBoxes(folder, proto)).toMatchObject(kept);
  });
});

describe("TensorRT's plugins", () => {
  function withPlugin(): ModelProto {
    const draft = startDraft();
    const { boxes, byClass } = addSuppression(draft);
    const rows = addNode(draft, 'Transpose', [byClass], { perm: { ints: [0, 2, 1] } });
    const outputs = ['num_dets', 'det_boxes', 'det_scores', 'det_classes'];
    const attributes = {
      score_threshold: { float: 0.25 },
      iou_threshold: { float: 0.45 },
      max_output_boxes: { int: 100 },
    };
    draft.nodes.push(makeNode('EfficientNMS_TRT', [boxes, rows], outputs, { domain: 'TRT', attributes }));
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [
        declareTensor('num_dets', [1, 1], DataType.INT32),
        declareTensor('det_boxes', [1, 100, 4]),
        declareTensor('det_scores', [1, 100]),
        declareTensor('det_classes', [1, 100], DataType.INT32),
      ],
    });
    proto.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'TRT', version: 1n }));
    return proto;
  }

  it('are named, with their thresholds', () => {
    const { reading } = readingOf(withPlugin());
    expect(reading).toMatchObject({ family: 'nms', classes: 2 });
    expect(reading.bakedIn?.confidence).toBeCloseTo(0.25, 6);
    expect(reading.bakedIn?.iou).toBeCloseTo(0.45, 6);
    expect(reading.evidence.join()).toContain('EfficientNMS_TRT (a TensorRT plugin); baked in: scores above 0.25');
  });

  it('cannot run here: the error says why and what would', async () => {
    const path = join(folder, 'plugin.onnx');
    await writeModel(path, withPlugin());
    await expect(openDetector(path)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('EfficientNMS_TRT, a plugin that only NVIDIA TensorRT has'),
      hint: expect.stringContaining('Export it again without it'),
    });
  });
});

describe.skipIf(!hasSharedFolder)('a published model', () => {
  it('with NonMaxSuppression put behind it finds the boxes that it finds with ours', async () => {
    const plain = sharedPath('models', 'yolov8n', 'yolov8n.onnx');
    const { proto } = await readModel(plain);
    const { graph } = proto;
    if (graph === undefined) throw new Error('no graph');
    const draft = startDraft();
    const slice = (from: number, to: number, name: string) =>
      addNode(draft, 'Slice', [
        'output0',
        ...[from, to, 1].map((at, part) => addIntegers(draft, `${name}${part}`, [at])),
      ]);
    const boxes = addNode(draft, 'Transpose', [slice(0, 4, 'four')], { perm: { ints: [0, 2, 1] } }, 't', 'boxes');
    const byClass = addNode(draft, 'Identity', [slice(4, 84, 'rest')], {}, 'i', 'scores');
    const limits = [
      addIntegers(draft, 'most', [300]),
      addFloats(draft, 'iou', [1], [0.7]),
      addFloats(draft, 'least', [1], [0.25]),
    ];
    const attributes = { center_point_box: { int: 1 } };
    addNode(draft, 'NonMaxSuppression', [boxes, byClass, ...limits], attributes, 'nms', 'selected');
    graph.node.push(...draft.nodes);
    graph.initializer.push(...draft.initializers);
    graph.output = [
      declareTensor('selected', ['n', 3], DataType.INT64),
      declareTensor('scores', [1, 80, 8400]),
      declareTensor('boxes', [1, 8400, 4]),
    ];
    const suppressed = join(folder, 'suppressed.onnx');
    await writeModel(suppressed, proto);
    const image = await decodeImage(sharedPath('data', 'photos', 'bus.jpg'));
    const found = [];
    for (const path of [plain, suppressed]) {
      const detector = await openDetector(path);
      const settings = { confidence: 0.25, iou: 0.7, maxDetections: 300, multiLabel: false };
      const { detections } = await detector.detect(image, settings);
      found.push(detections.map(({ classId, score, box }) => ({ classId, score, box })));
      expect(detector.spec.family).toBe(path === plain ? 'v8' : 'nms');
      await detector.close();
    }
    expect(found[0]?.length).toBeGreaterThan(3);
    expect(found[1]).toEqual(found[0]);
  });
});
