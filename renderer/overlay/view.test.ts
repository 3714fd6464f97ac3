import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitView, panBy, type Size, toImage, toScreen, transformOf, type View, zoomAt } from './view.ts';

const size: fc.Arbitrary<Size> = fc.record({
  width: fc.integer({ min: 40, max: 5000 }),
  height: fc.integer({ min: 40, max: 5000 }),
});
const view: fc.Arbitrary<View> = fc.record({
  zoom: fc.double({ min: 0.5, max: 64, noNaN: true }),
  centerX: fc.double({ min: 0, max: 1, noNaN: true }),
  centerY: fc.double({ min: 0, max: 1, noNaN: true }),
});
const point = fc.record({
  x: fc.double({ min: -1000, max: 6000, noNaN: true }),
  y: fc.double({ min: -1000, max: 6000, noNaN: true }),
});

describe('view', () => {
  it('maps to the screen and back to the same place', () => {
    fc.assert(
      fc.property(view, size, size, point, (v, pane, image, p) => {
        const transform = transformOf(v, pane, image);
        const back = toImage(transform, toScreen(transform, p));
        expect(back.x).toBeCloseTo(p.x, 5);
        expect(back.y).toBeCloseTo(p.y, 5);
      }),
    );
  });

  it('fits the whole picture, centred, touching the margin on one axis', () => {
    fc.assert(
      fc.property(size, size, (pane, image) => {
        const transform = transformOf(fitView, pane, image);
        const start = toScreen(transform, { x: 0, y: 0 });
        const end = toScreen(transform, { x: image.width, y: image.height });
        expect(start.x + end.x).toBeCloseTo(pane.width, 6);
        expect(start.y + end.y).toBeCloseTo(pane.height, 6);
        expect(Math.min(start.x, start.y)).toBeCloseTo(6, 6);
      }),
    );
  });

  it('keeps what lies under the pointer while zooming, wherever the picture reaches that far', () => {
    fc.assert(
      fc.property(
        size,
        size,
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        fc.double({ min: 1, max: 8, noNaN: true }),
        (pane, image, x, y, factor) => {
          const at = toScreen(transformOf(fitView, pane, image), { x: x * image.width, y: y * image.height });
          const zoomed = zoomAt(fitView, pane, image, at, factor);
          const held = toImage(transformOf(zoomed, pane, image), at);
          expect(held.x / image.width).toBeCloseTo(x, 6);
          expect(held.y / image.height).toBeCloseTo(y, 6);
        },
      ),
    );
  });

  it('never leaves its limits', () => {
    const pane = { width: 400, height: 300 };
    const image = { width: 800, height: 600 };
    expect(zoomAt(fitView, pane, image, { x: 0, y: 0 }, 1e9).zoom).toBe(64);
    expect(zoomAt(fitView, pane, image, { x: 0, y: 0 }, 1e-9).zoom).toBe(0.5);
    expect(panBy(fitView, pane, image, 1e9, -1e9)).toEqual({ zoom: 1, centerX: 0, centerY: 1 });
  });

  it('moves the picture with the pointer, pixel by pixel', () => {
    const pane = { width: 412, height: 312 };
    const image = { width: 800, height: 600 };
    const before = toScreen(transformOf(fitView, pane, image), { x: 100, y: 100 });
    const after = toScreen(transformOf(panBy(fitView, pane, image, 30, -20), pane, image), { x: 100, y: 100 });
    expect(after.x - before.x).toBeCloseTo(30, 9);
    expect(after.y - before.y).toBeCloseTo(-20, 9);
  });
});
