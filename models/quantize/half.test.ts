import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { addConv, addFloats, addNode, addSilu, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { measureParity } from '../testing/parity.ts';
import { siluNet, tinyV5, tinyV8 } from '../testing/tinyModels.ts';
import { convertToHalf } from './half.ts';

const context = { signal: new AbortController().signal, report: () => undefined };
const guarded = { headGuard: true, keep: [] };

function convert(model: ModelProto, options: { headGuard: boolean; keep: string[] } = guarded) {
  const noSpec = () => {
    throw new StudioError('not-a-detector', 'There are no pictures, so nobody asks how the model is fed.');
  };
  return convertToHalf(model, options, [], noSpec, context);
}

function typeOf(proto: ModelProto, name: string): number | undefined {
  return proto.graph?.initializer.find((tensor) => tensor.name === name)?.dataType;
}

describe('convertToHalf', () => {
  it.each([
    ['a plain network', siluNet()],
    ['a v8 head', tinyV8()],
    ['a v5 head', tinyV5()],
  ])('keeps what %s computes within the precision of a half', async (_, model) => {
    const { proto } = await convert(model);
    const { relative } = await measureParity(model, proto, { runs: 1 });
    // 2^-11 a rounding, some ten roundings in a row.
    expect(relative).toBeLessThan(10 * 2 ** -11);
  });

  it('stores weights in half, and keeps inputs, outputs and the tail in float32', async () => {
    const { proto, selection } = await convert(tinyV8());
    expect(typeOf(proto, 'stem1.weight_half')).toBe(DataType.FLOAT16);
    expect(typeOf(proto, 'stem1.weight')).toBeUndefined();
    expect(typeOf(proto, 'dfl.weight')).toBe(DataType.FLOAT);
    expect(typeOf(proto, 'centres')).toBe(DataType.FLOAT);
    expect(selection.float).toContainEqual(
      expect.objectContaining({
        node: expect.objectContaining({ name: 'dfl' }),
        why: 'head guard: after the last convolutions',
      }),
    );
    const declared = [...(proto.graph?.input ?? []), ...(proto.graph?.output ?? [])];
    expect(declared.map(({ type }) => type?.value.case === 'tensorType' && type.value.value.elemType)).toEqual([
      DataType.FLOAT,
      DataType.FLOAT,
    ]);
  });

  it('converts the tail as well without the head guard', async () => {
    const { proto, selection } = await convert(tinyV8(), { headGuard: false, keep: [] });
    expect(typeOf(proto, 'dfl.weight_half')).toBe(DataType.FLOAT16);
    expect(selection.float).toEqual([]);
  });

  it('keeps float32 what holds constants beyond 65504, and what patterns name', async () => {
    const draft = startDraft(2);
    const hidden = addSilu(draft, addConv(draft, 'first', 'x', [3, 4]));
    const large = addNode(draft, 'Mul', [hidden, addFloats(draft, 'huge', [], [70000])], {}, 'enlarge');
    const small = addNode(draft, 'Div', [large, addFloats(draft, 'huge2', [], [70000])], {}, 'shrink');
    addConv(draft, 'second', small, [4, 2]);
    const model = finishModel(draft, {
      inputs: [declareTensor('x', [1, 3, 4, 4])],
      outputs: [declareTensor('second_out', [1, 2, 4, 4])],
    });
    const { proto, selection } = await convert(model, { headGuard: true, keep: ['second'] });
    expect(selection.float.map(({ node, why }) => [node.name, why])).toEqual([
      ['enlarge', 'huge reaches 7.00e+4, beyond the 65504 of half precision'],
      ['shrink', 'huge2 reaches 7.00e+4, beyond the 65504 of half precision'],
      ['second', 'kept by pattern second'],
    ]);
    const { relative } = await measureParity(model, proto);
    expect(relative).toBeLessThan(0.005);
  });

  it('leaves the scales of a Resize in float32, as the operator wants them', async () => {
    const draft = startDraft(2);
    const hidden = addConv(draft, 'first', 'x', [3, 4]);
    const scales = addFloats(draft, 'scales', [4], [1, 1, 2, 2]);
    const resized = addNode(draft, 'Resize', [hidden, '', scales], { mode: { string: 'nearest' } });
    addConv(draft, 'second', resized, [4, 2]);
    const model = finishModel(draft, {
      inputs: [declareTensor('x', [1, 3, 4, 4])],
      outputs: [declareTensor('second_out', [1, 2, 8, 8])],
    });
    const { proto } = await convert(model);
    expect(typeOf(proto, 'scales')).toBe(DataType.FLOAT);
    const { relative } = await measureParity(model, proto);
    expect(relative).toBeLessThan(0.005);
  });
});
