import fc from 'fast-check';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { dimsOf, floatsOf } from '../graph/tensors.ts';
import { recordingContext } from '../testing/context.ts';
import { addConv, addFloats, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { measureParity } from '../testing/parity.ts';
import { pruneTwoInFour, zeroTwoInFour } from './twoInFour.ts';

const { context } = recordingContext();

describe('zeroTwoInFour', () => {
  it('keeps the two largest of every four neighbours along the axis', () => {
    // Two filters of four inputs with a kernel of two: along the inputs lie 1, -3, 2, -4 and 8, 7, 6, 5.
    const values = Float32Array.from([1, 8, -3, 7, 2, 6, -4, 5, 0, 0, 1, 1, 1, 1, 1, 2]);
    zeroTwoInFour(values, [2, 4, 2], 1);
    expect([...values]).toEqual([0, 8, -3, 7, 0, 0, -4, 0, 0, 0, 1, 1, 1, 0, 0, 2]);
  });

  it('leaves two of four, never a smaller one before a larger, and what is left over whole', () => {
    const shape = fc.record({
      outer: fc.integer({ min: 1, max: 4 }),
      size: fc.integer({ min: 1, max: 13 }),
      inner: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(shape, ({ outer, size, inner, seed }) => {
        const before = Float32Array.from({ length: outer * size * inner }, (_, at) => Math.sin(seed + at * 7) + 2);
        const after = before.slice();
        zeroTwoInFour(after, [outer, size, inner], 1);
        const whole = size - (size % 4);
        for (let at = 0; at < before.length; at += 1) {
          if (Math.floor(at / inner) % size >= whole || after[at] !== 0) expect(after[at]).toBe(before[at]);
        }
        for (let row = 0; row < outer; row += 1) {
          for (let first = 0; first < whole; first += 4) {
            for (let column = 0; column < inner; column += 1) {
              const places = [0, 1, 2, 3].map((step) => (row * size + first + step) * inner + column);
              const left = places.filter((place) => after[place] !== 0).map((place) => before[place] ?? 0);
              const gone = places.filter((place) => after[place] === 0).map((place) => before[place] ?? 0);
              expect(left).toHaveLength(2);
              expect(Math.min(...left)).toBeGreaterThanOrEqual(Math.max(...gone));
            }
          }
        }
      }),
    );
  });
});

/** A first layer of three inputs, a depthwise one, a plain one, and a matrix product. */
function mixed(): ModelProto {
  const draft = startDraft();
  const first = addConv(draft, 'first', 'x', [3, 8]);
  const deep = addConv(draft, 'deep', first, [8, 8], { kernel: 3, group: 8 });
  const plain = addConv(draft, 'plain', deep, [8, 8]);
  const matrix = addFloats(draft, 'matrix', [8, 5]);
  addNode(draft, 'MatMul', [plain, matrix], {}, 'product', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 3, 8, 8])],
    outputs: [declareTensor('y', [1, 8, 8, 5])],
  });
}

describe('pruneTwoInFour', () => {
  it('halves the weights of layers with four inputs or more, and says which stay whole', async () => {
    const proto = mixed();
    const pruned = await pruneTwoInFour(proto, [], context);
    expect(pruned.groups).toEqual([
      { name: 'plain', before: 64, after: 32 },
      { name: 'product', before: 40, after: 20 },
    ]);
    expect(pruned.warnings.join()).toMatch(/^2 layers have fewer than four inputs/);
    const matrix = pruned.proto.graph?.initializer.find(({ name }) => name === 'matrix');
    if (matrix === undefined) throw new Error('no matrix');
    // The inputs of a matrix product are the rows.
    const values = floatsOf(matrix);
    expect(dimsOf(matrix)).toEqual([8, 5]);
    for (let column = 0; column < 5; column += 1) {
      for (const first of [0, 4]) {
        const zeros = [0, 1, 2, 3].filter((row) => values[(first + row) * 5 + column] === 0);
        expect(zeros).toHaveLength(2);
      }
    }
    expect((await measureParity(proto, pruned.proto)).relative).toBeGreaterThan(0);
  });

  it('leaves layers alone that are to be kept, and changes nothing the second time', async () => {
    const once = await pruneTwoInFour(mixed(), ['product'], context);
    expect(once.groups.map(({ name }) => name)).toEqual(['plain']);
    const twice = await pruneTwoInFour(once.proto, ['product'], context);
    expect((await measureParity(once.proto, twice.proto)).absolute).toBe(0);
  });
});
