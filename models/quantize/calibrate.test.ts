import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { addFloats, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import type { Progress } from '../types.ts';
import { type CalibrationRequest, calibrate } from './calibrate.ts';

/** y = 2x, z = y + 1, of which only z is an output. */
const draft = startDraft();
const doubled = addNode(draft, 'Mul', ['x', addFloats(draft, 'two', [], [2])], {}, 'double', 'y');
addNode(draft, 'Add', [doubled, addFloats(draft, 'one', [], [1])], {}, 'increase', 'z');
const model = finishModel(draft, { inputs: [declareTensor('x', [1, 'n'])], outputs: [declareTensor('z', [1, 'n'])] });

function request(pictures: readonly (readonly number[])[], more: Partial<CalibrationRequest> = {}): CalibrationRequest {
  return {
    inputName: 'x',
    inputs: pictures.map((values, index) => ({
      path: `picture ${index}`,
      load: async () => new Tensor('float32', Float32Array.from(values), [1, values.length]),
    })),
    tensors: ['x', 'y', 'z'],
    calibrator: 'minmax',
    percentile: 100,
    steps: 255,
    ...more,
  };
}

function watched(signal = new AbortController().signal) {
  const progress: Progress[] = [];
  return { progress, context: { signal, report: (step: Progress) => progress.push(step) } };
}

describe('calibrate', () => {
  it('gives the smallest and largest value over all pictures, also inside the graph', async () => {
    const ranges = await calibrate(
      model,
      request([
        [1, 2],
        [-3, 0.5, 0],
      ]),
      watched().context,
    );
    const rounded = [...ranges].map(([name, { min, max, meanSquare }]) => [
      name,
      { min, max, meanSquare: Number(meanSquare?.toFixed(5)) },
    ]);
    expect(Object.fromEntries(rounded)).toEqual({
      // Mean squares by hand: (1 + 4 + 9 + 0.25 + 0) / 5, and so on.
      x: { min: -3, max: 2, meanSquare: 2.85 },
      y: { min: -6, max: 4, meanSquare: 11.4 },
      z: { min: -5, max: 5, meanSquare: 12.8 },
    });
  });

  it('cuts outliers off with the percentile calibrator', async () => {
    const even = Array.from({ length: 10_001 }, (_, index) => index / 10_000);
    const pictures = [even, even, [...even, 9]];
    const ranges = await calibrate(
      model,
      request(pictures, { calibrator: 'percentile', percentile: 99 }),
      watched().context,
    );
    // The largest 1 % are cut off; a bin of the histogram over 0..9 is 9/2048 wide.
    expect(ranges.get('x')?.min).toBe(0);
    expect(Math.abs((ranges.get('x')?.max ?? 0) - 0.99)).toBeLessThan(9 / 2048);
    expect(Math.abs((ranges.get('y')?.max ?? 0) - 1.98)).toBeLessThan(18 / 2048);
  });

  it('tells how far it is, rising to the end', async () => {
    const { progress, context } = watched();
    await calibrate(model, request([[1], [2], [3]], { calibrator: 'percentile' }), context);
    const fractions = progress.map(({ fraction }) => fraction);
    // The pictures are seen twice.
    expect(fractions).toHaveLength(6);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  it('stops at once when it is cancelled', async () => {
    const abort = new AbortController();
    let loaded = 0;
    const inputs = Array.from({ length: 50 }, () => ({
      path: 'picture',
      load: async () => {
        loaded += 1;
        if (loaded === 2) abort.abort();
        return new Tensor('float32', Float32Array.of(1), [1, 1]);
      },
    }));
    await expect(calibrate(model, request([], { inputs }), watched(abort.signal).context)).rejects.toThrow(/abort/i);
    expect(loaded).toBe(2);
  });

  it('names the tensor and the picture where a value is not finite', async () => {
    const pictures = [[1], [3e38]];
    await expect(calibrate(model, request(pictures), watched().context)).rejects.toThrow(/"y".*picture 1/);
  });

  it('derives the ranges of gates, joined and reshaped tensors as if it had looked at them', async () => {
    const net = startDraft();
    const same = addNode(net, 'Mul', ['x', addFloats(net, 'one', [], [1])]);
    const tripled = addNode(net, 'Mul', ['x', addFloats(net, 'three', [], [3])]);
    const gate = addNode(net, 'Sigmoid', [same]);
    const silu = addNode(net, 'Mul', [same, gate]);
    const joined = addNode(net, 'Concat', [silu, tripled], { axis: { int: 1 } });
    const flat = addNode(net, 'Flatten', [joined], {}, 'flatten', 'flat');
    const proto = finishModel(net, {
      inputs: [declareTensor('x', [1, 'n'])],
      outputs: [declareTensor('flat', [1, 'm'])],
    });
    const pictures = [
      [-4, -1, 0.5],
      [2, 3, -7],
    ];
    const ranges = await calibrate(proto, request(pictures, { tensors: [gate, joined, flat] }), watched().context);
    // sigmoid(-7) and sigmoid(3); the joined values reach from 3 * -7 to 3 * 3.
    expect(ranges.get(gate)?.min).toBeCloseTo(1 / (1 + Math.exp(7)), 8);
    expect(ranges.get(gate)?.max).toBeCloseTo(1 / (1 + Math.exp(-3)), 8);
    for (const tensor of [joined, flat]) expect(ranges.get(tensor)).toEqual({ min: -21, max: 9 });
    // The mean over the pictures of the smallest (-12, -21) and the largest (1.5, 9).
    const averages = await calibrate(
      proto,
      request(pictures, { tensors: [flat], calibrator: 'average' }),
      watched().context,
    );
    expect(averages.get('flat')).toEqual({ min: -16.5, max: 5.25 });
  });

  it('says what is wrong with a picture that cannot be read, also when it is not the first', async () => {
    const good = { path: 'good', load: async () => new Tensor('float32', Float32Array.of(1), [1, 1]) };
    const bad = { path: 'bad', load: async () => Promise.reject(new Error('bad is damaged')) };
    const given = request([], { inputs: [good, bad, good] });
    await expect(calibrate(model, given, watched().context)).rejects.toThrow('bad is damaged');
  });
});
