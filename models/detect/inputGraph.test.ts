import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import {
  addConv,
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../testing/draft.ts';
import { followInput, normalisationOf } from './inputGraph.ts';

/** A graph that does something to its picture before the first convolution. */
function graphOf(prepare: (draft: Draft) => string, elemType = DataType.FLOAT, dims: readonly number[] = [1, 3, 8, 8]) {
  const draft = startDraft();
  addConv(draft, 'first', prepare(draft), [3, 4]);
  const proto: ModelProto = finishModel(draft, {
    inputs: [declareTensor('images', dims, elemType)],
    outputs: [declareTensor('first_out', [1, 4, 8, 8])],
  });
  if (proto.graph === undefined) throw new Error('no graph');
  return followInput(proto.graph, 'images');
}

const divide = (draft: Draft, input: string, by: number) =>
  addNode(draft, 'Div', [input, addFloats(draft, `by${by}`, [], [by])]);

describe('what the graph does to its picture', () => {
  it('nothing: the head decides', () => {
    const found = graphOf(() => 'images');
    expect(found).toMatchObject({ gain: [1], offset: [0], channels: 3, swapsChannels: false });
    expect(normalisationOf(found)).toBeNull();
  });

  it('bytes from the last place, cast, moved and divided by 255: 0..255 go in', () => {
    const found = graphOf(
      (draft) => {
        const cast = addNode(draft, 'Cast', ['images'], { to: { int: 1 } });
        return divide(draft, addNode(draft, 'Transpose', [cast], { perm: { ints: [0, 3, 1, 2] } }), 255);
      },
      DataType.UINT8,
      [1, 8, 8, 3],
    );
    expect(found.movesChannels).toBe(true);
    expect(found.gain[0]).toBeCloseTo(1 / 255, 9);
    expect(normalisationOf(found)).toMatchObject({ scale: 1, evidence: expect.stringContaining('(Div)') });
  });

  it('mean and deviation of ImageNet for 0..1: 0..1 go in', () => {
    const found = graphOf((draft) => {
      const less = addNode(draft, 'Sub', ['images', addFloats(draft, 'mean', [1, 3, 1, 1], [0.485, 0.456, 0.406])]);
      return addNode(draft, 'Div', [less, addFloats(draft, 'std', [1, 3, 1, 1], [0.229, 0.224, 0.225])]);
    });
    expect(found.gain[1]).toBeCloseTo(1 / 0.224, 5);
    expect(found.offset[2]).toBeCloseTo(-0.406 / 0.225, 5);
    expect(normalisationOf(found)).toMatchObject({ scale: 1 / 255 });
  });

  it('the same in units of bytes: 0..255 go in', () => {
    const found = graphOf((draft) => {
      const less = addNode(draft, 'Sub', ['images', addFloats(draft, 'mean', [1, 3, 1, 1], [123.7, 116.3, 103.5])]);
      return addNode(draft, 'Mul', [less, addFloats(draft, 'std', [1, 3, 1, 1], [0.0171, 0.0175, 0.0174])]);
    });
    expect(normalisationOf(found)).toMatchObject({ scale: 1 });
  });

  it('the mean of bytes alone: 0..255 go in', () => {
    const found = graphOf((draft) =>
      addNode(draft, 'Sub', ['images', addFloats(draft, 'mean', [3, 1, 1], [104, 117, 123])]),
    );
    expect(normalisationOf(found)).toMatchObject({ scale: 1 });
  });

  it('0..1 to -1..1: 0..1 go in', () => {
    const found = graphOf((draft) => {
      const twice = addNode(draft, 'Mul', ['images', addFloats(draft, 'two', [], [2])]);
      return addNode(draft, 'Sub', [twice, addFloats(draft, 'one', [], [1])]);
    });
    expect(found).toMatchObject({ gain: [2], offset: [-1] });
    expect(normalisationOf(found)).toMatchObject({ scale: 1 / 255 });
  });

  it('BatchNormalization: (x - mean) / sqrt(variance) x scale + bias', () => {
    const found = graphOf((draft) => {
      const values = { scale: [2, 2, 2], bias: [1, 1, 1], mean: [100, 100, 100], variance: [10_000, 10_000, 10_000] };
      const inputs = Object.entries(values).map(([name, of]) => addFloats(draft, name, [3], of));
      return addNode(draft, 'BatchNormalization', ['images', ...inputs], { epsilon: { float: 0 } });
    });
    expect(found.gain[0]).toBeCloseTo(2 / 100, 7);
    expect(found.offset[0]).toBeCloseTo(1 - 2, 6);
    expect(normalisationOf(found)).toMatchObject({ scale: 1 });
  });

  it.each([
    [
      'Gather',
      (draft: Draft) =>
        addNode(draft, 'Gather', ['images', addIntegers(draft, 'order', [2, 1, 0])], { axis: { int: 1 } }),
    ],
    [
      'Slice',
      (draft: Draft) => {
        const [starts, ends, axes, steps] = [[-1], [-9999], [1], [-1]].map((value, at) =>
          addIntegers(draft, `s${at}`, value),
        );
        return addNode(draft, 'Slice', ['images', starts ?? '', ends ?? '', axes ?? '', steps ?? '']);
      },
    ],
    [
      'Split and Concat',
      (draft: Draft) => {
        const [r = '', g = '', b = ''] = addNodeWithOutputs(draft, 'Split', ['images'], 3, { axis: { int: 1 } });
        return addNode(draft, 'Concat', [b, g, r], { axis: { int: 1 } });
      },
    ],
  ])('channels reversed with %s', (_name, swap) => {
    expect(graphOf(swap).swapsChannels).toBe(true);
    expect(graphOf((draft) => divide(draft, swap(draft), 255))).toMatchObject({
      swapsChannels: true,
      operators: ['Div'],
    });
  });
});
