import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintPicture } from '../testing/pictures.ts';
import { testSpec } from '../testing/testSpec.ts';
import type { DetectorSpec, Placement } from '../types.ts';
import { prepareInput } from './preprocess.ts';

function specOf(input: Partial<DetectorSpec['input']>): DetectorSpec {
  return testSpec(8, { input: { scale: 1, ...input } });
}

describe('preparing the input', () => {
  // Pixel i of the flat picture is (37 i + 11 floor(i / 7)) mod 256; first channel and channel sums of cv2.resize with
  // INTER_LINEAR (OpenCV 5.0.0).
  it.each([
    {
      from: [7, 5],
      to: [12, 9],
      firstRow: [0, 41, 106, 171, 205, 127, 120, 185, 137, 69, 134, 176],
      lastRow: [168, 113, 29, 83, 117, 39, 32, 97, 167, 227, 142, 88],
      sums: [12894, 13872, 14061],
    },
    {
      from: [13, 11],
      to: [6, 5],
      firstRow: [110, 100, 54, 29, 136, 166],
      lastRow: [128, 81, 124, 99, 193, 142],
      sums: [3667, 3624, 3619],
    },
    {
      from: [9, 4],
      to: [16, 7],
      firstRow: [0, 38, 101, 163, 218, 142, 105, 168, 161, 86, 110, 172, 105, 52, 115, 153],
      lastRow: [46, 88, 157, 100, 26, 89, 113, 38, 31, 94, 160, 229, 156, 99, 168, 210],
      sums: [13685, 14739, 14235],
    },
  ])('resizes $from to $to as OpenCV does, to the bit', ({ from, to, firstRow, lastRow, sums }) => {
    const [width = 0, height = 0] = from;
    const [newWidth = 0, newHeight = 0] = to;
    const image = paintPicture(width, height, (column, row, channel) => {
      const index = 3 * (row * width + column) + channel;
      return (37 * index + 11 * Math.floor(index / 7)) % 256;
    });
    const { data } = prepareInput(image, specOf({ size: [newHeight, newWidth], resize: 'stretch' }));
    const plane = newWidth * newHeight;
    expect([...data.subarray(0, newWidth)]).toEqual(firstRow);
    expect([...data.subarray(plane - newWidth, plane)]).toEqual(lastRow);
    const sum = (channel: number) => data.subarray(channel * plane, (channel + 1) * plane).reduce((a, b) => a + b, 0);
    expect([0, 1, 2].map(sum)).toEqual(sums);
  });

  it('pads with grey around a picture that fits as it is', () => {
    const image = paintPicture(8, 4, () => 7);
    const { data, placement } = prepareInput(image, specOf({ size: [8, 8] }));
    expect(placement).toMatchObject({ padTop: 2, padLeft: 0 });
    const column = Array.from({ length: 8 }, (_, row) => data[row * 8]);
    expect(column).toEqual([114, 114, 7, 7, 7, 7, 114, 114]);
  });

  it('pads left and right, and only right and below in the top left mode', () => {
    const image = paintPicture(4, 8, () => 7);
    const firstRow = (resize: DetectorSpec['input']['resize']) => [
      ...prepareInput(image, specOf({ size: [8, 8], resize })).data.subarray(0, 8),
    ];
    expect(firstRow('letterbox-center')).toEqual([114, 114, 7, 7, 7, 7, 114, 114]);
    expect(firstRow('letterbox-topleft')).toEqual([7, 7, 7, 7, 114, 114, 114, 114]);
  });

  it('overwrites all of a buffer that is used again', () => {
    const into = new Float32Array(3 * 64).fill(Number.NaN);
    const { data } = prepareInput(
      paintPicture(3, 5, () => 9),
      specOf({ size: [8, 8] }),
      into,
    );
    expect(data).toBe(into);
    expect(data.every((value) => value === 9 || value === 114)).toBe(true);
  });

  it('copies every pixel of a picture that fits as it is, whatever its width', () => {
    const side = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(side, side, fc.constantFrom('RGB', 'BGR'), (width, height, channels) => {
        const image = paintPicture(
          width,
          height,
          (column, row, channel) => (97 * channel + 31 * column + 7 * row) % 256,
        );
        const [mean, std] = [[1, 2, 3] as const, [4, 5, 6] as const];
        const { data } = prepareInput(image, specOf({ size: [height, width], channels, scale: 0.5, mean, std }));
        for (const [place, value] of data.entries()) {
          const [plane, pixel] = [Math.floor(place / (width * height)), place % (width * height)];
          const stored = image.rgba[4 * pixel + (channels === 'RGB' ? plane : 2 - plane)] ?? Number.NaN;
          expect(value).toBe(Math.fround((stored * 0.5 - (mean[plane] ?? 0)) / (std[plane] ?? 1)));
        }
      }),
    );
  });

  it('gives the same whatever picture the buffer held', () => {
    const side = fc.integer({ min: 1, max: 12 });
    const layouts = fc.constantFrom<DetectorSpec['input']['layout']>('NCHW', 'NHWC');
    const modes = fc.constantFrom<DetectorSpec['input']['resize']>('letterbox-center', 'letterbox-topleft', 'stretch');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(side, side), { minLength: 2, maxLength: 4 }),
        layouts,
        modes,
        (sizes, layout, resize) => {
          const spec = specOf({ size: [8, 8], layout, resize });
          const into = new Float32Array(3 * 64);
          let held: Placement | undefined;
          for (const [index, [width, height]] of sizes.entries()) {
            const image = paintPicture(width, height, (column, row) => (31 * index + 7 * column + row) % 100);
            held = prepareInput(image, spec, into, held).placement;
            expect(into).toEqual(prepareInput(image, spec).data);
          }
        },
      ),
    );
  });

  it('orders channels and scales values as the spec says', () => {
    const image = paintPicture(8, 8, (_column, _row, channel) => [10, 20, 30][channel] ?? 0);
    const planes = (input: Partial<DetectorSpec['input']>) => {
      const { data } = prepareInput(image, specOf({ size: [8, 8], ...input }));
      return [data[0], data[64], data[128]];
    };
    expect(planes({ channels: 'BGR' })).toEqual([30, 20, 10]);
    expect(planes({ scale: 0.5, mean: [1, 2, 3], std: [2, 4, 8] })).toEqual([2, 2, 1.5]);
    // Mean and std are given in the order of the channels of the input.
    expect(planes({ channels: 'BGR', scale: 0.5, mean: [1, 2, 3], std: [2, 4, 8] })).toEqual([7, 2, 0.25]);
    const { data } = prepareInput(image, specOf({ size: [8, 8], layout: 'NHWC' }));
    expect([...data.subarray(0, 6)]).toEqual([10, 20, 30, 10, 20, 30]);
  });
});
