import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import {
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../../testing/draft.ts';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { fixedOutputsModel } from '../../testing/fixedOutputs.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { tinyV8 } from '../../testing/tinyModels.ts';

const folder = temporaryFolder();

/** Ten queries; the first two are objects. Centre and size as shares of the picture. */
const shares = [
  [0.25, 0.5, 0.25, 0.5],
  [0.75, 0.25, 0.125, 0.25],
  ...Array.from({ length: 8 }, () => [0.5, 0.5, 0.5, 0.5]),
];
const probabilities = [[0.1, 0.9, 0.2], [0.6, 0.3, 0.1], ...Array.from({ length: 8 }, () => [0.01, 0.02, 0.01])];

/** At 64 x 64: 16 ± 8 by 32 ± 16, and 48 ± 4 by 16 ± 8. */
const expected = [
  { classId: 1, score: 0.9, box: [8, 16, 24, 48] },
  { classId: 0, score: 0.6, box: [44, 8, 52, 24] },
];

const logit = (share: number) => Math.log(share / (1 - share));

/** A constant that depends on the picture in name alone. */
function addConstant(draft: Draft, name: string, dims: readonly number[], values: readonly number[]): string {
  const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
  const zero = addNode(draft, 'Mul', [mean, addFloats(draft, `${name}_none`, [], [0])]);
  return addNode(draft, 'Add', [addFloats(draft, `${name}_values`, dims, values), zero]);
}

function addQueries(draft: Draft) {
  const raw = addConstant(draft, 'boxes', [1, 10, 4], shares.flat().map(logit));
  const logits = addConstant(draft, 'classes', [1, 10, 3], probabilities.flat().map(logit));
  return { boxes: addNode(draft, 'Sigmoid', [raw]), logits };
}

async function checkBoxes(proto: ModelProto) {
  const found = await findBoxes(folder, proto);
  expect(found).toHaveLength(2);
  for (const [index, { classId, score, box }] of expected.entries()) {
    expect(found[index]?.classId).toBe(classId);
    expect(found[index]?.score).toBeCloseTo(score, 5);
    for (const [side, value] of box.entries()) expect(found[index]?.box[side]).toBeCloseTo(value, 3);
  }
}

const inputs = [declareTensor('images', [1, 3, 64, 64])];

describe('RT-DETR', () => {
  it.each([
    ['activated in the graph', true],
    ['raw', false],
  ])('box and class scores joined, scores %s', async (_name, isActivated) => {
    const draft = startDraft();
    const { boxes, logits } = addQueries(draft);
    const scores = isActivated ? addNode(draft, 'Sigmoid', [logits]) : logits;
    addNode(draft, 'Concat', [boxes, scores], { axis: { int: 2 } }, 'join', 'out');
    const proto = finishModel(draft, { inputs, outputs: [declareTensor('out', [1, 10, 7])] });
    expect(readingOf(proto).reading).toMatchObject({
      family: 'rt-detr',
      classes: 3,
      nmsInGraph: true,
      activation: { class: isActivated ? 'none' : 'sigmoid' },
      input: { channels: 'RGB', scale: 1 / 255, resize: 'stretch' },
    });
    await checkBoxes(proto);
  });

  it('boxes and logits apart, in any order', async () => {
    const draft = startDraft();
    const { boxes, logits } = addQueries(draft);
    addNode(draft, 'Identity', [logits], {}, 'l', 'pred_boxes');
    addNode(draft, 'Identity', [boxes], {}, 'b', 'logits');
    const proto = finishModel(draft, {
      inputs,
      outputs: [declareTensor('pred_boxes', [1, 10, 3]), declareTensor('logits', [1, 10, 4])],
    });
    expect(readingOf(proto).reading).toMatchObject({ family: 'rt-detr', classes: 3, activation: { class: 'sigmoid' } });
    await checkBoxes(proto);
  });

  it('DETR: one score more than names is the background, and softmax runs over all', async () => {
    const draft = startDraft();
    const { boxes } = addQueries(draft);
    // Softmax of the logarithms of numbers that sum to 1 gives the numbers back.
    const withBackground = [[0.05, 0.9, 0.05], [0.6, 0.1, 0.3], ...Array.from({ length: 8 }, () => [0.05, 0.05, 0.9])];
    const logits = addConstant(draft, 'all', [1, 10, 3], withBackground.flat().map(Math.log));
    addNode(draft, 'Identity', [logits], {}, 'l', 'logits');
    addNode(draft, 'Identity', [boxes], {}, 'b', 'pred_boxes');
    const proto = finishModel(draft, {
      inputs,
      outputs: [declareTensor('logits', [1, 10, 3]), declareTensor('pred_boxes', [1, 10, 4])],
      metadata: { names: 'cat,dog' },
    });
    expect(readingOf(proto).reading).toMatchObject({ classes: 2, activation: { class: 'softmax' } });
    await checkBoxes(proto);
  });

  it('the best of all queries and classes in rows, in an order that only the graph tells', async () => {
    const draft = startDraft();
    const { boxes, logits } = addQueries(draft);
    const flat = addNode(draft, 'Flatten', [addNode(draft, 'Sigmoid', [logits])]);
    const [best = '', place = ''] = addNodeWithOutputs(draft, 'TopK', [flat, addIntegers(draft, 'two', [2])], 2);
    const three = addIntegers(draft, 'three', [3]);
    const last = addIntegers(draft, 'last', [2]);
    const column = (value: string) => addNode(draft, 'Unsqueeze', [value, last]);
    const query = addNode(draft, 'Tile', [
      column(addNode(draft, 'Div', [place, three])),
      addIntegers(draft, 'times', [1, 1, 4]),
    ]);
    const chosen = addNode(draft, 'GatherElements', [boxes, query], { axis: { int: 1 } });
    const classId = addNode(draft, 'Cast', [addNode(draft, 'Mod', [place, three])], { to: { int: DataType.FLOAT } });
    addNode(draft, 'Concat', [column(classId), column(best), chosen], { axis: { int: 2 } }, 'join', 'out');
    const proto = finishModel(draft, { inputs, outputs: [declareTensor('out', [1, 2, 6])] });
    expect(readingOf(proto).reading).toMatchObject({
      family: 'rt-detr',
      classes: 3,
      rows: { columns: ['class', 'score', 'box'], box: 'centre-size', units: 'relative' },
      input: { resize: 'stretch' },
    });
    await checkBoxes(proto);
  });

  it('labels, boxes and scores in pixels of the size that a second input gives', async () => {
    // 96 wide and 64 high, so that a size given the wrong way round shows.
    const draft = startDraft();
    const { boxes, logits } = addQueries(draft);
    const axis = addIntegers(draft, 'second', [1]);
    const [x = '', y = '', w = '', h = ''] = addNodeWithOutputs(
      draft,
      'Split',
      [boxes, addIntegers(draft, 'ones', [1, 1, 1, 1])],
      4,
      { axis: { int: 2 } },
    );
    const half = addFloats(draft, 'half', [], [0.5]);
    const side = (centre: string, size: string, operator: 'Add' | 'Sub') =>
      addNode(draft, operator, [centre, addNode(draft, 'Mul', [size, half])]);
    const corners = addNode(
      draft,
      'Concat',
      [side(x, w, 'Sub'), side(y, h, 'Sub'), side(x, w, 'Add'), side(y, h, 'Add')],
      {
        axis: { int: 2 },
      },
    );
    const size = addNode(draft, 'Cast', ['orig_target_sizes'], { to: { int: DataType.FLOAT } });
    const twice = addNode(draft, 'Concat', [size, size], { axis: { int: 1 } });
    const scaled = addNode(draft, 'Mul', [corners, addNode(draft, 'Unsqueeze', [twice, axis])]);
    const flat = addNode(draft, 'Flatten', [addNode(draft, 'Sigmoid', [logits])]);
    const [best = '', place = ''] = addNodeWithOutputs(draft, 'TopK', [flat, addIntegers(draft, 'ten', [10])], 2);
    const three = addIntegers(draft, 'three', [3]);
    addNode(draft, 'Mod', [place, three], {}, 'm', 'labels');
    addNode(draft, 'Identity', [best], {}, 's', 'scores');
    const query = addNode(draft, 'Unsqueeze', [
      addNode(draft, 'Div', [place, three]),
      addIntegers(draft, 'third', [2]),
    ]);
    const four = addNode(draft, 'Tile', [query, addIntegers(draft, 'times', [1, 1, 4])]);
    addNode(draft, 'GatherElements', [scaled, four], { axis: { int: 1 } }, 'g', 'boxes');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', ['n', 3, 64, 96]), declareTensor('orig_target_sizes', ['n', 2], DataType.INT64)],
      outputs: [
        declareTensor('labels', ['n', 10], DataType.INT64),
        declareTensor('boxes', ['n', 10, 4]),
        declareTensor('scores', ['n', 10]),
      ],
    });
    const { reading } = readingOf(proto);
    expect(reading).toMatchObject({
      family: 'rt-detr',
      classes: 3,
      input: { extra: [{ name: 'orig_target_sizes', type: 'int64', dims: [1, 2], holds: 'width-height' }] },
    });
    const found = await findBoxes(folder, proto);
    expect(found.map(({ classId }) => classId)).toEqual([1, 0, 1]);
    // 24 ± 12 by 32 ± 16, 72 ± 6 by 16 ± 8, and the second box again for its second class, 0.3.
    for (const [side, value] of [12, 16, 36, 48].entries()) expect(found[0]?.box[side]).toBeCloseTo(value, 3);
    for (const [side, value] of [66, 8, 78, 24].entries()) expect(found[1]?.box[side]).toBeCloseTo(value, 3);
  });

  it('of 300 queries at 320 x 320, where one level has as many cells', () => {
    const proto = fixedOutputsModel(320, [
      { name: 'logits', dims: [1, 300, 5], values: new Float32Array(1500) },
      { name: 'pred_boxes', dims: [1, 300, 4], values: new Float32Array(1200) },
    ]);
    expect(readingOf(proto).reading).toMatchObject({ family: 'rt-detr', classes: 5, bakedIn: { maxDetections: 300 } });
  });

  it('is not seen in a grid of cells', () => {
    expect(readingOf(tinyV8()).reading.family).toBe('v8');
  });
});
