import fc from 'fast-check';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { attributeInt } from '../../graph/nodes.ts';
import { dimsOf } from '../../graph/tensors.ts';
import { encodeModel } from '../../graph/write.ts';
import {
  addConv,
  addFloats,
  addIntegers,
  addNode,
  declareTensor,
  finishModel,
  startDraft,
} from '../../testing/draft.ts';
import { measureParity } from '../../testing/parity.ts';
import { randomNet } from '../../testing/randomNet.ts';
import { tinyV8 } from '../../testing/tinyModels.ts';
import { analyseChannels, type ChannelAnalysis, type LayerChannels, removalOf } from './analysis.ts';
import { membersAlong } from './groups.ts';
import { planRemoval } from './planRemoval.ts';
import { channelPreviewer } from './preview.ts';
import { removeChannels } from './removeChannels.ts';
import { roundWidth } from './roundWidth.ts';

/** What goes, as output channels of layers, numbered as they are once `before` has gone. */
function listsOf({ graph }: ChannelAnalysis, goes: ReadonlySet<number>, before: ReadonlySet<number>): LayerChannels[] {
  return graph.layers.map(({ name, outputs }) => {
    const left = [...membersAlong(graph, outputs)].filter((member) => !before.has(member));
    return { layer: name, channels: left.flatMap((member, channel) => (goes.has(member) ? [channel] : [])) };
  });
}

/** Groups of more channels than one may be cut another way the second time, when they have become fewer. */
function hasWideGroups(proto: ModelProto): boolean {
  return (proto.graph?.node ?? []).some((node) => {
    const weights = proto.graph?.initializer.find(({ name }) => name === node.input[1]);
    return (
      node.opType === 'Conv' && attributeInt(node, 'group', 1) > 1 && weights !== undefined && dimsOf(weights)[1] !== 1
    );
  });
}

describe('removal', () => {
  it('in two steps is removal of the union in one', async () => {
    const choices = fc.array(fc.nat({ max: 1000 }), { minLength: 4, maxLength: 30 });
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(choices, fc.integer({ min: 2, max: 5 }), async (numbers, third) => {
        const proto = randomNet(numbers);
        fc.pre(!hasWideGroups(proto));
        const analysis = analyseChannels(proto);
        const options = { amount: 0.6, scope: 'layer', keep: [], roundTo: 1, ratios: [], leastChannels: 1 } as const;
        const { removed } = planRemoval(analysis, options);
        const first = new Set([...removed].filter((_, index) => index % third === 0));
        const second = new Set([...removed].filter((member) => !first.has(member)));
        if (first.size > 0 && second.size > 0) steps += 1;
        const half = removeChannels(analysis.graph, removalOf(analysis, listsOf(analysis, first, new Set())));
        const again = analyseChannels(half);
        const twice = removeChannels(again.graph, removalOf(again, listsOf(analysis, second, first)));
        const once = removeChannels(analysis.graph, removed);
        expect((await measureParity(once, twice, { runs: 1 })).absolute).toBe(0);
        const sizes = (model: ModelProto) =>
          model.graph?.initializer.filter(({ name }) => /weight|matrix/.test(name)).map(dimsOf);
        expect(sizes(twice)).toEqual(sizes(once));
      }),
      { numRuns: 60, seed: 3 },
    );
    expect(steps).toBeGreaterThan(20);
  });

  it('gives the same bytes again and leaves the model alone', () => {
    const proto = tinyV8();
    const bytes = encodeModel(proto);
    const prune = () => {
      const analysis = analyseChannels(proto);
      const options = { amount: 0.4, scope: 'global', keep: [], roundTo: 1, ratios: [], leastChannels: 2 } as const;
      return encodeModel(removeChannels(analysis.graph, planRemoval(analysis, options).removed));
    };
    expect(prune()).toEqual(prune());
    expect(encodeModel(proto)).toEqual(bytes);
  });
});

describe('planRemoval', () => {
  const plan = { amount: 0.5, scope: 'layer', keep: [], roundTo: 8, ratios: [] } as const;
  const wide = () => {
    const draft = startDraft();
    const a = addNode(draft, 'Relu', [addConv(draft, 'a', 'x', [3, 32])]);
    const b = addNode(draft, 'Relu', [addConv(draft, 'b', a, [32, 32])]);
    addConv(draft, 'c', b, [32, 4]);
    return finishModel(draft, {
      inputs: [declareTensor('x', [1, 3, 4, 4])],
      outputs: [declareTensor('c_out', [1, 4, 4, 4])],
    });
  };
  const widths = (options: Parameters<typeof planRemoval>[1]) =>
    Object.fromEntries(planRemoval(analyseChannels(wide()), options).groups.map(({ name, after }) => [name, after]));

  it('takes the share, keeps what is to be kept, and takes other shares where they are named', () => {
    expect(widths(plan)).toEqual({ a: 16, b: 16 });
    expect(widths({ ...plan, keep: ['a'] })).toEqual({ a: 32, b: 16 });
    expect(widths({ ...plan, ratios: [{ pattern: 'b', amount: 0.25 }] })).toEqual({ a: 16, b: 24 });
    expect(widths({ ...plan, amount: 0.99 })).toEqual({ a: 8, b: 8 });
  });

  it('says when a pattern fits nothing and when nothing goes', () => {
    const analysis = analyseChannels(wide());
    expect(planRemoval(analysis, { ...plan, keep: ['nothing*'] }).warnings).toEqual([
      'No layer that could lose channels matches "nothing*".',
    ]);
    expect(planRemoval(analysis, { ...plan, roundTo: 32 }).warnings).toEqual([
      'At widths rounded to 32 no channel goes, so nothing was pruned.',
    ]);
  });

  it('takes the channels of the smallest norms', () => {
    const proto = wide();
    const weights = proto.graph?.initializer.find(({ name }) => name === 'a.weight');
    if (weights === undefined) throw new Error('no weights');
    // Every third filter is a hundred times the others.
    const values = Float32Array.from({ length: 96 }, (_, at) => (Math.floor(at / 3) % 3 === 0 ? 1 : 0.01));
    weights.rawData = new Uint8Array(values.buffer);
    const analysis = analyseChannels(proto);
    const { removed } = planRemoval(analysis, { ...plan, roundTo: 1, amount: 0.6 });
    const [members = new Int32Array()] = analysis.graph.layers.map(({ outputs }) =>
      membersAlong(analysis.graph, outputs),
    );
    const left = [...members.entries()].filter(([, member]) => !removed.has(member)).map(([channel]) => channel);
    expect(left.filter((channel) => channel % 3 === 0)).toHaveLength(11);
  });

  it('makes the widths that the readers of a shuffle see round as well', () => {
    const draft = startDraft();
    const left = addConv(draft, 'left', 'x', [3, 24]);
    const right = addConv(draft, 'right', 'x', [3, 24]);
    const joined = addNode(draft, 'Concat', [left, right], { axis: { int: 1 } });
    const apart = addNode(draft, 'Reshape', [joined, addIntegers(draft, 'apart', [1, 24, 2, 4, 4])]);
    const turned = addNode(draft, 'Transpose', [apart], { perm: { ints: [0, 2, 1, 3, 4] } });
    const dealt = addNode(draft, 'Reshape', [turned, addIntegers(draft, 'dealt', [1, 48, 4, 4])]);
    const bounds = [0, 24, 48].map((bound) => addIntegers(draft, `at${bound}`, [bound]));
    const axis = addIntegers(draft, 'axis', [1]);
    const halves = [0, 1].map((half) =>
      addNode(draft, 'Slice', [dealt, bounds[half] ?? '', bounds[half + 1] ?? '', axis]),
    );
    const ends = halves.map((half, index) => addConv(draft, `end${index}`, half, [24, 4]));
    addNode(draft, 'Concat', ends, { axis: { int: 1 } }, 'all', 'y');
    const proto = finishModel(draft, {
      inputs: [declareTensor('x', [1, 3, 4, 4])],
      outputs: [declareTensor('y', [1, 8, 4, 4])],
    });
    const analysis = analyseChannels(proto);
    const pruned = removeChannels(analysis.graph, planRemoval(analysis, { ...plan, amount: 0.3 }).removed);
    const shapeOf = (name: string) =>
      pruned.graph?.initializer.find((tensor) => tensor.name === name)?.dims.map(Number);
    expect(['left.weight', 'right.weight'].map(shapeOf)).toEqual([
      [16, 3, 1, 1],
      [16, 3, 1, 1],
    ]);
    expect(['end0.weight', 'end1.weight'].map(shapeOf)).toEqual([
      [4, 16, 1, 1],
      [4, 16, 1, 1],
    ]);
  });
});

describe('what must stay', () => {
  it('stays for the reason that is told', () => {
    const draft = startDraft();
    const read = addConv(draft, 'read', 'x', [3, 16]);
    const odd = addNode(draft, 'Relu', [addConv(draft, 'odd', read, [16, 16])]);
    addNode(draft, 'LRN', [odd], { size: { int: 3 } }, 'unknown', 'y');
    addNode(
      draft,
      'Softmax',
      [addConv(draft, 'weighed', read, [16, 16])],
      { axis: { int: 1 } },
      'weigh',
      'weighed_out2',
    );
    addNode(draft, 'Mul', [addConv(draft, 'fixed', read, [16, 3]), 'x'], {}, 'beside', 'z');
    addFloats(draft, 'unused', [1]);
    const boundary = {
      inputs: [declareTensor('x', [1, 3, 4, 4])],
      outputs: [
        declareTensor('y', [1, 16, 4, 4]),
        declareTensor('weighed_out2', [1, 16, 4, 4]),
        declareTensor('z', [1, 3, 4, 4]),
      ],
    };
    const { kept, groups } = analyseChannels(finishModel(draft, boundary));
    expect(groups.map(({ name }) => name)).toEqual(['read']);
    expect(kept).toEqual([
      {
        name: 'odd',
        why: 'its channels must stay: they reach LRN unknown, and channels are not followed through that operator',
      },
      { name: 'weighed', why: 'its channels must stay: Softmax weigh weighs them against each other' },
      { name: 'fixed', why: 'its channels must stay: Mul beside combines them with channels that cannot change' },
    ]);
  });
});

describe('channelPreviewer', () => {
  it('tells what pruning then gives', () => {
    const proto = tinyV8();
    const bytes = encodeModel(proto).byteLength;
    const model = { path: 'v8', bytes, sha256: '', externalFiles: [], outside: new Map(), proto };
    const preview = channelPreviewer(model);
    const nothing = preview({ amount: 0, scope: 'layer', keep: [], roundTo: 8, ratios: [] });
    expect(nothing.after).toEqual(nothing.before);
    const half = preview({ amount: 0.5, scope: 'layer', keep: [], roundTo: 8, ratios: [] });
    expect(half.after.parameters).toBeLessThan(nothing.after.parameters);
    expect(half.after.macs ?? 0).toBeLessThan(nothing.after.macs ?? 0);
    const analysis = analyseChannels(proto);
    const { removed } = planRemoval(analysis, { amount: 0.5, scope: 'layer', keep: [], roundTo: 8, ratios: [] });
    const written = encodeModel(removeChannels(analysis.graph, removed)).byteLength;
    expect(Math.abs(half.after.bytes - written) / written).toBeLessThan(0.02);
  });
});

describe('roundWidth', () => {
  it.each([
    [64, 44.8, 8, 8, 48],
    [24, 16.8, 8, 8, 16],
    [16, 11.2, 8, 8, 8],
    [60, 42, 8, 8, 40],
    [8, 4, 8, 8, 8],
    [20, 20, 8, 8, 20],
    [64, 1, 8, 8, 8],
    [64, 20, 8, 8, 16],
  ])('of %i, %d wanted, by %i, at least %i: %i', (size, wanted, step, least, width) => {
    expect(roundWidth(size, wanted, step, least)).toBe(width);
  });
});
