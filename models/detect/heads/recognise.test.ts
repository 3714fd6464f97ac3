import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { inferShapes } from '../../graph/shapes.ts';
import {
  addConv,
  addFloats,
  addIntegers,
  addNode,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../../testing/draft.ts';
import { recognizeDetector } from '../recognize.ts';
import { publishedAnchors } from './publishedAnchors.ts';

/** Small graphs with the tails of published exports, at 64 x 64 with the strides 8, 16 and 32. */
const size = 64;
const names = "{0: 'a', 1: 'b', 2: 'c'}";

function recognise(
  build: (draft: Draft) => readonly string[],
  metadata: Record<string, string> = { names },
): ReturnType<typeof recognizeDetector> {
  const draft = startDraft();
  const outputs = build(draft);
  const input = declareTensor('images', [1, 3, size, size]);
  const untyped: ModelProto = finishModel(draft, { inputs: [input], outputs: [], metadata });
  const shapes = inferShapes(untyped);
  const declared = outputs.map((name) =>
    declareTensor(
      name,
      (shapes.get(name)?.dims ?? []).map((dim) => dim ?? 'open'),
    ),
  );
  const proto = finishModel(draft, { inputs: [input], outputs: declared, metadata });
  return recognizeDetector({ proto }, inferShapes(proto));
}

function readingOf(build: (draft: Draft) => readonly string[], metadata?: Record<string, string>) {
  const result = recognise(build, metadata);
  if ('reason' in result) throw new Error(result.reason);
  return result;
}

/** A map [1, channels, size / stride, size / stride]. */
const map = (draft: Draft, name: string, channels: number, stride: number) =>
  addConv(draft, name, 'images', [3, channels], { stride });
const three = [8, 16, 32] as const;
const joinChannels = (draft: Draft, parts: readonly string[], output?: string) =>
  output === undefined
    ? addNode(draft, 'Concat', parts, { axis: { int: 1 } })
    : addNode(draft, 'Concat', parts, { axis: { int: 1 } }, output, output);
const sigmoid = (draft: Draft, name: string) => addNode(draft, 'Sigmoid', [name]);
const flatten = (draft: Draft, name: string, channels: number, stride: number) =>
  addNode(draft, 'Reshape', [name, addIntegers(draft, `${name}_flat`, [1, channels, (size / stride) ** 2])]);

describe('raw levels', () => {
  it('[1, 3 x (5+C), S, S] of a network with SiLU is v5, with its published anchors and a warning', () => {
    const { reading, warnings } = readingOf((draft) => {
      sigmoid(draft, map(draft, 'backbone', 4, 8));
      return three.map((stride, level) => map(draft, `head${level}`, 24, stride));
    });
    expect(reading).toMatchObject({
      family: 'v5',
      classes: 3,
      strides: [8, 16, 32],
      anchorsPerCell: 3,
      anchors: publishedAnchors.v3,
      activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'sigmoid' },
      decodedInGraph: false,
    });
    expect(warnings.join()).toContain('anchors are not in the file');
  });

  it('the same with leaky ReLU is v3', () => {
    const { reading } = readingOf((draft) => {
      addNode(draft, 'LeakyRelu', [map(draft, 'backbone', 4, 8)]);
      return three.map((stride, level) => map(draft, `head${level}`, 24, stride));
    });
    expect(reading).toMatchObject({ family: 'v3', classes: 3, anchors: publishedAnchors.v3 });
  });

  it('outputs may come in any order and under any name', () => {
    const { reading } = readingOf((draft) => {
      sigmoid(draft, map(draft, 'backbone', 4, 8));
      return [32, 8, 16].map((stride) => map(draft, `scores_for_${64 - stride}`, 24, stride));
    });
    expect(reading.strides).toEqual([8, 16, 32]);
    expect(reading.outputs.map(({ name }) => name)).toEqual([
      'scores_for_56_out',
      'scores_for_48_out',
      'scores_for_32_out',
    ]);
  });

  it('anchors of the metadata come before the published ones', () => {
    const list = '[[1, 2, 3, 4, 5, 6], [11, 12, 13, 14, 15, 16], [31, 32, 33, 34, 35, 36]]';
    const { reading, warnings } = readingOf(
      (draft) => {
        sigmoid(draft, map(draft, 'backbone', 4, 8));
        return three.map((stride, level) => map(draft, `head${level}`, 24, stride));
      },
      { names, anchors: list },
    );
    expect(reading.anchors?.[2]).toEqual([
      [31, 32],
      [33, 34],
      [35, 36],
    ]);
    expect(warnings.join()).not.toContain('anchors');
  });

  it('4 x 16 distance bins and C classes joined a level are dfl', () => {
    const { reading } = readingOf((draft) =>
      three.map((stride, level) =>
        joinChannels(draft, [map(draft, `box${level}`, 64, stride), map(draft, `class${level}`, 3, stride)]),
      ),
    );
    expect(reading).toMatchObject({
      family: 'dfl',
      classes: 3,
      distanceBins: 16,
      activation: { objectness: 'absent', class: 'sigmoid' },
    });
  });

  it('box and class maps in outputs of their own are dfl, a sum of scores beside them does not matter', () => {
    const { reading } = readingOf((draft) =>
      three.flatMap((stride, level) => [
        sigmoid(draft, map(draft, `class${level}`, 3, stride)),
        map(draft, `box${level}`, 64, stride),
        sigmoid(draft, map(draft, `sum${level}`, 1, stride)),
      ]),
    );
    expect(reading).toMatchObject({ family: 'dfl', classes: 3, distanceBins: 16, activation: { class: 'none' } });
    expect(reading.outputs).toHaveLength(6);
  });

  it('four plain distances beside the classes are those of YOLOv6', () => {
    const { reading } = readingOf((draft) =>
      three.flatMap((stride, level) => [
        map(draft, `box${level}`, 4, stride),
        sigmoid(draft, map(draft, `class${level}`, 3, stride)),
      ]),
    );
    expect(reading).toMatchObject({ family: 'dfl', classes: 3, distanceBins: 1 });
  });

  it('box, objectness and classes joined a level are YOLOX', () => {
    const { reading } = readingOf((draft) =>
      three.map((stride, level) =>
        joinChannels(draft, [
          map(draft, `box${level}`, 4, stride),
          sigmoid(draft, map(draft, `objectness${level}`, 1, stride)),
          sigmoid(draft, map(draft, `class${level}`, 3, stride)),
        ]),
      ),
    );
    expect(reading).toMatchObject({
      family: 'yolox',
      classes: 3,
      activation: { objectness: 'none', class: 'none' },
      input: { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' },
    });
  });
});

describe('joined outputs', () => {
  it('[1, N, 5+C] straight from a sigmoid is v5 without grid and anchors', () => {
    const { reading } = readingOf((draft) => {
      const levels = three.map((stride, level) => {
        const raw = map(draft, `head${level}`, 24, stride);
        const shape = addIntegers(draft, `shape${level}`, [1, 3, 8, size / stride, size / stride]);
        const apart = addNode(draft, 'Transpose', [addNode(draft, 'Reshape', [raw, shape])], {
          perm: { ints: [0, 1, 3, 4, 2] },
        });
        return addNode(draft, 'Reshape', [sigmoid(draft, apart), addIntegers(draft, `rows${level}`, [1, -1, 8])]);
      });
      return [joinChannels(draft, levels, 'output')];
    });
    expect(reading).toMatchObject({
      family: 'v5',
      classes: 3,
      decodedInGraph: false,
      activation: { box: 'none', objectness: 'none', class: 'none' },
      strides: [8, 16, 32],
    });
  });

  it('[1, 4R+C, N] undecoded is dfl', () => {
    const { reading } = readingOf((draft) => {
      const levels = three.map((stride, level) =>
        flatten(
          draft,
          joinChannels(draft, [map(draft, `box${level}`, 64, stride), map(draft, `class${level}`, 3, stride)]),
          67,
          stride,
        ),
      );
      return [addNode(draft, 'Concat', levels, { axis: { int: 2 } }, 'output', 'output')];
    });
    expect(reading).toMatchObject({ family: 'dfl', classes: 3, distanceBins: 16 });
  });

  it('[1, N, C+32] is NanoDet-Plus', () => {
    const { reading } = readingOf((draft) => {
      const levels = three.map((stride, level) =>
        flatten(
          draft,
          joinChannels(draft, [
            sigmoid(draft, map(draft, `class${level}`, 3, stride)),
            map(draft, `box${level}`, 32, stride),
          ]),
          35,
          stride,
        ),
      );
      const all = addNode(draft, 'Concat', levels, { axis: { int: 2 } });
      return [addNode(draft, 'Transpose', [all], { perm: { ints: [0, 2, 1] } }, 'output', 'output')];
    });
    expect(reading).toMatchObject({
      family: 'nanodet',
      classes: 3,
      cellCentre: { share: 0, shift: 0 },
      input: { channels: 'BGR', mean: [103.53, 116.28, 123.675] },
    });
  });

  it('an exponential before [1, N, 5+C] with three predictions a cell is v3, decoded', () => {
    const { reading } = readingOf((draft) => {
      const rows = addFloats(draft, 'rows', [1, 252, 8]);
      return [addNode(draft, 'Exp', [rows], {}, 'output', 'output')];
    });
    expect(reading).toMatchObject({ family: 'v3', classes: 3, decodedInGraph: true });
  });
});

describe('several outputs', () => {
  const fixed = (draft: Draft, name: string, dims: readonly number[]) =>
    addNode(draft, 'Identity', [addFloats(draft, `${name}_values`, dims)], {}, name, name);

  it('boxes [1, N, 4] beside scores [1, N, C] or [1, C, N]', () => {
    expect(readingOf((draft) => [fixed(draft, 'x', [1, 84, 3]), fixed(draft, 'y', [1, 84, 4])]).reading).toMatchObject({
      family: 'boxes-scores',
      classes: 3,
      outputs: [
        { name: 'y', holds: 'boxes' },
        { name: 'x', holds: 'scores', order: 'box-major' },
      ],
    });
    expect(readingOf((draft) => [fixed(draft, 'x', [1, 84, 4]), fixed(draft, 'y', [1, 3, 84])]).reading).toMatchObject({
      family: 'boxes-scores',
      outputs: [{ name: 'x' }, { name: 'y', order: 'channel-major' }],
    });
  });

  it('boxes [1, N, 1, 4] beside scores [1, N, C] are YOLOv4', () => {
    const { reading } = readingOf((draft) => [fixed(draft, 'x', [1, 252, 1, 4]), fixed(draft, 'y', [1, 252, 3])]);
    expect(reading).toMatchObject({ family: 'v3', classes: 3, decodedInGraph: true, strides: [8, 16, 32] });
  });

  it('class and box rows of every level are NanoDet', () => {
    const { reading } = readingOf((draft) =>
      three.flatMap((stride) => [
        fixed(draft, `a${stride}`, [1, (size / stride) ** 2, 3]),
        fixed(draft, `b${stride}`, [1, (size / stride) ** 2, 32]),
      ]),
    );
    expect(reading).toMatchObject({ family: 'nanodet', classes: 3, cellCentre: { share: 0.5, shift: -0.5 } });
  });
});

describe('one grid', () => {
  it('of 1, 4 and C joined values is FastestDet', () => {
    const { reading } = readingOf((draft) => [
      joinChannels(draft, [
        sigmoid(draft, map(draft, 'objectness', 1, 16)),
        map(draft, 'box', 4, 16),
        addNode(draft, 'Softmax', [map(draft, 'class', 3, 16)], { axis: { int: 1 } }),
      ]),
    ]);
    expect(reading).toMatchObject({
      family: 'fastestdet',
      classes: 3,
      strides: [16],
      activation: { objectness: 'none', class: 'none' },
      input: { channels: 'BGR', resize: 'stretch' },
    });
  });

  it('of 5 x (5+C) raw values behind leaky ReLU is YOLOv2, for VOC with the anchors of its tiny model', () => {
    const build = (draft: Draft) => {
      addNode(draft, 'LeakyRelu', [map(draft, 'backbone', 4, 8)]);
      return [map(draft, 'grid', 125, 32)];
    };
    expect(readingOf(build, {}).reading).toMatchObject({
      family: 'v2',
      classes: 20,
      strides: [32],
      anchors: publishedAnchors.v2tinyVoc,
      activation: { class: 'softmax' },
    });
  });

  it('of 12, 3 and C values a cell at two strides is Yolo-FastestV2, with or without a batch dimension', () => {
    for (const batch of [[], [1]]) {
      const { reading } = readingOf((draft) => {
        const levels = [16, 32].map((stride) => {
          const rows = (name: string, channels: number) => {
            const moved = addNode(draft, 'Transpose', [map(draft, `${name}${stride}`, channels, stride)], {
              perm: { ints: [0, 2, 3, 1] },
            });
            const shape = addIntegers(draft, `${name}${stride}_rows`, [...batch, (size / stride) ** 2, channels]);
            return addNode(draft, 'Reshape', [moved, shape]);
          };
          const parts = [
            sigmoid(draft, rows('box', 12)),
            sigmoid(draft, rows('objectness', 3)),
            addNode(draft, 'Softmax', [rows('class', 3)], { axis: { int: -1 } }),
          ];
          return addNode(draft, 'Concat', parts, { axis: { int: batch.length + 1 } });
        });
        return [addNode(draft, 'Concat', levels, { axis: { int: batch.length } }, 'output', 'output')];
      });
      expect(reading).toMatchObject({
        family: 'yolo-fastestv2',
        classes: 3,
        strides: [16, 32],
        anchors: publishedAnchors.fastestV2,
        activation: { box: 'none', objectness: 'none', class: 'none' },
      });
    }
  });
});

describe('anchors in the graph', () => {
  /** The v5 tail with chosen anchor constants. */
  const decoded = (
    draft: Draft,
    anchors: (level: number) => { dims: readonly number[]; values: readonly number[] },
  ) => {
    const two = addFloats(draft, 'two', [], [2]);
    const levels = three.map((stride, level) => {
      const side = size / stride;
      const raw = map(draft, `head${level}`, 24, stride);
      const shape = addIntegers(draft, `shape${level}`, [1, 3, 8, side, side]);
      const apart = addNode(draft, 'Transpose', [addNode(draft, 'Reshape', [raw, shape])], {
        perm: { ints: [0, 1, 3, 4, 2] },
      });
      const shares = sigmoid(draft, apart);
      const slice = (name: string, from: number, to: number) =>
        addNode(draft, 'Slice', [
          shares,
          addIntegers(draft, `${name}_from${level}`, [from]),
          addIntegers(draft, `${name}_to${level}`, [to]),
          addIntegers(draft, `${name}_axis${level}`, [4]),
        ]);
      const { dims, values } = anchors(level);
      const grown = addNode(draft, 'Pow', [addNode(draft, 'Mul', [slice('wh', 2, 4), two]), two]);
      const sizes = addNode(draft, 'Mul', [grown, addFloats(draft, `anchors${level}`, dims, values)]);
      const places = addNode(draft, 'Mul', [slice('xy', 0, 2), addFloats(draft, `stride${level}`, [], [stride])]);
      const joined = addNode(draft, 'Concat', [places, sizes, slice('rest', 4, 8)], { axis: { int: 4 } });
      return addNode(draft, 'Reshape', [joined, addIntegers(draft, `rows${level}`, [1, -1, 8])]);
    });
    return [joinChannels(draft, levels, 'output')];
  };
  const own = [
    [12, 16, 19, 36, 40, 28],
    [36, 75, 76, 55, 72, 146],
    [142, 110, 192, 243, 459, 401],
  ];
  const pairs = own.map(([a, b, c, d, e, f]) => [
    [a, b],
    [c, d],
    [e, f],
  ]);

  it('are read as one constant a level', () => {
    const { reading } = readingOf((draft) =>
      decoded(draft, (level) => ({ dims: [1, 3, 1, 1, 2], values: own[level] ?? [] })),
    );
    expect(reading).toMatchObject({ family: 'v5', decodedInGraph: true, anchors: pairs });
  });

  it('are read where they are repeated for every cell', () => {
    const { reading } = readingOf((draft) =>
      decoded(draft, (level) => {
        const cells = (size / (8 << level)) ** 2;
        const values = [0, 2, 4].flatMap((at) =>
          Array.from({ length: cells }, () => own[level]?.slice(at, at + 2) ?? []).flat(),
        );
        return { dims: [1, 3, size / (8 << level), size / (8 << level), 2], values };
      }),
    );
    expect(reading.anchors).toEqual(pairs);
  });
});
