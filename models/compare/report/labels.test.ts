import { describe, expect, it } from 'vitest';
import { labelWidth, type Place, placeLabel } from './labels.ts';

const picture = { width: 200, height: 100 };
const size = { width: 40, height: 10 };

describe('placeLabel', () => {
  it('puts a label above its box, or inside where there is no room above', () => {
    expect(placeLabel({ x: 20, y: 30, width: 50, height: 40 }, size, picture, [])).toMatchObject({ x: 20, y: 20 });
    expect(placeLabel({ x: 20, y: 4, width: 50, height: 40 }, size, picture, [])).toMatchObject({ x: 20, y: 4 });
  });

  it('keeps a label inside the picture', () => {
    expect(placeLabel({ x: 190, y: 30, width: 10, height: 40 }, size, picture, [])).toMatchObject({ x: 160, y: 20 });
  });

  it('covers no other label while there is a free place', () => {
    const box = { x: 20, y: 30, width: 50, height: 40 };
    const taken: Place[] = [];
    for (let label = 0; label < 4; label += 1) {
      const place = placeLabel(box, size, picture, taken);
      for (const other of taken) {
        const apart =
          place.x + 40 <= other.x || other.x + 40 <= place.x || place.y + 10 <= other.y || other.y + 10 <= place.y;
        expect(apart).toBe(true);
      }
      taken.push(place);
    }
  });
});

describe('labelWidth', () => {
  it('grows with the text and the font, and gives wide characters their due', () => {
    expect(labelWidth('car 0.90', 20)).toBeGreaterThan(labelWidth('car', 20));
    expect(labelWidth('car', 20)).toBeCloseTo(2 * labelWidth('car', 10), 9);
    expect(labelWidth('汽车', 10)).toBeGreaterThan(labelWidth('il', 10));
  });
});
