import { describe, expect, it } from 'vitest';
import { findBoxes, readingOf } from '../../testing/findBoxes.ts';
import { fixedOutputsModel } from '../../testing/fixedOutputs.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { tinyEndToEnd } from '../../testing/tinyModels.ts';

const folder = temporaryFolder();
const names = "{0: 'cat', 1: 'dog'}";

/** Rows of a table of `count`, the others zero. */
function table(count: number, width: number, rows: readonly (readonly number[])[]): Float32Array {
  const values = new Float32Array(count * width);
  for (const [row, cells] of rows.entries()) values.set(cells, row * width);
  return values;
}

describe('end-to-end heads', () => {
  const rows = [
    [10, 20, 30, 50, 0.9, 1],
    [1, 2, 3, 4, 0.5, 0],
    [5, 5, 9, 9, 0.1, 0],
  ];

  it.each([
    ['with the batch', [1, 10, 6]],
    ['without it', [10, 6]],
  ])('give x1, y1, x2, y2, score, class, %s', async (_name, dims) => {
    const proto = fixedOutputsModel(64, [{ name: 'out', dims, values: table(10, 6, rows) }], { metadata: { names } });
    expect(readingOf(proto).reading).toMatchObject({
      family: 'end-to-end',
      nmsInGraph: true,
      bakedIn: { maxDetections: 10 },
    });
    expect(await findBoxes(folder, proto)).toMatchObject([
      { className: 'dog', score: Math.fround(0.9), box: [10, 20, 30, 50] },
      { className: 'cat', score: 0.5, box: [1, 2, 3, 4] },
    ]);
  });

  it('read the order of the columns and the number of classes from the graph', () => {
    const { reading, warnings } = readingOf(tinyEndToEnd({ classes: 7 }));
    expect(reading).toMatchObject({ family: 'end-to-end', classes: 7, rows: { columns: ['box', 'score', 'class'] } });
    expect(reading.evidence.join()).toContain('in the order box, score, class');
    expect(warnings).toEqual([]);
  });

  it('with masks show their boxes and say that masks are not shown', async () => {
    const values = table(
      10,
      10,
      rows.map((row) => [...row, 7, 7, 7, 7]),
    );
    const proto = fixedOutputsModel(
      64,
      [
        { name: 'prototypes', dims: [1, 4, 16, 16], values: new Float32Array(1024) },
        { name: 'boxes', dims: [1, 10, 10], values },
      ],
      { metadata: { names, task: 'segment' } },
    );
    const { reading, warnings } = readingOf(proto);
    expect(reading.extraValues).toEqual({ holds: 'masks', count: 4 });
    expect(warnings.join()).toContain('its masks are not');
    expect(await findBoxes(folder, proto)).toMatchObject([{ box: [10, 20, 30, 50] }, { box: [1, 2, 3, 4] }]);
  });

  it('with keypoints show their boxes and say that keypoints are not shown', async () => {
    const values = table(
      10,
      12,
      rows.map((row) => [...row, 1, 2, 0.5, 3, 4, 0.5]),
    );
    const metadata = { names, task: 'pose', kpt_shape: '[2, 3]' };
    const proto = fixedOutputsModel(64, [{ name: 'out', dims: [1, 10, 12], values }], { metadata });
    const { reading, warnings } = readingOf(proto);
    expect(reading.extraValues).toEqual({ holds: 'keypoints', count: 6 });
    expect(warnings.join()).toContain('its keypoints are not');
    expect(await findBoxes(folder, proto)).toMatchObject([{ box: [10, 20, 30, 50] }, { box: [1, 2, 3, 4] }]);
  });

  it('with an angle give the upright box around the rotated one', async () => {
    // 20 x 10 turned by 90 degrees is 10 x 20; by 30 degrees, 20 cos 30 + 10 sin 30 = 22.3205 wide and 18.6603 high.
    const values = table(10, 7, [
      [32, 32, 20, 10, 0.9, 0, Math.PI / 2],
      [32, 32, 20, 10, 0.8, 1, Math.PI / 6],
    ]);
    const metadata = { names, task: 'obb' };
    const proto = fixedOutputsModel(64, [{ name: 'out', dims: [1, 10, 7], values }], { metadata });
    expect(readingOf(proto).warnings.join()).toContain('the upright box around each is shown');
    const boxes = (await findBoxes(folder, proto)).map(({ box }) => box);
    for (const [index, expected] of [27, 22, 37, 42].entries()) expect(boxes[0]?.[index]).toBeCloseTo(expected, 4);
    const turned = [32 - 11.16025, 32 - 9.33013, 32 + 11.16025, 32 + 9.33013];
    for (const [index, expected] of turned.entries()) expect(boxes[1]?.[index]).toBeCloseTo(expected, 4);
  });
});
