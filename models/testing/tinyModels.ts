import type { ModelProto } from 'onnx-buf';
import { makeFloatTensor } from '../graph/tensors.ts';
import {
  addConv,
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  addSilu,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from './draft.ts';

/** Options of the tiny detectors. `size` is the square input's side in pixels, a multiple of 32. */
export interface TinyDetectorOptions {
  readonly size?: number;
  readonly classes?: number;
  readonly seed?: number;
}

const strides = [8, 16, 32] as const;
/** Channels of the three feature maps. */
const widths = [16, 24, 32] as const;

/** Conv → SiLU → Conv on images [1, 3, 16, 16] to `output` [1, 4, 8, 8]; convolutions named `first` and `second`. */
export function siluNet(seed = 1): ModelProto {
  const draft = startDraft(seed);
  const hidden = addSilu(draft, addConv(draft, 'first', 'images', [3, 8], { kernel: 3, stride: 2 }));
  addConv(draft, 'second', hidden, [8, 4], { kernel: 3 });
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 16, 16])],
    outputs: [declareTensor('second_out', [1, 4, 8, 8])],
  });
}

/**
 * A model whose output is a chosen tensor whatever the picture: for testing what happens after the network.
 * The input `images` is [1, 3, size, size]; the output is `output0`.
 */
export function fixedOutputModel(
  size: number,
  dims: readonly number[],
  values: ArrayLike<number>,
  metadata: Readonly<Record<string, string>> = {},
): ModelProto {
  const draft = startDraft();
  const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
  const nothing = addNode(draft, 'Mul', [mean, addFloats(draft, 'zero', [], [0])]);
  addNode(draft, 'Add', [addFloats(draft, 'chosen', dims, values), nothing], {}, 'output0', 'output0');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, size, size])],
    outputs: [declareTensor('output0', dims)],
    metadata,
  });
}

/** Replaces the values of an initializer in place; its shape stays. */
export function setWeights(proto: ModelProto, name: string, values: ArrayLike<number>): void {
  const tensor = proto.graph?.initializer.find((candidate) => candidate.name === name);
  if (tensor === undefined) throw new Error(`There is no initializer "${name}".`);
  tensor.rawData = makeFloatTensor(name, tensor.dims.map(Number), values).rawData;
}

/** Feature maps of strides 8, 16 and 32 with 16, 24 and 32 channels. */
function addBackbone(draft: Draft): string[] {
  let stem = addSilu(draft, addConv(draft, 'stem1', 'images', [3, 8], { kernel: 3, stride: 2 }));
  stem = addSilu(draft, addConv(draft, 'stem2', stem, [8, 8], { kernel: 3, stride: 2 }));
  const levels: string[] = [];
  let channels = 8;
  for (const [level, width] of widths.entries()) {
    stem = addSilu(draft, addConv(draft, `down${level}`, stem, [channels, width], { kernel: 3, stride: 2 }));
    levels.push(stem);
    channels = width;
  }
  return levels;
}

/** Cell centres [1, 2, N] in cells, and strides [1, N], joined over the levels. */
function addCells(draft: Draft, size: number): { centres: string; cellStrides: string; count: number } {
  const x: number[] = [];
  const y: number[] = [];
  const perCell: number[] = [];
  for (const stride of strides) {
    for (let index = 0; index < (size / stride) ** 2; index += 1) {
      x.push((index % (size / stride)) + 0.5);
      y.push(Math.floor(index / (size / stride)) + 0.5);
      perCell.push(stride);
    }
  }
  return {
    centres: addFloats(draft, 'centres', [1, 2, x.length], [...x, ...y]),
    cellStrides: addFloats(draft, 'cell_strides', [1, x.length], perCell),
    count: x.length,
  };
}

function ultralyticsMetadata(size: number, classes: number, more: Record<string, string> = {}): Record<string, string> {
  const names = Array.from({ length: classes }, (_, index) => `${index}: 'thing${index}'`).join(', ');
  return { task: 'detect', stride: '32', imgsz: `[${size}, ${size}]`, names: `{${names}}`, ...more };
}

/**
 * v8's head up to class scores and box sides: per level the convolutions `box<level>` (4 * 16 channels) and
 * `class<level>`, joined; DFL softmax over 16 bins. Gives scores [1, C, N] (sigmoid) and corners [1, 2, N] in cells.
 */
function addDflHead(draft: Draft, size: number, classes: number) {
  const levels = addBackbone(draft).map((features, level) => {
    const width = widths[level] ?? 0;
    const box = addConv(draft, `box${level}`, features, [width, 64]);
    const scores = addConv(draft, `class${level}`, features, [width, classes]);
    const joined = addNode(draft, 'Concat', [box, scores], { axis: { int: 1 } });
    return addNode(draft, 'Reshape', [joined, addIntegers(draft, `flat${level}`, [1, 64 + classes, -1])]);
  });
  const { centres, cellStrides, count } = addCells(draft, size);
  const all = addNode(draft, 'Concat', levels, { axis: { int: 2 } });
  const sizes = addIntegers(draft, 'box_and_class', [64, classes]);
  const [bins = '', logits = ''] = addNodeWithOutputs(draft, 'Split', [all, sizes], 2, { axis: { int: 1 } });
  const sides = addNode(draft, 'Reshape', [bins, addIntegers(draft, 'bin_shape', [1, 4, 16, count])]);
  const ahead = addNode(draft, 'Transpose', [sides], { perm: { ints: [0, 2, 1, 3] } });
  const share = addNode(draft, 'Softmax', [ahead], { axis: { int: 1 } });
  const ramp = addFloats(
    draft,
    'dfl.weight',
    [1, 16, 1, 1],
    Array.from({ length: 16 }, (_, bin) => bin),
  );
  const distance = addNode(draft, 'Conv', [share, ramp], { kernel_shape: { ints: [1, 1] } }, 'dfl');
  const flat = addNode(draft, 'Reshape', [distance, addIntegers(draft, 'side_shape', [1, 4, count])]);
  const halves = addIntegers(draft, 'side_halves', [2, 2]);
  const [leftTop = '', rightBottom = ''] = addNodeWithOutputs(draft, 'Split', [flat, halves], 2, { axis: { int: 1 } });
  return {
    scores: addNode(draft, 'Sigmoid', [logits]),
    topLeft: addNode(draft, 'Sub', [centres, leftTop]),
    bottomRight: addNode(draft, 'Add', [centres, rightBottom]),
    cellStrides,
    count,
  };
}

/** A v8-style detector: `images` [1, 3, size, size] to `output0` [1, 4 + C, N], decoded, no NMS. */
export function tinyV8({ size = 64, classes = 3, seed = 1 }: TinyDetectorOptions = {}): ModelProto {
  const draft = startDraft(seed);
  const { scores, topLeft, bottomRight, cellStrides, count } = addDflHead(draft, size, classes);
  const sum = addNode(draft, 'Add', [topLeft, bottomRight]);
  const centre = addNode(draft, 'Div', [sum, addFloats(draft, 'two', [], [2])]);
  const extent = addNode(draft, 'Sub', [bottomRight, topLeft]);
  const cells = addNode(draft, 'Concat', [centre, extent], { axis: { int: 1 } });
  const boxes = addNode(draft, 'Mul', [cells, cellStrides]);
  addNode(draft, 'Concat', [boxes, scores], { axis: { int: 1 } }, 'output0', 'output0');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, size, size])],
    outputs: [declareTensor('output0', [1, 4 + classes, count])],
    metadata: ultralyticsMetadata(size, classes),
  });
}

/** An end-to-end detector: `images` [1, 3, size, size] to `output0` [1, 20, 6] of x1, y1, x2, y2, score, class. */
export function tinyEndToEnd({ size = 64, classes = 3, seed = 1 }: TinyDetectorOptions = {}): ModelProto {
  const kept = 20;
  const draft = startDraft(seed);
  const { scores, topLeft, bottomRight, cellStrides } = addDflHead(draft, size, classes);
  const cells = addNode(draft, 'Concat', [topLeft, bottomRight], { axis: { int: 1 } });
  const boxes = addNode(draft, 'Transpose', [addNode(draft, 'Mul', [cells, cellStrides])], {
    perm: { ints: [0, 2, 1] },
  });
  const byBox = addNode(draft, 'Transpose', [scores], { perm: { ints: [0, 2, 1] } });
  const flat = addNode(draft, 'Flatten', [byBox]);
  const k = addIntegers(draft, 'kept', [kept]);
  const [best = '', place = ''] = addNodeWithOutputs(draft, 'TopK', [flat, k], 2, { axis: { int: 1 } });
  const classCount = addIntegers(draft, 'class_count', [classes]);
  const axis = addIntegers(draft, 'last_axis', [2]);
  const box = addNode(draft, 'Unsqueeze', [addNode(draft, 'Div', [place, classCount]), axis]);
  const tiled = addNode(draft, 'Tile', [box, addIntegers(draft, 'four_times', [1, 1, 4])]);
  const chosen = addNode(draft, 'GatherElements', [boxes, tiled], { axis: { int: 1 } });
  const classId = addNode(draft, 'Cast', [addNode(draft, 'Mod', [place, classCount])], { to: { int: 1 } });
  const columns = [chosen, addNode(draft, 'Unsqueeze', [best, axis]), addNode(draft, 'Unsqueeze', [classId, axis])];
  addNode(draft, 'Concat', columns, { axis: { int: 2 } }, 'output0', 'output0');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, size, size])],
    outputs: [declareTensor('output0', [1, kept, 6])],
    metadata: ultralyticsMetadata(size, classes, { end2end: 'True' }),
  });
}

/** YOLOv5's published anchors, [width, height] in pixels per level. */
export const v5Anchors = [
  [10, 13, 16, 30, 33, 23],
  [30, 61, 62, 45, 59, 119],
  [116, 90, 156, 198, 373, 326],
] as const;

/** A v5-style detector: `images` [1, 3, size, size] to `output0` [1, N, 5 + C], decoded. Heads are the convolutions `head<level>`. */
export function tinyV5({ size = 64, classes = 3, seed = 1 }: TinyDetectorOptions = {}): ModelProto {
  const draft = startDraft(seed);
  const depth = 5 + classes;
  const two = addFloats(draft, 'two', [], [2]);
  const parts = addIntegers(draft, 'parts', [2, 2, depth - 4]);
  const rowShape = addIntegers(draft, 'row_shape', [1, -1, depth]);
  let count = 0;
  const levels = addBackbone(draft).map((features, level) => {
    const stride = strides[level] ?? 0;
    const side = size / stride;
    count += 3 * side * side;
    const raw = addConv(draft, `head${level}`, features, [widths[level] ?? 0, 3 * depth]);
    const shape = addIntegers(draft, `level_shape${level}`, [1, 3, depth, side, side]);
    const apart = addNode(draft, 'Transpose', [addNode(draft, 'Reshape', [raw, shape])], {
      perm: { ints: [0, 1, 3, 4, 2] },
    });
    const squashed = addNode(draft, 'Sigmoid', [apart]);
    const [xy = '', wh = '', rest = ''] = addNodeWithOutputs(draft, 'Split', [squashed, parts], 3, {
      axis: { int: 4 },
    });
    const corners = Array.from({ length: side * side }, (_, index) => [
      (index % side) - 0.5,
      Math.floor(index / side) - 0.5,
    ]).flat();
    const grid = addFloats(draft, `grid${level}`, [1, 1, side, side, 2], corners);
    const moved = addNode(draft, 'Add', [addNode(draft, 'Mul', [xy, two]), grid]);
    const centre = addNode(draft, 'Mul', [moved, addFloats(draft, `stride${level}`, [], [stride])]);
    const doubled = addNode(draft, 'Mul', [wh, two]);
    const anchors = addFloats(draft, `anchors${level}`, [1, 3, 1, 1, 2], v5Anchors[level] ?? []);
    const extent = addNode(draft, 'Mul', [addNode(draft, 'Pow', [doubled, two]), anchors]);
    const joined = addNode(draft, 'Concat', [centre, extent, rest], { axis: { int: 4 } });
    return addNode(draft, 'Reshape', [joined, rowShape]);
  });
  addNode(draft, 'Concat', levels, { axis: { int: 1 } }, 'output0', 'output0');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, size, size])],
    outputs: [declareTensor('output0', [1, count, depth])],
    metadata: ultralyticsMetadata(size, classes),
  });
}

/** A YOLOX-style detector: `images` [1, 3, size, size] to raw `output` [1, N, 5 + C]; objectness and classes are sigmoid. */
export function tinyYolox({ size = 64, classes = 3, seed = 1 }: TinyDetectorOptions = {}): ModelProto {
  const draft = startDraft(seed);
  const depth = 5 + classes;
  const flat = addIntegers(draft, 'flat', [1, depth, -1]);
  const levels = addBackbone(draft).map((features, level) => {
    const width = widths[level] ?? 0;
    const box = addConv(draft, `box${level}`, features, [width, 4]);
    const objectness = addNode(draft, 'Sigmoid', [addConv(draft, `objectness${level}`, features, [width, 1])]);
    const scores = addNode(draft, 'Sigmoid', [addConv(draft, `class${level}`, features, [width, classes])]);
    const joined = addNode(draft, 'Concat', [box, objectness, scores], { axis: { int: 1 } });
    return addNode(draft, 'Reshape', [joined, flat]);
  });
  const all = addNode(draft, 'Concat', levels, { axis: { int: 2 } });
  addNode(draft, 'Transpose', [all], { perm: { ints: [0, 2, 1] } }, 'output', 'output');
  const count = strides.reduce((sum, stride) => sum + (size / stride) ** 2, 0);
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, size, size])],
    outputs: [declareTensor('output', [1, count, depth])],
  });
}
