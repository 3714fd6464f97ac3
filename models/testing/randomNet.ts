import type { ModelProto } from 'onnx-buf';
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

/** Height and width of all tensors of a random net. */
const side = 4;

/** A tensor [1, channels, 4, 4] of a net that is being built. */
interface Feature {
  readonly name: string;
  readonly channels: number;
}

/** Adds nodes that read some features and gives what they make. `pick` chooses among `count` possibilities. */
type Block = (draft: Draft, features: readonly Feature[], pick: (count: number) => number) => Feature[];

function chosen(features: readonly Feature[], pick: (count: number) => number): Feature {
  const feature = features[pick(features.length)];
  if (feature === undefined) throw new Error('A net has features from the start.');
  return feature;
}

/** A block that turns one feature into one of as many channels. */
function keeping(add: (draft: Draft, input: Feature, name: string, pick: (count: number) => number) => string): Block {
  return (draft, features, pick) => {
    const input = chosen(features, pick);
    return [{ name: add(draft, input, `layer${draft.nodes.length}`, pick), channels: input.channels }];
  };
}

function addShuffle(draft: Draft, { name, channels }: Feature, base: string, groups: number): string {
  const apart = addIntegers(draft, `${base}_apart`, [1, groups, channels / groups, side, side]);
  const joined = addIntegers(draft, `${base}_joined`, [1, -1, side, side]);
  const cut = addNode(draft, 'Reshape', [name, apart]);
  return addNode(draft, 'Reshape', [addNode(draft, 'Transpose', [cut], { perm: { ints: [0, 2, 1, 3, 4] } }), joined]);
}

/** Two heads that attend over the 16 places, as YOLO11 does: q, k and v by one convolution, scores by MatMul and Softmax. */
function addAttention(draft: Draft, { name, channels }: Feature, base: string): string {
  const [heads, width] = [2, 4];
  const joined = addConv(draft, base, name, [channels, heads * 3 * width]);
  const shape = addIntegers(draft, `${base}_heads`, [1, heads, 3 * width, side * side]);
  const sizes = addIntegers(draft, `${base}_sizes`, [width, width, width]);
  const parts = [addNode(draft, 'Reshape', [joined, shape]), sizes];
  const [q = '', k = '', v = ''] = addNodeWithOutputs(draft, 'Split', parts, 3, { axis: { int: 2 } });
  const turned = { perm: { ints: [0, 1, 3, 2] } };
  const scores = addNode(draft, 'MatMul', [addNode(draft, 'Transpose', [q], turned), k]);
  const weights = addNode(draft, 'Softmax', [scores], { axis: { int: -1 } });
  const mixed = addNode(draft, 'MatMul', [v, addNode(draft, 'Transpose', [weights], turned)]);
  const back = addIntegers(draft, `${base}_back`, [1, heads * width, side, side]);
  return addConv(draft, `${base}_out`, addNode(draft, 'Reshape', [mixed, back]), [heads * width, channels]);
}

/** A matrix product over the channels laid last, with a bias, as transformer blocks have it. */
function addLinear(draft: Draft, { name, channels }: Feature, base: string): string {
  const last = addNode(draft, 'Transpose', [name], { perm: { ints: [0, 2, 3, 1] } });
  const product = addNode(draft, 'MatMul', [
    last,
    addFloats(draft, `${base}_matrix`, [channels, channels], undefined, 0.4),
  ]);
  const sum = addNode(draft, 'Add', [product, addFloats(draft, `${base}_shift`, [channels])]);
  return addNode(draft, 'Transpose', [sum], { perm: { ints: [0, 3, 1, 2] } });
}

/** Squeeze and excitation: every channel times a gate that is made from the means of all. */
function addGate(draft: Draft, { name, channels }: Feature, base: string): string {
  const means = addNode(draft, 'GlobalAveragePool', [name]);
  const gate = addNode(draft, 'Sigmoid', [addConv(draft, base, means, [channels, channels])]);
  return addNode(draft, 'Mul', [name, gate]);
}

function addNorm(draft: Draft, { name, channels }: Feature, base: string): string {
  const tables = ['scale', 'shift', 'mean'].map((table) => addFloats(draft, `${base}_${table}`, [channels]));
  const variance = Float32Array.from({ length: channels }, () => 0.5 + draft.random());
  return addNode(draft, 'BatchNormalization', [
    name,
    ...tables,
    addFloats(draft, `${base}_variance`, [channels], variance),
  ]);
}

const blocks: readonly Block[] = [
  // Widths change, so that unions of several sizes arise.
  (draft, features, pick) => {
    const input = chosen(features, pick);
    const channels = [4, 8, 12][pick(3)] ?? 4;
    const kernel = pick(2) === 0 ? 1 : 3;
    return [
      {
        name: addConv(draft, `layer${draft.nodes.length}`, input.name, [input.channels, channels], { kernel }),
        channels,
      },
    ];
  },
  keeping((draft, { name, channels }, base) =>
    addConv(draft, base, name, [channels, channels], { kernel: 3, group: channels }),
  ),
  keeping((draft, { name, channels }, base, pick) =>
    addConv(draft, base, name, [channels, channels], { group: pick(2) === 0 ? 2 : channels / 2 }),
  ),
  keeping((draft, { name }) => addSilu(draft, name)),
  keeping((draft, { name }) => addNode(draft, 'Relu', [name])),
  keeping((draft, { name, channels }, base) =>
    addNode(draft, 'PRelu', [name, addFloats(draft, base, [channels, 1, 1])]),
  ),
  keeping((draft, { name, channels }, base) =>
    addNode(draft, 'Mul', [name, addFloats(draft, base, [1, channels, 1, 1])]),
  ),
  keeping((draft, { name }) =>
    addNode(draft, 'MaxPool', [name], { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } }),
  ),
  keeping(addNorm),
  keeping(addGate),
  keeping(addAttention),
  keeping(addLinear),
  keeping((draft, input, base, pick) => addShuffle(draft, input, base, pick(2) === 0 ? 2 : 4)),
  keeping((draft, { name, channels }, base) => {
    addFloats(draft, `${base}_weights`, [channels, channels, 1, 1], undefined, 0.4);
    return addNode(draft, 'ConvTranspose', [name, `${base}_weights`]);
  }),
  keeping((draft, { name }) => {
    const deep = addNode(draft, 'SpaceToDepth', [name], { blocksize: { int: 2 } });
    return addNode(draft, 'DepthToSpace', [deep], { blocksize: { int: 2 } });
  }),
  // A sum of two features of one width; of a feature with itself where there is no other.
  (draft, features, pick) => {
    const left = chosen(features, pick);
    const right = chosen(
      features.filter(({ channels }) => channels === left.channels),
      pick,
    );
    return [{ name: addNode(draft, 'Add', [left.name, right.name]), channels: left.channels }];
  },
  (draft, features, pick) => {
    const [left, right] = [chosen(features, pick), chosen(features, pick)];
    const name = addNode(draft, 'Concat', [left.name, right.name], { axis: { int: 1 } });
    return left.channels + right.channels > 24 ? [] : [{ name, channels: left.channels + right.channels }];
  },
  (draft, features, pick) => {
    const { name, channels } = chosen(features, pick);
    const sizes = addIntegers(draft, `sizes${draft.nodes.length}`, [channels / 2, channels / 2]);
    const halves = addNodeWithOutputs(draft, 'Split', [name, sizes], 2, { axis: { int: 1 } });
    return channels % 8 === 0 ? halves.map((half) => ({ name: half, channels: channels / 2 })) : [];
  },
  (draft, features, pick) => {
    const { name, channels } = chosen(features, pick);
    const at = draft.nodes.length;
    const bounds = [`start${at}`, `end${at}`, `axis${at}`].map((bound, index) =>
      addIntegers(draft, bound, [[channels - 4, channels, 1][index] ?? 0]),
    );
    return [{ name: addNode(draft, 'Slice', [name, ...bounds]), channels: 4 }];
  },
  (draft, features, pick) => {
    const { name, channels } = chosen(features, pick);
    const backwards = addIntegers(draft, `order${draft.nodes.length}`, [...Array(channels).keys()].reverse());
    return [{ name: addNode(draft, 'Gather', [name, backwards], { axis: { int: 1 } }), channels }];
  },
];

/**
 * A net of random blocks as detectors are made of, from `x` [1, 3, 4, 4] to `y` [1, 4, 4, 4]: the same choices give the same
 * net. All that was made and not read is joined before the last layer.
 */
export function randomNet(choices: readonly number[], seed = 1): ModelProto {
  const draft = startDraft(seed);
  let next = 0;
  const pick = (count: number) => {
    next += 1;
    return (choices[(next - 1) % choices.length] ?? 0) % count;
  };
  const features: Feature[] = [{ name: addConv(draft, 'stem', 'x', [3, 8]), channels: 8 }];
  while (next < choices.length) features.push(...(blocks[pick(blocks.length)]?.(draft, features, pick) ?? []));
  const read = new Set(draft.nodes.flatMap((node) => node.input));
  const open = features.filter(({ name }) => !read.has(name));
  const joined = addNode(
    draft,
    'Concat',
    open.map(({ name }) => name),
    { axis: { int: 1 } },
  );
  const width = open.reduce((sum, { channels }) => sum + channels, 0);
  addNode(draft, 'Identity', [addConv(draft, 'last', joined, [width, 4])], {}, 'end', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 3, side, side])],
    outputs: [declareTensor('y', [1, 4, side, side])],
  });
}
