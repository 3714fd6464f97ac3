import { accentColour, type Colour, colour, css, paintColour, shade } from '../colour.ts';
import { between, chance, pick, type Random, wholeBetween } from '../random.ts';
import { aside, fillEllipse, type LightSide, type Pen, type Sprite } from '../sprite.ts';

const growths = ['blades', 'rounded', 'fern', 'cactus', 'tulips', 'bush'] as const;

/** A plant in a pot. `size` is its whole height in pixels. */
export function plant(random: Random, size: number, light: LightSide): Sprite {
  const growth = pick(random, growths);
  const potHeight = size * between(random, 0.28, 0.4);
  const potWidth = potHeight * between(random, 0.95, 1.35);
  const green = colour(between(random, 78, 158), between(random, 30, 62), between(random, 28, 44));
  const pot = chance(random, 0.4) ? colour(between(random, 12, 22), 55, between(random, 44, 56)) : paintColour(random);
  const accent = accentColour(random, pot);
  const banded = chance(random, 0.45);
  const leaves = drawLeaves(random, growth, size, potHeight, potWidth, green);

  const draw = (pen: Pen): void => {
    leaves(pen);
    const foot = potWidth * 0.7;
    pen.beginPath();
    pen.moveTo(-potWidth / 2, -potHeight);
    pen.lineTo(-foot / 2, -potHeight * 0.06);
    pen.quadraticCurveTo(0, potHeight * 0.06, foot / 2, -potHeight * 0.06);
    pen.lineTo(potWidth / 2, -potHeight);
    pen.closePath();
    pen.fillStyle = css(pot);
    pen.fill();
    aside(pen, () => {
      pen.clip();
      if (banded) {
        pen.fillStyle = css(accent);
        pen.fillRect(-potWidth, -potHeight * 0.58, potWidth * 2, potHeight * 0.2);
      }
      round(pen, potWidth, light);
      pen.fillRect(-potWidth, -potHeight, potWidth * 2, potHeight * 1.1);
    });
    pen.fillStyle = css(shade(pot, 5));
    pen.beginPath();
    pen.roundRect(-potWidth * 0.55, -potHeight * 1.08, potWidth * 1.1, potHeight * 0.2, potHeight * 0.05);
    pen.fill();
    round(pen, potWidth, light);
    pen.fill();
  };
  return { width: Math.max(potWidth, size * 0.6), height: size, reach: size * 0.8, draw };
}

function round(pen: Pen, width: number, light: LightSide): void {
  const tone = pen.createLinearGradient((light * width) / 2, 0, (-light * width) / 2, 0);
  tone.addColorStop(0, 'rgba(255,255,255,0.05)');
  tone.addColorStop(0.25, 'rgba(255,255,255,0.28)');
  tone.addColorStop(0.5, 'rgba(255,255,255,0)');
  tone.addColorStop(1, 'rgba(15,5,30,0.4)');
  pen.fillStyle = tone;
}

function drawLeaves(
  random: Random,
  growth: (typeof growths)[number],
  size: number,
  potHeight: number,
  potWidth: number,
  green: Colour,
): (pen: Pen) => void {
  const soil = -potHeight * 0.98;
  const tall = size - potHeight;
  switch (growth) {
    case 'blades': {
      const blades = spread(random, wholeBetween(random, 6, 10), (turn) => ({
        turn: turn * 0.5,
        length: tall * between(random, 0.65, 1),
        tint: between(random, -8, 8),
      }));
      return (pen) => {
        for (const { turn, length, tint } of blades) {
          const edge = css(colour(62, 55, 66));
          leaf(pen, turn * potWidth * 0.5, soil, turn * 0.55, length, size * 0.055, edge);
          leaf(pen, turn * potWidth * 0.5, soil, turn * 0.55, length * 0.96, size * 0.036, css(shade(green, tint)));
        }
      };
    }
    case 'rounded': {
      const stems = spread(random, wholeBetween(random, 7, 12), (turn) => ({
        x: turn * size * 0.3 * between(random, 0.6, 1.05),
        y: soil - tall * (0.88 - 0.6 * turn * turn) * between(random, 0.55, 1),
        radius: size * between(random, 0.075, 0.125),
        tint: between(random, -9, 13),
      }));
      return (pen) => {
        pen.lineWidth = Math.max(0.8, size * 0.014);
        pen.strokeStyle = css(shade(green, -8));
        for (const { x, y } of stems) {
          pen.beginPath();
          pen.moveTo(0, soil);
          pen.quadraticCurveTo(x * 0.2, y * 0.9, x, y);
          pen.stroke();
        }
        for (const { x, y, radius, tint } of stems) {
          pen.fillStyle = css(shade(green, tint));
          fillEllipse(pen, x, y + radius * 0.9, radius, radius * 0.86);
          pen.strokeStyle = css(shade(green, tint + 14), 0.8);
          pen.beginPath();
          pen.moveTo(x, y + radius * 1.6);
          pen.lineTo(x, y + radius * 0.3);
          pen.stroke();
        }
      };
    }
    case 'fern': {
      const fronds = spread(random, wholeBetween(random, 8, 12), (turn) => ({
        turn: turn * 1.35,
        length: tall * between(random, 0.75, 1),
        tint: between(random, -8, 12),
      }));
      return (pen) => {
        for (const { turn, length, tint } of fronds) {
          const tipX = Math.sin(turn) * length * 0.8;
          const tipY = soil - Math.cos(turn * 0.75) * length;
          pen.fillStyle = css(shade(green, tint));
          for (let step = 1; step <= 12; step++) {
            const along = step / 12;
            const x = tipX * along * along * 0.6 + tipX * along * 0.4;
            const y = soil + (tipY - soil) * (1.5 * along - 0.5 * along * along);
            const reach = size * 0.05 * (1.25 - along);
            fillEllipse(pen, x, y, reach, reach * 0.62);
          }
        }
      };
    }
    case 'cactus': {
      const arms = chance(random, 0.65);
      const flower = accentColour(random, green);
      const breadth = potWidth * between(random, 0.42, 0.6);
      return (pen) => {
        const column = (x: number, bottom: number, length: number, across: number): void => {
          pen.fillStyle = css(green);
          pen.beginPath();
          pen.roundRect(x - across / 2, bottom - length, across, length, across / 2);
          pen.fill();
          pen.lineWidth = Math.max(0.5, across * 0.06);
          pen.strokeStyle = css(shade(green, 18));
          for (const rib of [-0.28, 0, 0.28]) {
            pen.beginPath();
            pen.moveTo(x + rib * across, bottom);
            pen.lineTo(x + rib * across, bottom - length + across * 0.35);
            pen.stroke();
          }
        };
        if (arms) {
          for (const [side, rise] of [
            [-1, 0.3],
            [1, 0.45],
          ] as const) {
            const y = soil - tall * rise;
            pen.fillStyle = css(shade(green, -5));
            pen.fillRect(side === 1 ? 0 : -breadth * 0.95, y - breadth * 0.22, breadth * 0.95, breadth * 0.44);
            column(side * breadth * 0.95, y + breadth * 0.2, tall * 0.36, breadth * 0.44);
          }
        }
        column(0, soil + potHeight * 0.2, tall * 0.95 + potHeight * 0.2, breadth);
        pen.fillStyle = css(flower);
        for (let petal = 0; petal < 5; petal++) {
          const angle = (petal * Math.PI * 2) / 5;
          fillEllipse(
            pen,
            Math.cos(angle) * breadth * 0.15,
            soil - tall * 0.95 + Math.sin(angle) * breadth * 0.12,
            breadth * 0.13,
            breadth * 0.11,
          );
        }
      };
    }
    case 'tulips': {
      const bloom = paintColour(random);
      const stems = spread(random, wholeBetween(random, 4, 6), (turn) => ({
        turn: turn * 0.45,
        length: tall * between(random, 0.7, 0.9),
        tint: between(random, -8, 10),
      }));
      return (pen) => {
        for (const { turn, length, tint } of stems) {
          const x = Math.sin(turn) * length;
          const y = soil - Math.cos(turn) * length;
          pen.strokeStyle = css(green);
          pen.lineWidth = Math.max(0.8, size * 0.018);
          pen.beginPath();
          pen.moveTo(0, soil);
          pen.quadraticCurveTo(x * 0.3, soil - length * 0.5, x, y);
          pen.stroke();
          leaf(pen, 0, soil, turn * 1.7, length * 0.7, size * 0.035, css(shade(green, tint)));
          pen.fillStyle = css(shade(bloom, tint));
          pen.beginPath();
          pen.moveTo(x - size * 0.055, y - size * 0.1);
          pen.lineTo(x - size * 0.025, y - size * 0.06);
          pen.lineTo(x, y - size * 0.11);
          pen.lineTo(x + size * 0.025, y - size * 0.06);
          pen.lineTo(x + size * 0.055, y - size * 0.1);
          pen.bezierCurveTo(
            x + size * 0.075,
            y + size * 0.03,
            x - size * 0.075,
            y + size * 0.03,
            x - size * 0.055,
            y - size * 0.1,
          );
          pen.fill();
        }
      };
    }
    case 'bush': {
      const tufts = spread(random, wholeBetween(random, 26, 40), () => {
        const angle = between(random, 0, Math.PI * 2);
        const distance = Math.sqrt(random());
        return {
          x: Math.cos(angle) * distance * size * 0.26,
          y: soil - tall * 0.5 + Math.sin(angle) * distance * tall * 0.42,
          turn: between(random, -1.4, 1.4),
          tint: between(random, -10, 14),
        };
      });
      return (pen) => {
        pen.fillStyle = css(shade(green, -10));
        fillEllipse(pen, 0, soil - tall * 0.42, size * 0.23, tall * 0.42);
        for (const { x, y, turn, tint } of tufts) {
          leaf(pen, x, y + size * 0.06, turn, size * 0.13, size * 0.035, css(shade(green, tint)));
        }
      };
    }
  }
}

/** Makes `count` records whose turns run evenly from -1 to 1, with a little disorder. */
function spread<T>(random: Random, count: number, make: (turn: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) =>
    make((index / (count - 1)) * 2 - 1 + between(random, -0.08, 0.08)),
  );
}

function leaf(pen: Pen, x: number, y: number, turn: number, length: number, halfWidth: number, fill: string): void {
  aside(pen, () => {
    pen.translate(x, y);
    pen.rotate(turn);
    pen.fillStyle = fill;
    pen.beginPath();
    pen.moveTo(-halfWidth * 0.5, 0);
    pen.quadraticCurveTo(-halfWidth * 1.7, -length * 0.55, 0, -length);
    pen.quadraticCurveTo(halfWidth * 1.7, -length * 0.55, halfWidth * 0.5, 0);
    pen.fill();
  });
}
