import {
  anchorsOf,
  apart,
  cellsOf,
  constant,
  decode,
  type Form,
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

const folder = temporaryFolder();
const relative = { rows: { box: 'centre-size', units: 'relative' } };

const decodedV5: readonly Form[] = (
  [
    {
      name: '(2 s)^2 x anchors [1, 3, 1, 1, 2]',
      build: (tail) =>
        joined(tail, (stride) =>
          decode(tail, stride, 'v5', (wh) =>
            times(
              tail,
              square(tail, times(tail, wh, constant(tail, 2))),
              tail.floats([1, 3, 1, 1, 2], anchorsOf(stride)),
            ),
          ),
        ),
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
