import { describe, expect, it } from 'vitest';
import { addConv, addIntegers, addNode, type Draft, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { refuseGiantTensors } from './giantTensors.ts';
import { inferShapes } from './shapes.ts';

/** Judges a graph from `images` [1, 3, side, side] to whatever `build` adds. */
function judge(side: number, build: (draft: Draft) => string): void {
  const draft = startDraft();
  const output = build(draft);
  const proto = finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, side, side])],
    outputs: [declareTensor(output, [])],
  });
  refuseGiantTensors('net.onnx', proto, inferShapes(proto));
}

const filled = (draft: Draft, sizes: readonly number[]) =>
  addNode(draft, 'ConstantOfShape', [addIntegers(draft, 'sizes', sizes)], {}, 'grid');

describe('refuseGiantTensors', () => {
  it('lets usual models pass', () => {
    const proto = tinyV8();
    expect(() => refuseGiantTensors('net.onnx', proto, inferShapes(proto))).not.toThrow();
  });

  it('refuses constants of more than 1 GiB that the runtime would compute, and names them', () => {
    // 2^28 floats are 1 GiB exactly.
    expect(() => judge(64, (draft) => filled(draft, [2 ** 14, 2 ** 14]))).not.toThrow();
    expect(() => judge(64, (draft) => filled(draft, [2 ** 14, 2 ** 14 + 1]))).toThrow(
      /^net\.onnx cannot be run: its tensor "grid_out" would be \[16384, 16385\], which takes 1\.1.GB/,
    );
  });

  it('lets what is computed from a large picture pass, unless no machine holds it', () => {
    // 16 channels of 4096 x 4096 floats are 1 GiB, of 4352 x 4352 more.
    expect(() => judge(4352, (draft) => addConv(draft, 'first', 'images', [3, 16]))).not.toThrow();
    expect(() => judge(65_536, (draft) => addConv(draft, 'first', 'images', [3, 16]))).toThrow(/first_out|images/);
  });
});
