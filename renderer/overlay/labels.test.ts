import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabel, type Rectangle } from './labels.ts';

const pane = { width: 400, height: 300 };

describe('placeLabel', () => {
  it('stands above its box where there is room', () => {
    expect(placeLabel({ x: 50, y: 60, width: 80, height: 40 }, 70, pane, [])).toEqual({
      x: 49,
      y: 41,
      width: 70,
      height: 18,
    });
  });

  it('moves where another label stands already', () => {
    const box = { x: 50, y: 60, width: 80, height: 40 };
    const first = placeLabel(box, 70, pane, []);
    const second = placeLabel(box, 70, pane, [first]);
    expect(second.y).toBe(61);
    expect(placeLabel(box, 70, pane, [first, second]).y).toBe(101);
  });

  it('stands at the foot of a box when it belongs below, and underneath where it would hide the box', () => {
    expect(placeLabel({ x: 50, y: 60, width: 80, height: 100 }, 70, pane, [], true)).toMatchObject({ x: 49, y: 141 });
    expect(placeLabel({ x: 50, y: 60, width: 80, height: 30 }, 70, pane, [], true)).toMatchObject({ x: 49, y: 91 });
  });

  it('always stays inside the pane', () => {
    const rectangle = fc.record({
      x: fc.integer({ min: -500, max: 900 }),
      y: fc.integer({ min: -500, max: 900 }),
      width: fc.integer({ min: 1, max: 900 }),
      height: fc.integer({ min: 1, max: 900 }),
    });
    fc.assert(
      fc.property(rectangle, fc.array(rectangle, { maxLength: 5 }), (box: Rectangle, placed: Rectangle[]) => {
        const { x, y, width, height } = placeLabel(box, 90, pane, placed);
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(pane.width);
        expect(y + height).toBeLessThanOrEqual(pane.height);
      }),
    );
  });
});
