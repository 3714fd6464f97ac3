import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { measureParity, openSession, randomFeeds } from './parity.ts';
import {
  fixedOutputModel,
  setWeights,
  siluNet,
  tinyEndToEnd,
  tinyV5,
  tinyV8,
  tinyYolox,
  v5Anchors,
} from './tinyModels.ts';

/** Rows and columns of the single output for a random picture. */
async function run(proto: ModelProto): Promise<{ dims: readonly number[]; data: number[] }> {
  const session = await openSession(proto);
  const [output] = Object.values(await session.run(randomFeeds(proto, 3)));
  await session.release();
  if (output === undefined) throw new Error('no output');
  return { dims: output.dims, data: Array.from(output.data, Number) };
}

/** Zeroes all weights and biases of convolutions whose name begins with one of `names`. */
function zeroConvolutions(proto: ModelProto, names: readonly string[]): void {
  for (const { name, dims } of proto.graph?.initializer ?? []) {
    if (!/\.(weight|bias)$/.test(name) || !names.some((start) => name.startsWith(start))) continue;
    setWeights(proto, name, new Float32Array(Number(dims.reduce((product, dim) => product * dim, 1n))));
  }
}

describe('tiny detectors with silent heads give what the definition of their head says', () => {
  it('v8: 16 equal bins are a mean distance of 7.5 strides on every side, scores 0.5', async () => {
    const proto = tinyV8({ size: 64, classes: 2 });
    zeroConvolutions(proto, ['box', 'class']);
    const { dims, data } = await run(proto);
    expect(dims).toEqual([1, 6, 84]);
    const column = (index: number) => [0, 1, 2, 3, 4, 5].map((row) => data[row * 84 + index]);
    // Cell 9 is row 1, column 1 of stride 8; cell 64 + 5 row 1, column 1 of stride 16; cell 83 the last of stride 32.
    expect(column(9)).toEqual([12, 12, 120, 120, 0.5, 0.5]);
    expect(column(69)).toEqual([24, 24, 240, 240, 0.5, 0.5]);
    expect(column(83)).toEqual([48, 48, 480, 480, 0.5, 0.5]);
  });

  it('v5: boxes are the anchors at the cell centres, all scores 0.5', async () => {
    const proto = tinyV5({ size: 64, classes: 2 });
    zeroConvolutions(proto, ['head']);
    const { dims, data } = await run(proto);
    expect(dims).toEqual([1, 252, 7]);
    const row = (index: number) => data.slice(index * 7, index * 7 + 7);
    // Second anchor of stride 8, row 2, column 3.
    const [, , width, height] = v5Anchors[0];
    expect(row(64 + 2 * 8 + 3)).toEqual([28, 20, width, height, 0.5, 0.5, 0.5]);
    expect(row(251)).toEqual([48, 48, 373, 326, 0.5, 0.5, 0.5]);
  });

  it('YOLOX: raw offsets 0, scores 0.5', async () => {
    const proto = tinyYolox({ size: 64, classes: 2 });
    zeroConvolutions(proto, ['box', 'class', 'objectness']);
    const { dims, data } = await run(proto);
    expect(dims).toEqual([1, 84, 7]);
    expect(data.slice(0, 7)).toEqual([0, 0, 0, 0, 0.5, 0.5, 0.5]);
  });

  it('end-to-end: rows by falling score, corners and classes as the v8 head would give them', async () => {
    const proto = tinyEndToEnd({ size: 64, classes: 3 });
    zeroConvolutions(proto, ['box']);
    const { dims, data } = await run(proto);
    expect(dims).toEqual([1, 20, 6]);
    const rows = Array.from({ length: 20 }, (_, index) => data.slice(index * 6, index * 6 + 6));
    const scores = rows.map((row) => row[4] ?? 0);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, , classId = -1] of rows) {
      expect([120, 240, 480]).toContain(x2 - x1);
      expect(y2 - y1).toBe(x2 - x1);
      expect([0, 1, 2]).toContain(classId);
    }
  });

  it('a fixed output comes out whatever the picture', async () => {
    const values = [1, 2, 3, 4, 5, 6];
    expect(await run(fixedOutputModel(32, [1, 2, 3], values))).toEqual({ dims: [1, 2, 3], data: values });
  });
});

describe('measureParity', () => {
  it('is zero for equal models and finds a changed bias', async () => {
    expect(await measureParity(siluNet(), siluNet())).toEqual({ absolute: 0, relative: 0 });
    const changed = siluNet();
    const same = siluNet();
    setWeights(same, 'second.bias', [0, 0, 0, 0]);
    setWeights(changed, 'second.bias', [0, 0.25, 0, 0]);
    expect((await measureParity(same, changed)).absolute).toBeCloseTo(0.25, 5);
  });

  it('refuses models with other outputs', async () => {
    await expect(measureParity(tinyV8({ size: 32 }), tinyYolox({ size: 32 }))).rejects.toThrow(/no output "output0"/);
  });
});
