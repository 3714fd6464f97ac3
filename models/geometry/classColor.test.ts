import { describe, expect, it } from 'vitest';
import { classColor, labelInk, palette } from './classColor.ts';

type Triple = readonly [number, number, number];

function linear(hex: string): Triple {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// Machado, Oliveira, Fernandes (2009), severity 1.0, for linear RGB.
const eyes: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  'normal sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function seen(hex: string, matrix: readonly [Triple, Triple, Triple]): Triple {
  const [red, green, blue] = linear(hex);
  const row = ([a, b, c]: Triple) => Math.min(1, Math.max(0, a * red + b * green + c * blue));
  return lab([row(matrix[0]), row(matrix[1]), row(matrix[2])]);
}

/** CIE L*a*b* under D65. */
function lab([red, green, blue]: Triple): Triple {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = f(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = f((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe('class colours', () => {
  it('carry their dark labels with the contrast WCAG AA asks for', () => {
    for (const color of palette) {
      expect((luminance(color) + 0.05) / (luminance(labelInk) + 0.05), color).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(Object.entries(eyes))('can be told apart with %s', (_, matrix) => {
    for (const [index, first] of palette.entries()) {
      for (const second of palette.slice(index + 1)) {
        const a = seen(first, matrix);
        const b = seen(second, matrix);
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        // A difference of 2.3 is just noticeable (Mahy et al., 1994); lines on a picture need several times that.
        expect(distance, `${first} ${second}`).toBeGreaterThan(25);
      }
    }
  });

  it('stay with their class, and repeat only after all have been used', () => {
    expect(new Set(Array.from({ length: palette.length }, (_, id) => classColor(id))).size).toBe(palette.length);
    expect(classColor(palette.length + 2)).toBe(classColor(2));
  });
});
