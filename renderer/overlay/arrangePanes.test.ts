import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangePanes } from './arrangePanes.ts';

const header = 28;
const landscape = { width: 640, height: 480 };
const portrait = { width: 480, height: 640 };

describe('arrangePanes', () => {
  it('sets two panes side by side in a wide area and on top of each other in a tall one', () => {
    expect(arrangePanes(2, { width: 1000, height: 600 }, landscape, header)).toBe(2);
    expect(arrangePanes(2, { width: 600, height: 1000 }, landscape, header)).toBe(1);
  });

  it('breaks three landscape pictures into two rows, but keeps three portraits in one', () => {
    expect(arrangePanes(3, { width: 1055, height: 700 }, landscape, header)).toBe(2);
    expect(arrangePanes(3, { width: 1055, height: 700 }, portrait, header)).toBe(3);
  });

  it('sets four panes two by two', () => {
    expect(arrangePanes(4, { width: 1000, height: 700 }, landscape, header)).toBe(2);
  });

  it('never shows the picture smaller than a single row would', () => {
    const side = fc.integer({ min: 100, max: 3000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), side, side, side, side, (count, width, height, w, h) => {
        const area = { width, height: height + 4 * header };
        const scaleIn = (columns: number) =>
          Math.min(area.width / columns / w, (area.height / Math.ceil(count / columns) - header) / h);
        const columns = arrangePanes(count, area, { width: w, height: h }, header);
        expect(columns).toBeGreaterThanOrEqual(1);
        expect(columns).toBeLessThanOrEqual(count);
        expect(scaleIn(columns)).toBeGreaterThanOrEqual(scaleIn(count));
      }),
    );
  });
});
