import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placedSize, placeImage, roundHalfEven, toImageX, toImageY, toInputX, toInputY } from './letterbox.ts';

const pixels = fc.integer({ min: 1, max: 5000 });

describe('placing a picture in the input', () => {
  it('letterboxes 810 x 1080 into 640 x 640 as 480 x 640 with bars of 80', () => {
    const placement = placeImage(810, 1080, 640, 640, 'letterbox-center');
    expect(placedSize(placement)).toEqual({ width: 480, height: 640 });
    expect(placement).toMatchObject({ padLeft: 80, padTop: 0, scaleX: 640 / 1080, scaleY: 640 / 1080 });
  });

  it('puts the larger half of an odd bar below', () => {
    // 100 x 97 at 6.4 is 640 x 620.8 -> 621: 19 rows are free, 9 above and 10 below.
    const placement = placeImage(100, 97, 640, 640, 'letterbox-center');
    expect(placedSize(placement)).toEqual({ width: 640, height: 621 });
    expect(placement.padTop).toBe(9);
  });

  it('pads right and below for the top left mode, and uses two scales for stretching', () => {
    expect(placeImage(100, 50, 416, 416, 'letterbox-topleft')).toMatchObject({ padLeft: 0, padTop: 0, scaleX: 4.16 });
    expect(placeImage(100, 50, 200, 200, 'stretch')).toMatchObject({ padLeft: 0, padTop: 0, scaleX: 2, scaleY: 4 });
  });

  it('rounds halves to the even neighbour, as Python does', () => {
    expect([0.5, 1.5, 2.5, -0.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, 0, 2, 3]);
  });

  it('maps every point back to where it came from, and never leaves the input', () => {
    const modes = fc.constantFrom('letterbox-center', 'letterbox-topleft', 'stretch');
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(pixels, pixels, pixels, pixels, modes, share, share, (w, h, inputW, inputH, mode, u, v) => {
        const placement = placeImage(w, h, inputW, inputH, mode);
        const [x, y] = [u * w, v * h];
        expect(toImageX(placement, toInputX(placement, x))).toBeCloseTo(x, 6);
        expect(toImageY(placement, toInputY(placement, y))).toBeCloseTo(y, 6);
        const placed = placedSize(placement);
        expect(placement.padLeft + placed.width).toBeLessThanOrEqual(inputW);
        expect(placement.padTop + placed.height).toBeLessThanOrEqual(inputH);
      }),
    );
  });
});
