import { describe, it } from 'vitest';
import { makeInt64Tensor } from '../../graph/tensors.ts';
import {
  anchorsOf,
  apart,
  cellsOf,
  constant,
  decode,
  type Form,
  grid,
  joined,
  names,
  own,
  pairs,
  proveForms,
  publishedBox,
  rawMap,
  rows,
  side,
  sigmoid,
  size,
  slice,
  square,
  strides,
  times,
  values,
  valuesLast,
} from '../../testing/anchorTail.ts';
import { addIntegers } from '../../testing/draft.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import type { Tail } from '../../testing/headTail.ts';
import { detectOnPhotos, expectAsPeer, type PeerDetection } from '../../testing/peerDetections.ts';
import { hasSharedFolder } from '../../testing/shared.ts';

const folder = temporaryFolder();
const relative = { rows: { box: 'centre-size', units: 'relative' } };

/** Decoded as YOLOv5 is published. */
const plain = (tail: Tail) =>
  joined(tail, (stride) =>
    decode(tail, stride, 'v5', (wh) => {
      const doubled = times(tail, wh, constant(tail, 2));
      return times(tail, square(tail, doubled), tail.floats([1, 3, 1, 1, 2], anchorsOf(stride)));
    }),
  );

const decodedV5: readonly Form[] = (
  [
    {
      name: '(2 s)^2 x anchors [1, 3, 1, 1, 2]',
      build: plain,
    },
    {
      name: 's^2 x four times the anchors, repeated for every cell, as YOLOv7 exports',
      build: (tail) =>
        joined(tail, (stride) =>
          decode(tail, stride, 'v5', (wh) => {
            const cells = side(stride) ** 2;
            const [a, b, c, d, e, f] = anchorsOf(stride).map((value) => 4 * value);
            const repeated = [
              [a, b],
              [c, d],
              [e, f],
            ].flatMap((pair) => Array.from({ length: cells }, () => pair.map((value) => value ?? 0)).flat());
            const anchors = tail.floats([1, 3, side(stride), side(stride), 2], repeated);
            return times(tail, square(tail, wh), anchors);
          }),
        ),
    },
    {
      name: 'doubled by a sum, squared by a product, anchors in cells through Unsqueeze, then the stride',
      build: (tail) =>
        joined(tail, (stride) =>
          decode(tail, stride, 'v5', (wh) => {
            const doubled = tail.node('Add', [wh, wh]);
            const flat = tail.floats(
              [3, 1, 1, 2],
              anchorsOf(stride).map((value) => value / stride),
            );
            const anchors = tail.node('Unsqueeze', [flat, addIntegers(tail.draft, `axes${stride}`, [0])]);
            return times(tail, times(tail, times(tail, doubled, doubled), anchors), constant(tail, stride));
          }),
        ),
    },
    {
      name: 'coarsest level first',
      build: (tail) =>
        joined(
          tail,
          (stride) =>
            decode(tail, stride, 'v5', (wh) =>
              times(
                tail,
                square(tail, times(tail, wh, constant(tail, 2))),
                tail.floats([1, 3, 1, 1, 2], anchorsOf(stride)),
              ),
            ),
          strides.toReversed(),
        ),
      strides: strides.toReversed(),
      anchors: pairs.toReversed(),
    },
    {
      name: 'shares of the picture: divided by the size',
      build: (tail) =>
        joined(tail, (stride) =>
          decode(
            tail,
            stride,
            'v5',
            (wh) =>
              times(
                tail,
                square(tail, times(tail, wh, constant(tail, 2))),
                tail.floats([1, 3, 1, 1, 2], anchorsOf(stride)),
              ),
            (box) => tail.node('Div', [box, constant(tail, size, size, size, size)]),
          ),
        ),
      reading: relative,
    },
    {
      name: 'TensorFlow: cell by cell, in shares of the picture by folded constants',
      build: (tail) =>
        joined(tail, (stride) => {
          const cells = side(stride) ** 2;
          const all = tail.reshape(valuesLast(tail, rawMap(tail, 'v5', stride), stride), [1, cells, 3, values]);
          const shares = sigmoid(tail, all);
          const places = tail.floats([1, cells, 1, 2], cellsOf(stride, 0.5));
          const xy = tail.node('Add', [times(tail, slice(tail, shares, 0, 2, 3), constant(tail, 2)), places]);
          const folded = anchorsOf(stride).map((value) => (4 * value) / size);
          const wh = times(tail, square(tail, slice(tail, shares, 2, 4, 3)), tail.floats([1, 1, 3, 2], folded));
          const place = times(tail, xy, constant(tail, stride / size));
          return rows(tail, tail.concat([place, wh, slice(tail, shares, 4, values, 3)], 3));
        }),
      reading: { ...relative, outputs: [{ order: 'cell-major' }] },
    },
    {
      name: 'written over the activated values in place',
      build: (tail) =>
        joined(tail, (stride) => {
          const cells = side(stride);
          const scatter = (data: string, from: number, values: string) => {
            const name = `places_${stride}_${from}`;
            const places = [0, 1, 2].flatMap((anchor) =>
              Array.from({ length: cells ** 2 }, (_, cell) =>
                [0, 1].flatMap((at) => [0, anchor, Math.floor(cell / cells), cell % cells, from + at]),
              ).flat(),
            );
            tail.draft.initializers.push(makeInt64Tensor(name, [1, 3, cells, cells, 2, 5], places));
            return tail.node('ScatterND', [data, name, values]);
          };
          const shares = sigmoid(tail, apart(tail, rawMap(tail, 'v5', stride), stride));
          const xy = times(tail, slice(tail, shares, 0, 2, 4), constant(tail, 2));
          const place = times(tail, tail.node('Add', [xy, grid(tail, stride, 0.5)]), constant(tail, stride));
          const placed = scatter(shares, 0, place);
          const doubled = times(tail, slice(tail, placed, 2, 4, 4), constant(tail, 2));
          const wh = times(tail, square(tail, doubled), tail.floats([1, 3, 1, 1, 2], anchorsOf(stride)));
          return rows(tail, scatter(placed, 2, wh));
        }),
    },
    {
      name: 'value by value, [1, 5+C, N]',
      build: (tail) => [tail.transpose(plain(tail)[0] ?? '', [0, 2, 1], 'turned')],
      reading: { outputs: [{ order: 'channel-major' }] },
    },
    {
      name: 'beside the raw levels that it is made of',
      build: (tail) => [...strides.map((stride) => rawMap(tail, 'v5', stride, `raw${stride}`)), ...plain(tail)],
      reading: { decodedInGraph: true, outputs: [{ name: 'output' }] },
    },
    {
      name: 'split into boxes and scores',
      build: (tail) => {
        const [all = ''] = plain(tail);
        const scores = times(tail, slice(tail, all, 5, 8, 2), slice(tail, all, 4, 5, 2));
        const [xy, half] = [slice(tail, all, 0, 2, 2), times(tail, slice(tail, all, 2, 4, 2), constant(tail, 0.5))];
        const corners = [tail.node('Sub', [xy, half]), tail.node('Add', [xy, half])];
        return [tail.node('Identity', [scores], {}, 'a'), tail.concat(corners, 2, 'b')];
      },
      reading: { outputs: [{ name: 'b', holds: 'boxes' }, { name: 'a' }], rows: { box: 'x1y1x2y2', units: 'pixels' } },
    },
    {
      name: 'levels joined first, anchors and strides for every prediction',
      build: (tail) => {
        const all = tail.concat(
          strides.map((stride) => rows(tail, sigmoid(tail, apart(tail, rawMap(tail, 'v5', stride), stride)))),
          1,
        );
        const each = (make: (stride: number, anchor: number) => readonly number[]) =>
          strides.flatMap((stride) =>
            [0, 1, 2].flatMap((anchor) => Array.from({ length: side(stride) ** 2 }, () => make(stride, anchor)).flat()),
          );
        const ofCells = strides.flatMap((stride) => [0, 1, 2].flatMap(() => cellsOf(stride, 0.5)));
        const ofAnchors = each((stride, anchor) => anchorsOf(stride).slice(2 * anchor, 2 * anchor + 2));
        const xy = tail.node('Add', [
          times(tail, slice(tail, all, 0, 2, 2), constant(tail, 2)),
          tail.floats([1, 252, 2], ofCells),
        ]);
        const place = times(
          tail,
          xy,
          tail.floats(
            [1, 252, 1],
            each((stride) => [stride]),
          ),
        );
        const doubled = times(tail, slice(tail, all, 2, 4, 2), constant(tail, 2));
        const wh = times(tail, square(tail, doubled), tail.floats([1, 252, 2], ofAnchors));
        return [tail.concat([place, wh, slice(tail, all, 4, values, 2)], 2, 'output')];
      },
    },
  ] satisfies readonly Omit<Form, 'family' | 'from'>[]
).map((form) => ({ family: 'v5', from: 'graph', ...form }));

const raw5 = { decodedInGraph: false, activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'sigmoid' } };
const activated5 = { decodedInGraph: false, activation: { box: 'none', objectness: 'none', class: 'none' } };

const rawV5: readonly Form[] = (
  [
    {
      name: 'joined behind a sigmoid (YOLOv5-lite)',
      build: (tail) =>
        joined(tail, (stride) => rows(tail, sigmoid(tail, apart(tail, rawMap(tail, 'v5', stride), stride)))),
      reading: activated5,
    },
    {
      name: 'joined, without the sigmoid',
      build: (tail) => joined(tail, (stride) => rows(tail, apart(tail, rawMap(tail, 'v5', stride), stride))),
      reading: raw5,
    },
    {
      name: 'joined cell by cell behind a sigmoid',
      build: (tail) =>
        joined(tail, (stride) => rows(tail, sigmoid(tail, valuesLast(tail, rawMap(tail, 'v5', stride), stride)))),
      reading: activated5,
    },
    {
      name: 'levels [1, 3, S, S, 8]',
      build: (tail) => strides.map((stride) => apart(tail, rawMap(tail, 'v5', stride), stride, `p${stride}`)),
      reading: raw5,
    },
    {
      name: 'levels [1, 24, S, S] behind a sigmoid, in another order',
      build: (tail) => [32, 8, 16].map((stride) => sigmoid(tail, rawMap(tail, 'v5', stride), `p${64 - stride}`)),
      reading: activated5,
    },
    {
      name: 'levels [1, S, S, 3, 8]',
      build: (tail) => strides.map((stride) => valuesLast(tail, rawMap(tail, 'v5', stride), stride, `p${stride}`)),
      reading: raw5,
    },
  ] satisfies readonly Pick<Form, 'name' | 'build' | 'reading'>[]
).flatMap((form): Form[] => [
  { family: 'v5', box: publishedBox, from: 'published', ...form },
  {
    family: 'v5',
    from: 'metadata',
    ...form,
    name: `${form.name}, anchors in the metadata`,
    metadata: { names, anchors: `[${own.map((level) => `[${level.join(', ')}]`).join(', ')}]` },
  },
]);

proveForms(folder, [...decodedV5, ...rawV5]);

/** build/peers/detect.py --head v5-lite: Python, OpenCV and onnxruntime. */
const peer: Readonly<Record<string, readonly PeerDetection[]>> = {
  'bus.jpg': [
    [0, 0.802883, [53.998, 405.013, 231.937, 884.388]],
    [0, 0.793719, [691.654, 464.308, 810.0, 880.205]],
    [0, 0.664752, [208.14, 413.774, 350.203, 838.146]],
    [5, 0.631785, [41.779, 240.322, 764.483, 775.431]],
    [0, 0.40024, [166.123, 374.525, 411.682, 891.459]],
    [0, 0.388075, [0.0, 562.519, 73.388, 876.671]],
    [0, 0.355561, [158.07, 310.64, 474.797, 833.348]],
    [0, 0.341784, [215.573, 404.126, 341.381, 723.477]],
    [0, 0.265217, [6.29, 592.369, 69.829, 845.655]],
  ],
  'dog.jpg': [
    [16, 0.694618, [134.73, 204.431, 328.746, 537.126]],
    [1, 0.574219, [177.366, 133.543, 540.955, 479.391]],
    [2, 0.57109, [427.121, 68.615, 698.94, 160.459]],
    [7, 0.338006, [445.832, 67.103, 692.022, 163.237]],
    [1, 0.272377, [247.441, 163.315, 534.24, 433.45]],
  ],
  'person.jpg': [
    [0, 0.826502, [185.634, 101.204, 275.559, 374.74]],
    [16, 0.728893, [66.239, 262.245, 202.66, 348.475]],
    [18, 0.549774, [403.979, 137.829, 601.833, 340.771]],
    [17, 0.392062, [401.638, 132.285, 602.119, 342.831]],
    [0, 0.367672, [99.976, 167.9, 261.425, 384.439]],
  ],
};

describe.skipIf(!hasSharedFolder)('YOLOv5-lite as it was published', () => {
  it('finds on photos what Python finds, a bus and persons among it', async () => {
    const found = await detectOnPhotos(['yolov5-lite-e', 'v5Lite-e-sim-320.onnx'], Object.keys(peer));
    for (const [index, expected] of Object.values(peer).entries()) expectAsPeer(found[index] ?? [], expected);
  }, 60_000);
});
