import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testSpec } from '../../testing/testSpec.ts';
import { makeRowDecoder, writeUpright } from './rows.ts';

describe('the upright box around a rotated one', () => {
  const side = fc.double({ min: 0.1, max: 100, noNaN: true });

  it('reaches as far as its corners', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.double({ min: -7, max: 7, noNaN: true }), (x, y, width, height, angle) => {
        const corners = [-1, 1].flatMap((right) =>
          [-1, 1].map((down) => {
            const [across, along] = [(right * width) / 2, (down * height) / 2];
            return [
              x + across * Math.cos(angle) - along * Math.sin(angle),
              y + across * Math.sin(angle) + along * Math.cos(angle),
            ];
          }),
        );
        const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis] ?? 0));
        const box = new Float64Array(4);
        writeUpright(box, x, y, width, height, angle);
        for (const [index, expected] of [
          Math.min(...(xs ?? [])),
          Math.min(...(ys ?? [])),
          Math.max(...(xs ?? [])),
          Math.max(...(ys ?? [])),
        ].entries()) {
          expect(box[index]).toBeCloseTo(expected, 9);
        }
      }),
    );
  });

  it('is the box itself without an angle', () => {
    const box = new Float64Array(4);
    writeUpright(box, 10, 20, 4, 6, 0);
    expect([...box]).toEqual([8, 17, 12, 23]);
  });
});

describe('rows', () => {
  const outputs = [{ name: 'out', holds: 'predictions', order: 'box-major' }] as const;
  const spec = testSpec(64, {
    family: 'nms',
    outputs,
    rows: { columns: ['batch', 'box', 'class', 'score'], box: 'x1y1x2y2', units: 'pixels' },
  });

  it('of other pictures of the batch and those filled up with -1 get no score', () => {
    const rows = [
      [0, 1, 2, 3, 4, 1, 0.9],
      [1, 1, 2, 3, 4, 1, 0.8],
      [0, 0, 0, 0, 0, -1, 0.7],
    ];
    const predictions = makeRowDecoder(spec).read([{ data: Float32Array.from(rows.flat()), shape: [3, 7] }]);
    const scores = new Float32Array(3);
    predictions.scoreAll(scores, new Uint16Array(3));
    expect([...scores]).toEqual([Math.fround(0.9), 0, 0]);
  });

  it('none at all is no fault', () => {
    expect(makeRowDecoder(spec).read([{ data: new Float32Array(0), shape: [0, 7] }]).count).toBe(0);
  });

  it('that are too narrow are named', () => {
    expect(() => makeRowDecoder(spec).read([{ data: new Float32Array(12), shape: [2, 6] }])).toThrow(
      'Output "out" came as [2, 6], but each of its rows should hold 7 values.',
    );
  });
});
