import { describe, expect, it } from 'vitest';
import { type Form, logit, names, proveForms, side } from '../../testing/anchorTail.ts';
import { readingOf } from '../../testing/findBoxes.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { type Tail, tailModel } from '../../testing/headTail.ts';
import { detectOnPhotos, expectAsPeer, type PeerDetection } from '../../testing/peerDetections.ts';
import { hasSharedFolder } from '../../testing/shared.ts';

const folder = temporaryFolder();

/**
 * Published decoding (dog-qiuqiu/Yolo-FastestV2, sample/ncnn/src/yolo-fastestv2.cpp): the box rule of YOLOv5 and score =
 * objectness x class. The object is that of the other tests; the second anchor of stride 16 is 37.88 x 51.48, so that
 * w = (2 x 0.5)^2 x 37.88 and h = (2 x 0.25)^2 x 51.48 = 12.87 about (43.2, 20.8).
 */
const box = [43.2 - 18.94, 20.8 - 6.435, 43.2 + 18.94, 20.8 + 6.435];
const boxValues = [0.6, 0.4, 0.5, 0.25].map(logit);
/** Three classes: 0.05, 0.9, 0.05 under a softmax. */
const classValues = [Math.log(0.05), Math.log(0.9), Math.log(0.05)];

/** Raw value number `channel` of a cell: 12 of boxes, 3 objectnesses, 3 classes. */
function raw(channel: number, isThere: boolean): number {
  if (channel < 12) return isThere && channel >= 4 && channel < 8 ? (boxValues[channel - 4] ?? 0) : 0;
  if (channel < 15) return isThere && channel === 13 ? logit(0.8) : -15;
  return isThere ? (classValues[channel - 15] ?? 0) : 0;
}

/** One level [1, S, S, 18], activated as the published export is, or as it comes from its layers. */
function level(tail: Tail, stride: number, isActivated: boolean, shape: readonly number[], output?: string): string {
  const part = (name: string, from: number, count: number) => {
    const map = tail.map(`${name}${stride}`, count, stride, (channel, row, column) =>
      raw(from + channel, stride === 16 && row === 1 && column === 2),
    );
    return tail.reshape(tail.transpose(map, [0, 2, 3, 1]), [...shape, count]);
  };
  const [boxes, objectness, classes] = [part('box', 0, 12), part('objectness', 12, 3), part('class', 15, 3)];
  const parts = isActivated
    ? [
        tail.node('Sigmoid', [boxes]),
        tail.node('Sigmoid', [objectness]),
        tail.node('Softmax', [classes], { axis: { int: -1 } }),
      ]
    : [boxes, objectness, classes];
  return tail.concat(parts, shape.length, output);
}

const cells = (stride: number) => side(stride) ** 2;
const common = { family: 'yolo-fastestv2', box, strides: [16, 32], from: 'published' } as const;
const activated = {
  activation: { box: 'none', objectness: 'none', class: 'none' },
  input: { channels: 'BGR', scale: 1 / 255, resize: 'stretch' },
};
const shapesOfLevels = [
  { name: '[1, S, S, 15+C]', shape: (stride: number) => [1, side(stride), side(stride)] },
  { name: '[S, S, 15+C]', shape: (stride: number) => [side(stride), side(stride)] },
];

const forms: readonly Form[] = [
  ...[[], [1]].map(
    (batch): Form => ({
      ...common,
      name: `joined, ${batch.length === 0 ? 'without' : 'with'} a batch dimension`,
      build: (tail) => [
        tail.concat(
          [16, 32].map((stride) => level(tail, stride, true, [...batch, cells(stride)])),
          batch.length,
          'output',
        ),
      ],
      reading: activated,
    }),
  ),
  ...shapesOfLevels.flatMap(({ name, shape }) =>
    [
      [16, 32],
      [32, 16],
    ].map(
      (order): Form => ({
        ...common,
        name: `levels ${name}, stride ${order[0]} first`,
        build: (tail) => order.map((stride) => level(tail, stride, true, shape(stride), `p${stride}`)),
        reading: activated,
      }),
    ),
  ),
  {
    ...common,
    name: 'levels as they come from the layers',
    build: (tail) =>
      [16, 32].map((stride) => level(tail, stride, false, [1, side(stride), side(stride)], `p${stride}`)),
    reading: { activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'softmax' } },
  },
];

proveForms(folder, forms);

describe('levels whose parts the graph does not show', () => {
  const build = (channels: number) => (tail: Tail) =>
    [16, 32].map((stride) => tail.transpose(tail.map(`m${stride}`, channels, stride), [0, 2, 3, 1], `p${stride}`));

  it('are taken for this family where the names leave room for nothing else', () => {
    const { reading } = readingOf(tailModel([64, 64], build(18), { names }));
    expect(reading).toMatchObject({ family: 'yolo-fastestv2', classes: 3 });
  });

  it('are not where the names say otherwise', () => {
    expect(readingOf(tailModel([64, 64], build(24), { names })).reading.family).not.toBe('yolo-fastestv2');
  });
});

/** build/peers/detect.py --head yolo-fastestv2: Python, OpenCV and onnxruntime. */
const peer: Readonly<Record<string, readonly PeerDetection[]>> = {
  'bus.jpg': [
    [0, 0.942289, [35.943, 399.316, 220.561, 895.35]],
    [5, 0.820595, [20.672, 212.016, 792.656, 765.654]],
    [0, 0.797211, [225.194, 401.865, 342.43, 827.292]],
  ],
  'dog.jpg': [
    [16, 0.861414, [122.066, 196.671, 334.189, 555.955]],
    [2, 0.677452, [449.106, 72.41, 685.837, 169.584]],
    [1, 0.472114, [143.865, 186.385, 568.484, 442.928]],
    [2, 0.400418, [64.803, 77.033, 103.096, 121.168]],
    [16, 0.398358, [121.241, 186.513, 453.151, 562.211]],
    [2, 0.306963, [446.215, 76.232, 716.884, 215.667]],
  ],
  'person.jpg': [
    [16, 0.865025, [65.225, 262.735, 207.857, 355.888]],
    [0, 0.778369, [187.258, 97.621, 280.102, 353.474]],
    [18, 0.729208, [400.594, 140.552, 605.79, 342.665]],
  ],
};

describe.skipIf(!hasSharedFolder)('the published model', () => {
  const model = ['yolo-fastestv2', 'yolo-fastestv2.onnx'];

  it('finds on photos what Python finds', async () => {
    const found = await detectOnPhotos(model, Object.keys(peer));
    for (const [index, expected] of Object.values(peer).entries()) expectAsPeer(found[index] ?? [], expected);
  }, 60_000);

  it('sees a bus and three persons and more, the third of them weakly', async () => {
    const [found = []] = await detectOnPhotos(model, ['bus.jpg'], 0.15);
    const count = (wanted: string) => found.filter(({ className }) => className === wanted).length;
    expect(count('bus')).toBe(1);
    expect(count('person')).toBeGreaterThanOrEqual(3);
  }, 60_000);
});
