import {
  anchorsOf,
  apart,
  cellsOf,
  constant,
  decode,
  type Form,
  grid,
  joined,
  leaky,
  names,
  own,
  pairs,
  proveForms,
  publishedBox,
  rawMap,
  rows,
  side,
  sigmoid,
  slice,
  strides,
  times,
  values,
  valuesLast,
} from '../../testing/anchorTail.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import type { Tail } from '../../testing/headTail.ts';

const folder = temporaryFolder();
const exponential = (tail: Tail, input: string) => tail.node('Exp', [input]);

const decoded: readonly Form[] = [
  {
    name: 'joined, e^t x anchors in pixels',
    build: (tail: Tail) =>
      joined(tail, (stride) =>
        decode(tail, stride, 'v3', (wh) =>
          times(tail, exponential(tail, wh), tail.floats([1, 3, 1, 1, 2], anchorsOf(stride))),
        ),
      ),
  },
  {
    name: 'split into boxes [N, 4], centre and size as shares, and scores',
    build: (tail: Tail) => {
      const levels = strides.map((stride) => {
        const raw = apart(tail, rawMap(tail, 'v3', stride), stride);
        const xy = tail.node('Add', [sigmoid(tail, slice(tail, raw, 0, 2, 4)), grid(tail, stride, 0)]);
        const inCells = anchorsOf(stride).map((value) => value / stride);
        const wh = times(tail, exponential(tail, slice(tail, raw, 2, 4, 4)), tail.floats([1, 3, 1, 1, 2], inCells));
        const box = tail.node('Div', [tail.concat([xy, wh], 4), constant(tail, side(stride))]);
        const shares = sigmoid(tail, slice(tail, raw, 4, 8, 4));
        const scores = times(tail, slice(tail, shares, 1, 4, 4), slice(tail, shares, 0, 1, 4));
        return { box: tail.reshape(box, [1, -1, 4]), scores: tail.reshape(scores, [1, -1, 3]) };
      });
      const join = (parts: readonly string[], output: string) => tail.concat(parts, 1, output);
      return [
        join(
          levels.map(({ scores }) => scores),
          'classes',
        ),
        join(
          levels.map(({ box }) => box),
          'boxes',
        ),
      ];
    },
    reading: { decodedInGraph: true, rows: { box: 'centre-size', units: 'relative' } },
  },
  {
    name: 'joined, e^t x anchors in cells, then box x stride',
    build: (tail: Tail) =>
      joined(tail, (stride) =>
        decode(tail, stride, 'v3', (wh) => {
          const inCells = anchorsOf(stride).map((value) => value / stride);
          const sized = times(tail, tail.floats([1, 3, 1, 1, 2], inCells), exponential(tail, wh));
          return times(tail, sized, constant(tail, stride));
        }),
      ),
  },
  {
    name: 'joined, in shares of the picture: cells by the number of cells, anchors by the size',
    build: (tail: Tail) =>
      joined(tail, (stride) => {
        const raw = apart(tail, rawMap(tail, 'v3', stride), stride);
        const xy = tail.node('Add', [sigmoid(tail, slice(tail, raw, 0, 2, 4)), grid(tail, stride, 0)]);
        const wh = times(
          tail,
          exponential(tail, slice(tail, raw, 2, 4, 4)),
          tail.floats(
            [1, 3, 1, 1, 2],
            anchorsOf(stride).map((value) => value / stride),
          ),
        );
        const box = tail.node('Div', [tail.concat([xy, wh], 4), constant(tail, side(stride))]);
        return rows(tail, tail.concat([box, sigmoid(tail, slice(tail, raw, 4, values, 4))], 4));
      }),
    reading: { rows: { box: 'centre-size', units: 'relative' } },
  },
].map((form) => ({ family: 'v3', from: 'graph', reading: { decodedInGraph: true }, ...form }) as const);

const raw3 = { decodedInGraph: false, activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'sigmoid' } };

const raw: readonly Form[] = (
  [
    {
      name: 'levels [1, 24, S, S]',
      build: (tail) => strides.map((stride) => rawMap(tail, 'v3', stride, `p${stride}`)),
      reading: raw3,
    },
    {
      name: 'levels [1, 3, S, S, 8], coarsest first',
      build: (tail) =>
        strides.toReversed().map((stride) => apart(tail, rawMap(tail, 'v3', stride), stride, `p${stride}`)),
      reading: raw3,
    },
    {
      name: 'levels [1, S, S, 24]',
      build: (tail) => strides.map((stride) => tail.transpose(rawMap(tail, 'v3', stride), [0, 2, 3, 1], `p${stride}`)),
      reading: raw3,
    },
    {
      name: 'levels [1, S, S, 3, 8]',
      build: (tail) => strides.map((stride) => valuesLast(tail, rawMap(tail, 'v3', stride), stride, `p${stride}`)),
      reading: raw3,
    },
    {
      name: 'joined, anchor by anchor',
      build: (tail) => joined(tail, (stride) => rows(tail, apart(tail, rawMap(tail, 'v3', stride), stride))),
      reading: raw3,
    },
    {
      name: 'joined, cell by cell',
      build: (tail) => joined(tail, (stride) => rows(tail, valuesLast(tail, rawMap(tail, 'v3', stride), stride))),
      reading: { ...raw3, outputs: [{ order: 'cell-major' }] },
    },
    {
      name: 'levels whose scores alone are activated',
      build: (tail) =>
        strides.map((stride) => {
          const all = valuesLast(tail, rawMap(tail, 'v3', stride), stride);
          const [xy, wh, objectness, classes] = [
            [0, 2],
            [2, 4],
            [4, 5],
            [5, 8],
          ].map(([from = 0, to = 0]) => slice(tail, all, from, to, 4));
          const parts = [xy ?? '', wh ?? '', sigmoid(tail, objectness ?? ''), sigmoid(tail, classes ?? '')];
          return tail.concat(parts, 4, `p${stride}`);
        }),
      reading: { ...raw3, activation: { box: 'sigmoid', objectness: 'none', class: 'none' } },
    },
  ] satisfies readonly Pick<Form, 'name' | 'build' | 'reading'>[]
).flatMap(({ name, build, reading }): Form[] => {
  const withLeaky = (tail: Tail) => {
    leaky(tail);
    return build(tail);
  };
  const anchors = `(${own.flat().join(', ')})`;
  return [
    { family: 'v3', name, build: withLeaky, reading, box: publishedBox, from: 'published' },
    {
      family: 'v3',
      name: `${name}, anchors in the metadata`,
      build: withLeaky,
      reading,
      metadata: { names, anchors },
      from: 'metadata',
    },
  ];
});

/** YOLOv4 scales centres at 16 by 1.1: x = (1.1 x 0.7 - 0.05 + 2) x 16 = 43.52, y = (1.1 x 0.3 - 0.05 + 1) x 16 = 20.48. */
const mish: Form = {
  family: 'v3',
  name: 'levels of a network with Mish: YOLOv4, whose anchors at 16 are 36 x 75, 76 x 55, 72 x 146',
  build: (tail) => {
    const map = tail.map('backbone', 4, 8);
    times(tail, map, tail.node('Tanh', [tail.node('Softplus', [map])]));
    return strides.map((stride) => rawMap(tail, 'v3', stride, `p${stride}`));
  },
  reading: { ...raw3, centreScale: [1.2, 1.1, 1.05] },
  // 76 x 13.75 about (43.52, 20.48), cut at the borders.
  box: [5.52, 13.605, 64, 27.355],
  from: 'published',
};

/** Boxes [1, N, 1, 4] as pytorch-YOLOv4 writes them: every anchor by itself, in cells, then through the number of cells. */
function split(tail: Tail, stride: number) {
  const map = rawMap(tail, 'v3', stride);
  const cells = side(stride);
  const channel = (from: number, to: number) => slice(tail, map, from, to, 1);
  const axis = (coordinate: 0 | 1) =>
    tail.floats(
      [1, 1, cells, cells],
      cellsOf(stride, 0).filter((_, at) => at % 2 === coordinate),
    );
  const anchors = anchorsOf(stride).map((value) => value / stride);
  const of = (make: (anchor: number, first: number) => string) =>
    tail.node('Div', [
      tail.concat(
        [0, 1, 2].map((anchor) => make(anchor, anchor * values)),
        1,
      ),
      constant(tail, cells),
    ]);
  const x = of((_, first) => tail.node('Add', [sigmoid(tail, channel(first, first + 1)), axis(0)]));
  const y = of((_, first) => tail.node('Add', [sigmoid(tail, channel(first + 1, first + 2)), axis(1)]));
  const sizes = [0, 1, 2].map((anchor) =>
    [0, 1].map((which) =>
      times(
        tail,
        exponential(tail, channel(anchor * values + 2 + which, anchor * values + 3 + which)),
        constant(tail, anchors[2 * anchor + which] ?? 0),
      ),
    ),
  );
  const [width = '', height = ''] = [0, 1].map((which) => of((anchor) => sizes[anchor]?.[which] ?? ''));
  const flat = (input: string) => tail.reshape(input, [1, 3 * cells * cells, 1]);
  const half = (input: string) => times(tail, flat(input), constant(tail, 0.5));
  const x1 = tail.node('Sub', [flat(x), half(width)]);
  const y1 = tail.node('Sub', [flat(y), half(height)]);
  const corners = [x1, y1, tail.node('Add', [x1, flat(width)]), tail.node('Add', [y1, flat(height)])];
  const boxes = tail.reshape(tail.concat(corners, 2), [1, 3 * cells * cells, 1, 4]);
  const shares = sigmoid(tail, rows(tail, apart(tail, map, stride)));
  const scores = times(tail, slice(tail, shares, 5, 8, 2), slice(tail, shares, 4, 5, 2));
  return { boxes, scores };
}

const splitForms: readonly Form[] = [[...strides], strides.toReversed()].map((order) => ({
  family: 'v3',
  name: `YOLOv4 split into boxes and scores, stride ${order[0]} first`,
  build: (tail) => {
    const levels = order.map((stride) => split(tail, stride));
    const scores = tail.concat(
      levels.map((level) => level.scores),
      1,
      'boxes_of_things',
    );
    return [
      scores,
      tail.concat(
        levels.map((level) => level.boxes),
        1,
        'confidences',
      ),
    ];
  },
  strides: order,
  ...(order[0] === 8 ? {} : { anchors: pairs.toReversed() }),
  reading: {
    decodedInGraph: true,
    rows: { box: 'x1y1x2y2', units: 'relative' },
    input: { resize: 'stretch' },
    activation: { objectness: 'absent' },
  },
  from: 'graph',
}));

proveForms(folder, [...decoded, ...raw, mish, ...splitForms]);
