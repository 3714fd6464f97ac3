import { between, pick, type Random } from './random.ts';

/** Hue in degrees, saturation and lightness in percent. */
export interface Colour {
  readonly hue: number;
  readonly saturation: number;
  readonly lightness: number;
}

export function colour(hue: number, saturation: number, lightness: number): Colour {
  return { hue, saturation, lightness };
}

/** The colour as CSS writes it, with an opacity in [0, 1]. */
export function css(value: Colour, opacity = 1): string {
  const lightness = Math.min(100, Math.max(0, value.lightness));
  return `hsla(${value.hue.toFixed(1)}, ${value.saturation.toFixed(1)}%, ${lightness.toFixed(1)}%, ${opacity.toFixed(3)})`;
}

/** The same hue, lighter (positive) or darker (negative) by so many percent. */
export function shade(value: Colour, change: number): Colour {
  return { ...value, lightness: Math.min(98, Math.max(3, value.lightness + change)) };
}

const friendlyHues = [4, 18, 32, 44, 95, 150, 172, 195, 210, 225, 265, 320, 345] as const;

/** A clear, friendly colour for a painted thing; now and then white, cream or charcoal. */
export function paintColour(random: Random): Colour {
  const kind = random();
  if (kind < 0.1) {
    return colour(40, 30, between(random, 86, 95));
  }
  if (kind < 0.16) {
    return colour(215, 14, between(random, 20, 32));
  }
  const hue = pick(random, friendlyHues) + between(random, -7, 7);
  return colour((hue + 360) % 360, between(random, 42, 82), between(random, 38, 66));
}

/** A colour that stands out against the given one. */
export function accentColour(random: Random, against: Colour): Colour {
  if (random() < 0.4) {
    return against.lightness > 60 ? colour(against.hue, 45, 28) : colour(42, 45, 92);
  }
  const hue = (against.hue + between(random, 120, 240)) % 360;
  return colour(
    hue,
    between(random, 55, 80),
    against.lightness > 60 ? between(random, 32, 46) : between(random, 66, 82),
  );
}
