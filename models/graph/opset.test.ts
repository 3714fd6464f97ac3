import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import {
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../testing/draft.ts';
import { measureParity } from '../testing/parity.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import type { AttributeValue } from './nodes.ts';
import { opsetOf } from './nodes.ts';
import { raiseOpset } from './opset.ts';
import { readModel } from './read.ts';

/** A model of one old operator set around `build`, which makes the output `y` from `x`. */
function oldModel(
  opset: number,
  input: readonly number[],
  output: readonly number[],
  build: (draft: Draft) => void,
): ModelProto {
  const draft = startDraft(3);
  build(draft);
  return finishModel(draft, { inputs: [declareTensor('x', input)], outputs: [declareTensor('y', output)], opset });
}

function oneNode(
  opset: number,
  operator: string,
  attributes: Record<string, AttributeValue>,
  input: readonly number[],
  output: readonly number[],
): ModelProto {
  return oldModel(opset, input, output, (draft) => {
    addNode(draft, operator, ['x'], attributes, 'node', 'y');
  });
}

const ints = (...values: number[]) => ({ ints: values });
const cases: Record<string, ModelProto> = {
  'Split by sizes': oldModel(11, [2, 6], [2, 4], (draft) => {
    const [, large = ''] = addNodeWithOutputs(draft, 'Split', ['x'], 2, { axis: { int: 1 }, split: ints(2, 4) });
    addNode(draft, 'Relu', [large], {}, 'node', 'y');
  }),
  'Split into equal parts': oldModel(11, [2, 6], [2, 3], (draft) => {
    const [, second = ''] = addNodeWithOutputs(draft, 'Split', ['x'], 2, { axis: { int: 1 } });
    addNode(draft, 'Relu', [second], {}, 'node', 'y');
  }),
  'Softmax on the last axis': oneNode(11, 'Softmax', { axis: { int: 2 } }, [2, 3, 4], [2, 3, 4]),
  'Softmax over several axes (its old default)': oneNode(11, 'Softmax', {}, [2, 3, 4], [2, 3, 4]),
  'LogSoftmax over several axes': oneNode(12, 'LogSoftmax', { axis: { int: 1 } }, [2, 3, 4], [2, 3, 4]),
  Squeeze: oneNode(11, 'Squeeze', { axes: ints(0, 2) }, [1, 3, 1, 4], [3, 4]),
  'Squeeze of all axes of size one': oneNode(11, 'Squeeze', {}, [1, 3, 1, 4], [3, 4]),
  Unsqueeze: oneNode(11, 'Unsqueeze', { axes: ints(0, 3) }, [3, 4], [1, 3, 4, 1]),
  ReduceSum: oneNode(11, 'ReduceSum', { axes: ints(1), keepdims: { int: 0 } }, [2, 3, 4], [2, 4]),
  'ReduceSum over all axes': oneNode(11, 'ReduceSum', { keepdims: { int: 1 } }, [2, 3], [1, 1]),
  Slice: oneNode(9, 'Slice', { starts: ints(1, 0), ends: ints(3, 2), axes: ints(1, 2) }, [1, 4, 4], [1, 2, 2]),
  'Slice of the first axes': oneNode(9, 'Slice', { starts: ints(0, 1), ends: ints(1, 3) }, [1, 4, 4], [1, 2, 4]),
  Clip: oneNode(10, 'Clip', { min: { float: 0.25 }, max: { float: 0.75 } }, [4, 5], [4, 5]),
  'Clip below only': oneNode(7, 'Clip', { min: { float: 0.5 } }, [4, 5], [4, 5]),
  Pad: oneNode(10, 'Pad', { pads: ints(0, 1, 2, 0), value: { float: 0.5 } }, [2, 3], [4, 4]),
  'Pad by reflection': oneNode(10, 'Pad', { pads: ints(0, 1, 0, 1), mode: { string: 'reflect' } }, [2, 3], [2, 5]),
  Dropout: oneNode(10, 'Dropout', { ratio: { float: 0.4 } }, [2, 3], [2, 3]),
  'Upsample with attribute': oneNode(7, 'Upsample', { scales: { floats: [1, 1, 2, 2] } }, [1, 2, 3, 3], [1, 2, 6, 6]),
  'Upsample with input': oldModel(9, [1, 2, 3, 3], [1, 2, 6, 9], (draft) => {
    addNode(
      draft,
      'Upsample',
      ['x', addFloats(draft, 'scales', [4], [1, 1, 2, 3])],
      { mode: { string: 'linear' } },
      'node',
      'y',
    );
  }),
  'Resize before it had coordinates': oldModel(10, [1, 2, 4, 4], [1, 2, 8, 8], (draft) => {
    addNode(draft, 'Resize', ['x', addFloats(draft, 'scales', [4], [1, 1, 2, 2])], {}, 'node', 'y');
  }),
  'Resize to a smaller size': oldModel(10, [1, 1, 6, 6], [1, 1, 3, 3], (draft) => {
    addNode(draft, 'Resize', ['x', addFloats(draft, 'scales', [4], [1, 1, 0.5, 0.5])], {}, 'node', 'y');
  }),
  TopK: oldModel(9, [2, 6], [2, 3], (draft) => {
    const [values = ''] = addNodeWithOutputs(draft, 'TopK', ['x'], 2, { k: { int: 3 }, axis: { int: 1 } });
    addNode(draft, 'Relu', [values], {}, 'node', 'y');
  }),
  Scatter: oldModel(10, [3], [3], (draft) => {
    const updates = addFloats(draft, 'updates', [2], [5, 7]);
    addNode(draft, 'Scatter', ['x', addIntegers(draft, 'where', [2, 0]), updates], { axis: { int: 0 } }, 'node', 'y');
  }),
  BatchNormalization: oldModel(7, [1, 2, 3, 3], [1, 2, 3, 3], (draft) => {
    const inputs = ['scale', 'shift', 'mean'].map((name) => addFloats(draft, name, [2]));
    const variance = addFloats(draft, 'variance', [2], [0.5, 2]);
    addNode(draft, 'BatchNormalization', ['x', ...inputs, variance], { spatial: { int: 1 } }, 'node', 'y');
  }),
};

describe('raiseOpset', () => {
  it.each(Object.entries(cases))('keeps what %s computes', async (_, model) => {
    const raised = raiseOpset(model, 13);
    expect(opsetOf(raised)).toBe(13);
    expect(raised.irVersion).toBeGreaterThanOrEqual(7n);
    const { absolute } = await measureParity(model, raised);
    expect(absolute).toBeLessThanOrEqual(1e-6);
  });

  it('leaves the model it was given alone, and newer models as they are', () => {
    const model = oneNode(11, 'Squeeze', { axes: ints(0) }, [1, 3], [3]);
    raiseOpset(model, 13);
    expect(opsetOf(model)).toBe(11);
    expect(model.graph?.node[0]?.attribute).toHaveLength(1);
    const newer = oneNode(17, 'Relu', {}, [3], [3]);
    expect(raiseOpset(newer, 13)).toEqual(newer);
  });

  it('no longer lists weights as inputs, which files had to before version 4 of the format', () => {
    const model = oldModel(9, [2], [2], (draft) => {
      addNode(draft, 'Add', ['x', addFloats(draft, 'w', [2], [1, 2])], {}, 'node', 'y');
    });
    model.irVersion = 3n;
    model.graph?.input.push(declareTensor('w', [2], DataType.FLOAT));
    expect(raiseOpset(model, 13).graph?.input.map(({ name }) => name)).toEqual(['x']);
  });

  it('refuses what has no equivalent, naming the node', () => {
    const resize = oldModel(11, [1, 1, 2, 2], [1, 1, 4, 4], (draft) => {
      const inputs = ['x', '', addFloats(draft, 'scales', [4], [1, 1, 2, 2])];
      const mode = { coordinate_transformation_mode: { string: 'tf_half_pixel_for_nn' } };
      addNode(draft, 'Resize', inputs, mode, 'enlarge', 'y');
    });
    expect(() => raiseOpset(resize, 13)).toThrow(/"enlarge" \(Resize\).*tf_half_pixel_for_nn/);
    expect(() => raiseOpset(oneNode(6, 'Relu', {}, [2], [2]), 13)).toThrow(/operator set 6/);
  });

  describe.skipIf(!hasSharedFolder)('on real detectors', () => {
    it.each([
      ['yolov8n', 'yolov8n.onnx'],
      ['yolo11n', 'yolo11n.onnx'],
      ['yolox-nano', 'yolox_nano.onnx'],
      ['yolov5-lite-e', 'v5Lite-e-sim-320.onnx'],
      ['fastestdet', 'FastestDet.onnx'],
    ])('keeps what %s computes', async (folder, file) => {
      const { proto } = await readModel(sharedPath('models', folder, file));
      const { relative } = await measureParity(proto, raiseOpset(proto, 13), { runs: 1 });
      expect(relative).toBeLessThanOrEqual(1e-6);
    });
  });
});
