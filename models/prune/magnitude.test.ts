import { clone, equals } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { TensorProto_DataType as DataType, type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import type { OperationContext } from '../api.ts';
import { dimsOf, elementCount, floatsOf, makeFloat16Tensor } from '../graph/tensors.ts';
import { encodeModel } from '../graph/write.ts';
import { prunableWeights } from '../inspect/weights.ts';
import type { PruneOptions } from '../recipeSchema.ts';
import { addConv, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { measureParity } from '../testing/parity.ts';
import { setWeights, siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { pruneByMagnitude } from './magnitude.ts';
import { smallestMagnitudes } from './threshold.ts';

const everywhere: Pick<PruneOptions, 'amount' | 'scope' | 'keep'> = { amount: 0.5, scope: 'global', keep: [] };
const context: OperationContext = { signal: new AbortController().signal, report: () => {} };

/** Magnitudes of all prunable weights, layer by layer. */
function weightsOf(proto: ModelProto): { name: string; values: Float32Array }[] {
  return prunableWeights(proto).map(({ name, tensor }) => ({ name, values: floatsOf(tensor) }));
}

function zerosIn(values: Float32Array): number {
  return values.filter((value) => value === 0).length;
}

/** The pair of what a weight was and what it became. */
function pairs(before: ModelProto, after: ModelProto): [number, number][] {
  const pruned = weightsOf(after);
  return weightsOf(before).flatMap(({ values }, layer) =>
    Array.from(values, (value, index): [number, number] => [value, pruned[layer]?.values[index] ?? Number.NaN]),
  );
}

describe('smallestMagnitudes', () => {
  it('finds the value that sorting finds, and how many of its equals belong', () => {
    const value = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 0.5, -0.5, 1));
    const array = fc.array(value, { minLength: 1 }).map((values) => Float32Array.from(values));
    fc.assert(
      fc.property(fc.array(array, { minLength: 1, maxLength: 4 }), fc.nat(), (arrays, pick) => {
        const sorted = arrays.flatMap((values) => Array.from(values, Math.abs)).sort((a, b) => a - b);
        const count = 1 + (pick % sorted.length);
        const { bits, ties } = smallestMagnitudes(arrays, count);
        const [threshold = Number.NaN] = new Float32Array(new Uint32Array([bits]).buffer);
        expect(threshold).toBe(sorted[count - 1]);
        expect(ties).toBe(count - sorted.filter((magnitude) => magnitude < threshold).length);
      }),
    );
  });
});

describe('pruneByMagnitude', () => {
  it('changes nothing for amount 0', async () => {
    const proto = tinyV8();
    const result = await pruneByMagnitude(proto, { amount: 0, scope: 'global', keep: [] }, context);
    expect(equals(ModelProtoSchema, result.proto, proto)).toBe(true);
  });

  it('global: zeroes exactly the share, and no weight larger than one that stays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 5 }), async (percent, seed) => {
        const amount = percent / 100;
        const proto = siluNet(seed);
        const result = await pruneByMagnitude(proto, { amount, scope: 'global', keep: [] }, context);
        const all = pairs(proto, result.proto);
        const zeroed = all.filter(([, after]) => after === 0).map(([before]) => Math.abs(before));
        const left = all.filter(([, after]) => after !== 0);
        expect(zeroed.length).toBe(Math.round(amount * all.length));
        for (const [before, after] of left) expect(after).toBe(before);
        expect(Math.max(...zeroed)).toBeLessThanOrEqual(Math.min(...left.map(([before]) => Math.abs(before))));
      }),
      { numRuns: 30 },
    );
  });

  it('layer: zeroes the same share of every layer', async () => {
    const result = await pruneByMagnitude(tinyV8(), { amount: 0.4, scope: 'layer', keep: [] }, context);
    for (const { values } of weightsOf(result.proto)) expect(zerosIn(values)).toBe(Math.round(0.4 * values.length));
    for (const group of result.groups) expect(group.after).toBe(group.before - Math.round(0.4 * group.before));
  });

  it('counts weights that are zero already, and keeps more zeros than asked for', async () => {
    const proto = siluNet();
    setWeights(
      proto,
      'first.weight',
      Float32Array.from({ length: 216 }, (_, index) => (index % 2 === 0 ? 0 : 5)),
    );
    const half = await pruneByMagnitude(proto, { amount: 0.5, scope: 'layer', keep: ['second'] }, context);
    expect(half.groups).toEqual([{ name: 'first', before: 108, after: 108 }]);
    const less = await pruneByMagnitude(proto, { amount: 0.1, scope: 'layer', keep: ['second'] }, context);
    expect(less.groups).toEqual([{ name: 'first', before: 108, after: 108 }]);
  });

  it('takes equal magnitudes in order', async () => {
    const proto = siluNet();
    setWeights(proto, 'first.weight', new Float32Array(216).fill(-0.5));
    const { proto: pruned } = await pruneByMagnitude(proto, { amount: 0.25, scope: 'layer', keep: [] }, context);
    const values = weightsOf(pruned)[0]?.values ?? new Float32Array();
    expect(Array.from(values, (value) => value === 0)).toEqual(Array.from(values, (_, index) => index < 54));
  });

  it('leaves layers alone whose names are to be kept, and says when a name fits nothing', async () => {
    const proto = tinyV8();
    const keep = ['box*', 'class?', 'nothing*'];
    const result = await pruneByMagnitude(proto, { amount: 0.5, scope: 'global', keep }, context);
    const before = new Map(weightsOf(proto).map(({ name, values }) => [name, values]));
    let [zeros, total] = [0, 0];
    for (const { name, values } of weightsOf(result.proto)) {
      if (/^(box|class)/.test(name)) expect(values).toEqual(before.get(name));
      else {
        zeros += zerosIn(values);
        total += values.length;
      }
    }
    expect(zeros).toBe(Math.round(total / 2));
    expect(result.warnings).toEqual(['No prunable layer matches "nothing*".']);
  });

  it('prunes weights that layers share once, and not at all when one of them is kept', async () => {
    const draft = startDraft();
    const once = addConv(draft, 'a', 'x', [8, 8], { kernel: 3 });
    addNode(draft, 'Conv', [once, 'a.weight', 'a.bias'], { pads: { ints: [1, 1, 1, 1] } }, 'b', 'y');
    const shape = [1, 8, 4, 4];
    const proto = finishModel(draft, { inputs: [declareTensor('x', shape)], outputs: [declareTensor('y', shape)] });
    const result = await pruneByMagnitude(proto, { amount: 0.5, scope: 'global', keep: [] }, context);
    expect(result.groups).toEqual([{ name: 'a', before: 576, after: 288 }]);
    const kept = await pruneByMagnitude(proto, { amount: 0.5, scope: 'global', keep: ['b'] }, context);
    expect(kept.groups).toEqual([]);
  });

  it('prunes float16 weights, the rest keeping their bits, and weights in typed fields', async () => {
    const proto = siluNet();
    const [first, , second] = proto.graph?.initializer ?? [];
    if (first === undefined || second === undefined) throw new Error('no weights');
    first.rawData = makeFloat16Tensor('', dimsOf(first), floatsOf(first)).rawData;
    first.dataType = DataType.FLOAT16;
    second.floatData = Array.from(floatsOf(second));
    second.rawData = new Uint8Array();
    const result = await pruneByMagnitude(proto, { amount: 0.5, scope: 'global', keep: [] }, context);
    const all = pairs(proto, result.proto);
    expect(all.filter(([, after]) => after === 0).length).toBe(all.length / 2);
    for (const [before, after] of all) if (after !== 0) expect(after).toBe(before);
    const halves = result.proto.graph?.initializer[0];
    expect(halves?.rawData.byteLength).toBe(2 * (halves === undefined ? 0 : elementCount(halves)));
  });

  it('gives the same bytes again, leaves its input alone, and the result runs like a slightly worse original', async () => {
    const proto = tinyV8();
    const original = clone(ModelProtoSchema, proto);
    const options = { ...everywhere, amount: 0.05 };
    const first = await pruneByMagnitude(proto, options, context);
    const second = await pruneByMagnitude(proto, options, context);
    expect(encodeModel(first.proto)).toEqual(encodeModel(second.proto));
    expect(equals(ModelProtoSchema, proto, original)).toBe(true);
    const { relative } = await measureParity(proto, first.proto);
    expect(relative).toBeGreaterThan(0);
    expect(relative).toBeLessThan(0.1);
  });

  it('stops when cancelled', async () => {
    const cancelled = { ...context, signal: AbortSignal.abort() };
    await expect(pruneByMagnitude(siluNet(), everywhere, cancelled)).rejects.toThrow(/aborted/);
  });
});
