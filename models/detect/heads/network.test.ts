import { describe, expect, it } from 'vitest';
import { addIntegers } from '../../testing/draft.ts';
import { readingOf } from '../../testing/findBoxes.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';

/** Raw levels look alike in all of these: what the network is built of says which it is, and so which anchors it was published with. */
const names = "{0: 'a', 1: 'b', 2: 'c'}";
const size = [128, 128] as const;

const levels = (tail: Tail, strides: readonly number[]) => strides.map((stride) => tail.map(`p${stride}`, 24, stride));

/** Layers that halve the map, and pools that do. */
function halve(tail: Tail, layers: number, pools: number, activation: 'LeakyRelu' | 'SiLU') {
  let from = tail.map('stem', 8, 1);
  const activate = (input: string) =>
    activation === 'SiLU' ? tail.node('Mul', [input, tail.node('Sigmoid', [input])]) : tail.node(activation, [input]);
  for (let layer = 0; layer < layers; layer += 1) {
    const weight = tail.floats([8, 8, 1, 1], new Array<number>(64).fill(0));
    from = activate(tail.node('Conv', [from, weight], { kernel_shape: { ints: [1, 1] }, strides: { ints: [2, 2] } }));
  }
  for (let pool = 0; pool < pools; pool += 1) {
    from = tail.node('MaxPool', [from], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
  }
  return from;
}

/** Half of the channels go on, as in the stages of YOLOv4-tiny. */
function halfOfChannels(tail: Tail, from: string) {
  const integers = (value: number) => addIntegers(tail.draft, `cut_${value}`, [value]);
  return tail.node('Slice', [from, integers(4), integers(8), integers(1)]);
}

const three = [8, 16, 32];
const networks = [
  {
    name: 'YOLOv5',
    family: 'v5',
    first: [10, 13],
    last: [373, 326],
    build: (tail: Tail) => [halve(tail, 5, 0, 'SiLU'), levels(tail, three)] as const,
  },
  {
    name: 'YOLOv5 P6',
    family: 'v5',
    first: [19, 27],
    last: [925, 792],
    build: (tail: Tail) => [halve(tail, 6, 0, 'SiLU'), levels(tail, [...three, 64])] as const,
  },
  {
    name: 'YOLOv7',
    family: 'v5',
    first: [12, 16],
    last: [459, 401],
    build: (tail: Tail) => [halve(tail, 2, 3, 'SiLU'), levels(tail, three)] as const,
  },
  {
    name: 'YOLOv7-tiny',
    family: 'v5',
    first: [10, 13],
    last: [373, 326],
    build: (tail: Tail) => [halve(tail, 2, 3, 'LeakyRelu'), levels(tail, three)] as const,
  },
  {
    name: 'YOLOv3',
    family: 'v3',
    first: [10, 13],
    last: [373, 326],
    build: (tail: Tail) => [halve(tail, 5, 0, 'LeakyRelu'), levels(tail, three)] as const,
  },
  {
    name: 'YOLOv3-tiny',
    family: 'v3',
    first: [10, 14],
    last: [344, 319],
    build: (tail: Tail) => {
      tail.node('LeakyRelu', [halve(tail, 0, 5, 'LeakyRelu')]);
      return ['', levels(tail, [16, 32])] as const;
    },
  },
  {
    name: 'YOLOv4-tiny',
    family: 'v3',
    // The second to fourth of the list, yolov4-tiny.cfg: mask = 1,2,3.
    first: [23, 27],
    last: [344, 319],
    build: (tail: Tail) => [halfOfChannels(tail, halve(tail, 2, 3, 'LeakyRelu')), levels(tail, [16, 32])] as const,
  },
] as const;

describe.each(networks)('$name', ({ name, family, first, last, build }) => {
  it('is told by its layers', () => {
    const { reading, warnings } = readingOf(tailModel(size, (tail) => build(tail)[1], { names }));
    expect(reading.family).toBe(family);
    expect(reading.anchors?.[0]?.[0]).toEqual(first);
    expect(reading.anchors?.at(-1)?.at(-1)).toEqual(last);
    expect(reading.evidence.join()).toContain(`${name} was published with`);
    expect(warnings.join()).not.toContain('also fits');
    expect(warnings.join()).toContain(`those ${name} was published with are used`);
    expect(reading.centreScale).toEqual(name === 'YOLOv4-tiny' ? [1.05, 1.05] : undefined);
  });
});

describe('anchors of the metadata', () => {
  const build = (tail: Tail) => {
    halve(tail, 5, 0, 'SiLU');
    return levels(tail, three);
  };
  const read = (anchors: string) => readingOf(tailModel(size, build, { names, anchors }));
  const wanted = [
    [
      [10, 13],
      [16, 30],
      [33, 24],
    ],
    [
      [30, 61],
      [62, 45],
      [59, 119],
    ],
    [
      [116, 90],
      [156, 198],
      [373, 326],
    ],
  ];

  it.each([
    ['JSON', JSON.stringify(wanted)],
    [
      'Python',
      `[${wanted.map((level) => `(${level.map((pair) => `(${pair.join('.0, ')}.0)`).join(', ')})`).join(', ')}]`,
    ],
    ['a plain list', wanted.flat(2).join(',')],
    ['coarsest first', JSON.stringify(wanted.toReversed())],
    [
      'in cells',
      JSON.stringify(wanted.map((level, at) => level.map((pair) => pair.map((value) => value / (8 << at))))),
    ],
  ])('are read as %s', (_form, anchors) => {
    const { reading, warnings } = read(anchors);
    expect(reading.anchors).toEqual(wanted);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['too few', '[[10, 13], [16, 30]]', 'are 4 numbers where 18 positive ones are needed'],
    ['no list', 'process.exit()', 'could not be parsed'],
    ['empty', '', 'could not be parsed'],
    ['not positive', wanted.flat(2).join(',').replace('10', '-10'), 'positive ones are needed'],
  ])('are not used where they are %s, and it is said', (_form, anchors, problem) => {
    const { reading, warnings } = read(anchors);
    expect(reading.evidence.join()).toContain('YOLOv5 was published with');
    expect(warnings.join()).toContain(problem);
  });
});
