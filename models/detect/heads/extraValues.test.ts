import { describe, expect, it } from 'vitest';
import { addFloats, addNode, type Draft, declareTensor, finishModel, startDraft } from '../../testing/draft.ts';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { fixedOutputsModel } from '../../testing/fixedOutputs.ts';
import { temporaryFolder } from '../../testing/folder.ts';

const folder = temporaryFolder();
const names = "{0: 'cat', 1: 'dog'}";
/** Cells of the strides 8, 16 and 32 at 64 x 64. */
const cells = 84;

/** v8 values [channels, 84] with one object: centre 32, 20, size 20 x 10, class 1 at 0.9, then the extra values. */
function oneObject(extra: readonly number[], index = 66): Float32Array {
  const object = [32, 20, 20, 10, 0.05, 0.9, ...extra];
  const values = new Float32Array(object.length * cells);
  for (const [channel, value] of object.entries()) values[channel * cells + index] = value;
  return values;
}

const upright = { className: 'dog', score: Math.fround(0.9), box: [22, 15, 42, 25] };

describe('masks, keypoints and angles behind the classes of v8', () => {
  it('segmentation: prototypes give the number of mask coefficients', async () => {
    const proto = fixedOutputsModel(
      64,
      [
        { name: 'output1', dims: [1, 8, 16, 16], values: new Float32Array(2048) },
        { name: 'output0', dims: [1, 14, cells], values: oneObject([9, 9, 9, 9, 9, 9, 9, 9]) },
      ],
      { metadata: { names, task: 'segment' } },
    );
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ family: 'v8', classes: 2, extraValues: { holds: 'masks', count: 8 } });
    expect(warnings).toEqual([expect.stringContaining('its boxes are shown, its masks are not')]);
    // Index 66 is the third cell of stride 16: row 0, column 2.
    expect(await findBoxes(folder, proto)).toMatchObject([{ ...upright, cell: { stride: 16, row: 0, column: 2 } }]);
  });

  it('segmentation without metadata: the prototypes are enough', () => {
    const proto = fixedOutputsModel(64, [
      { name: 'a', dims: [1, 14, cells], values: oneObject([1, 1, 1, 1, 1, 1, 1, 1]) },
      { name: 'b', dims: [1, 8, 16, 16], values: new Float32Array(2048) },
    ]);
    expect(readingOf(proto).reading).toMatchObject({ classes: 2, extraValues: { holds: 'masks', count: 8 } });
  });

  it.each([
    ['[3, 3]', [1, 2, 0.9, 3, 4, 0.8, 5, 6, 0.7]],
    ['[4, 2]', [1, 2, 3, 4, 5, 6, 7, 8]],
  ])('poses: kpt_shape %s', async (kptShape, keypoints) => {
    const proto = fixedOutputsModel(
      64,
      [{ name: 'output0', dims: [1, 6 + keypoints.length, cells], values: oneObject(keypoints) }],
      {
        metadata: { names, task: 'pose', kpt_shape: kptShape },
      },
    );
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ classes: 2, extraValues: { holds: 'keypoints', count: keypoints.length } });
    expect(warnings).toEqual([expect.stringContaining('its keypoints are not')]);
    expect(await findBoxes(folder, proto)).toMatchObject([upright]);
  });

  it('rotated boxes: the upright box around one turned by 30 degrees', async () => {
    const proto = fixedOutputsModel(64, [{ name: 'output0', dims: [1, 7, cells], values: oneObject([Math.PI / 6]) }], {
      metadata: { names, task: 'obb' },
    });
    const { reading, warnings } = readingOf(proto);
    expect(reading).toMatchObject({ classes: 2, extraValues: { holds: 'angle', count: 1 } });
    expect(warnings).toEqual([expect.stringContaining('upright box')]);
    // 20 cos 30 + 10 sin 30 = 22.3205 wide, 20 sin 30 + 10 cos 30 = 18.6603 high.
    const [found] = await findBoxes(folder, proto);
    for (const [side, value] of [20.83975, 10.66987, 43.16025, 29.33013].entries()) {
      expect(found?.box[side]).toBeCloseTo(value, 4);
    }
  });

  it.each([
    ['keypoints, joined to the rest', 51, 'keypoints', false],
    ['keypoints, all joined at once', 51, 'keypoints', true],
    ['an angle', 1, 'angle', true],
  ] as const)('the parts that the graph joins show %s where the metadata are gone', (_name, count, holds, atOnce) => {
    const draft = startDraft();
    const part = (name: string, channels: number) => addActivated(draft, name, [1, channels, cells]);
    const scaled = (name: string, channels: number) =>
      addNode(draft, 'Mul', [part(name, channels), addFloats(draft, `${name}_by`, [], [8])]);
    const join = (parts: readonly string[], output: string) =>
      addNode(draft, 'Concat', parts, { axis: { int: 1 } }, output, output);
    const [boxes, classes, extra] = [scaled('boxes', 4), part('classes', 6), scaled('more', count)];
    join(atOnce ? [boxes, classes, extra] : [join([boxes, classes], 'plain'), extra], 'out');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [declareTensor('out', [1, 10 + count, cells])],
    });
    expect(readingOf(proto).reading).toMatchObject({ family: 'v8', classes: 6, extraValues: { holds, count } });
  });

  it('plain boxes have none', () => {
    const proto = fixedOutputsModel(64, [{ name: 'output0', dims: [1, 6, cells], values: oneObject([]) }], {
      metadata: { names, task: 'detect' },
    });
    const { reading, warnings } = readingOf(proto);
    expect(reading.extraValues).toBeUndefined();
    expect(warnings).toEqual([]);
  });
});

function addActivated(draft: Draft, name: string, dims: readonly number[]): string {
  const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
  return addNode(draft, 'Sigmoid', [addNode(draft, 'Add', [addFloats(draft, name, dims), mean])]);
}

describe('masks behind the classes of v5', () => {
  it('prototypes give their number; score = objectness x class', async () => {
    const count = 3 * cells;
    const draft = startDraft();
    // Centre 32, 20, size 20 x 10, objectness 0.5, classes 0.2 and 0.8, four mask coefficients, in units of a pixel.
    const values = new Float32Array(count * 11);
    values.set([32, 20, 20, 10, 0.5, 0.2, 0.8, 3, 3, 3, 3], 5 * 11);
    const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
    const nothing = addNode(draft, 'Mul', [addNode(draft, 'Sigmoid', [mean]), addFloats(draft, 'zero', [], [0])]);
    addNode(draft, 'Add', [addFloats(draft, 'chosen', [1, count, 11], values), nothing], {}, 'a', 'output0');
    addNode(draft, 'Add', [addFloats(draft, 'masks', [1, 4, 16, 16]), nothing], {}, 'b', 'output1');
    const proto = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 64, 64])],
      outputs: [declareTensor('output0', [1, count, 11]), declareTensor('output1', [1, 4, 16, 16])],
      metadata: { names },
    });
    expect(readingOf(proto).reading).toMatchObject({
      family: 'v5',
      classes: 2,
      extraValues: { holds: 'masks', count: 4 },
    });
    const [found] = await findBoxes(folder, proto);
    expect(found).toMatchObject({ className: 'dog', box: [22, 15, 42, 25] });
    expect(found?.score).toBeCloseTo(0.4, 6);
  });
});
