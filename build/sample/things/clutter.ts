import { accentColour, colour, css, paintColour, shade } from '../colour.ts';
import { between, pick, type Random } from '../random.ts';
import { fillEllipse, type LightSide, type Pen, type Sprite } from '../sprite.ts';

/** A thing that is none of the classes: it hides objects and looks a little like some of them. */
export function clutter(random: Random, size: number, light: LightSide): Sprite {
  const make = pick(random, [vase, candle, clock, phone, parcel, blocks, lamp, pencils, apple, bottle]);
  return make(random, size, light);
}

function sheen(pen: Pen, width: number, light: LightSide): void {
  const tone = pen.createLinearGradient((light * width) / 2, 0, (-light * width) / 2, 0);
  tone.addColorStop(0, 'rgba(255,255,255,0.1)');
  tone.addColorStop(0.25, 'rgba(255,255,255,0.35)');
  tone.addColorStop(0.5, 'rgba(255,255,255,0)');
  tone.addColorStop(1, 'rgba(15,5,30,0.4)');
  pen.fillStyle = tone;
}

function vase(random: Random, height: number, light: LightSide): Sprite {
  const width = height * between(random, 0.4, 0.6);
  const paint = paintColour(random);
  const draw = (pen: Pen): void => {
    pen.beginPath();
    pen.moveTo(-width * 0.2, -height);
    pen.bezierCurveTo(-width * 0.1, -height * 0.7, -width * 0.9, -height * 0.4, -width * 0.25, 0);
    pen.lineTo(width * 0.25, 0);
    pen.bezierCurveTo(width * 0.9, -height * 0.4, width * 0.1, -height * 0.7, width * 0.2, -height);
    pen.closePath();
    pen.fillStyle = css(paint);
    pen.fill();
    sheen(pen, width, light);
    pen.fill();
    pen.fillStyle = css(shade(paint, -25));
    fillEllipse(pen, 0, -height, width * 0.2, width * 0.06);
  };
  return { width, height, reach: height * 0.62, draw };
}

function candle(random: Random, height: number, light: LightSide): Sprite {
  const width = height * between(random, 0.3, 0.5);
  const wax = colour(between(random, 20, 50), 45, between(random, 78, 92));
  const draw = (pen: Pen): void => {
    pen.fillStyle = css(wax);
    pen.fillRect(-width / 2, -height * 0.72, width, height * 0.72);
    sheen(pen, width, light);
    pen.fillRect(-width / 2, -height * 0.72, width, height * 0.72);
    pen.fillStyle = css(shade(wax, 6));
    fillEllipse(pen, 0, -height * 0.72, width / 2, width * 0.1);
    pen.fillStyle = css(colour(42, 95, 62));
    pen.beginPath();
    pen.moveTo(0, -height);
    pen.quadraticCurveTo(width * 0.22, -height * 0.8, 0, -height * 0.74);
    pen.quadraticCurveTo(-width * 0.22, -height * 0.8, 0, -height);
    pen.fill();
  };
  return { width, height, reach: height * 0.6, draw };
}

function clock(random: Random, size: number): Sprite {
  const paint = paintColour(random);
  const radius = size * 0.46;
  const hour = between(random, 0, Math.PI * 2);
  const draw = (pen: Pen): void => {
    pen.fillStyle = css(shade(paint, -12));
    pen.fillRect(-radius * 0.7, -size * 0.1, radius * 0.3, size * 0.1);
    pen.fillRect(radius * 0.4, -size * 0.1, radius * 0.3, size * 0.1);
    pen.fillStyle = css(paint);
    fillEllipse(pen, 0, -size * 0.54, radius, radius);
    pen.fillStyle = css(colour(45, 40, 95));
    fillEllipse(pen, 0, -size * 0.54, radius * 0.8, radius * 0.8);
    pen.strokeStyle = css(colour(220, 20, 20));
    pen.lineWidth = radius * 0.09;
    for (const [turn, length] of [
      [hour, 0.42],
      [hour * 12, 0.66],
    ] as const) {
      pen.beginPath();
      pen.moveTo(0, -size * 0.54);
      pen.lineTo(Math.sin(turn) * radius * length, -size * 0.54 - Math.cos(turn) * radius * length);
      pen.stroke();
    }
    for (let mark = 0; mark < 12; mark++) {
      const turn = (mark * Math.PI) / 6;
      pen.fillStyle = css(colour(220, 20, 30));
      fillEllipse(
        pen,
        Math.sin(turn) * radius * 0.7,
        -size * 0.54 - Math.cos(turn) * radius * 0.7,
        radius * 0.035,
        radius * 0.035,
      );
    }
  };
  return { width: size * 0.92, height: size, reach: size * 0.56, draw };
}

function phone(random: Random, height: number): Sprite {
  const width = height * 0.5;
  const screen = paintColour(random);
  const draw = (pen: Pen): void => {
    pen.fillStyle = css(colour(220, 15, 14));
    pen.beginPath();
    pen.roundRect(-width / 2, -height, width, height, width * 0.14);
    pen.fill();
    const glow = pen.createLinearGradient(0, -height, 0, 0);
    glow.addColorStop(0, css(shade(screen, 15)));
    glow.addColorStop(1, css(shade(screen, -20)));
    pen.fillStyle = glow;
    pen.beginPath();
    pen.roundRect(-width * 0.44, -height * 0.97, width * 0.88, height * 0.94, width * 0.1);
    pen.fill();
  };
  return { width, height, reach: height * 0.58, draw };
}

function parcel(random: Random, size: number, light: LightSide): Sprite {
  const width = size * between(random, 0.9, 1.3);
  const card = colour(between(random, 26, 36), 38, between(random, 48, 62));
  const side = width * 0.25;
  const draw = (pen: Pen): void => {
    pen.fillStyle = css(shade(card, light === -1 ? 0 : -12));
    pen.fillRect(-width / 2, -size * 0.85, width - side, size * 0.85);
    pen.fillStyle = css(shade(card, light === -1 ? -14 : 2));
    pen.fillRect(width / 2 - side, -size * 0.85, side, size * 0.85);
    pen.fillStyle = css(shade(card, 10));
    pen.beginPath();
    pen.moveTo(-width / 2, -size * 0.85);
    pen.lineTo(-width / 2 + side * 0.6, -size);
    pen.lineTo(width / 2 - side * 0.3, -size);
    pen.lineTo(width / 2, -size * 0.85);
    pen.fill();
    pen.fillStyle = css(colour(42, 45, 80), 0.7);
    pen.fillRect(-side * 0.9, -size * 0.85, width * 0.12, size * 0.3);
  };
  return { width, height: size, reach: Math.hypot(width, size) * 0.52, draw };
}

function blocks(random: Random, size: number): Sprite {
  const tints = [paintColour(random), paintColour(random), paintColour(random)];
  const edge = size * 0.48;
  const draw = (pen: Pen): void => {
    tints.forEach((tint, index) => {
      const x = index === 2 ? -edge * 0.4 : (index - 1) * edge;
      const y = index === 2 ? -edge * 2 : -edge;
      pen.fillStyle = css(tint);
      pen.fillRect(x, y, edge * 0.96, edge);
      pen.fillStyle = css(shade(tint, 18));
      pen.fillRect(x + edge * 0.14, y + edge * 0.14, edge * 0.68, edge * 0.72);
      pen.fillStyle = css(shade(tint, -8));
      pen.beginPath();
      pen.moveTo(x + edge * 0.48, y + edge * 0.25);
      pen.lineTo(x + edge * 0.7, y + edge * 0.75);
      pen.lineTo(x + edge * 0.26, y + edge * 0.75);
      pen.fill();
    });
  };
  return { width: edge * 2, height: edge * 2, reach: edge * 1.5, draw };
}

function lamp(random: Random, height: number): Sprite {
  const paint = paintColour(random);
  const draw = (pen: Pen): void => {
    pen.fillStyle = css(shade(paint, -22));
    fillEllipse(pen, 0, -height * 0.03, height * 0.17, height * 0.03);
    pen.fillRect(-height * 0.015, -height * 0.65, height * 0.03, height * 0.64);
    const cloth = pen.createLinearGradient(0, -height, 0, -height * 0.55);
    cloth.addColorStop(0, css(shade(paint, 6)));
    cloth.addColorStop(1, css(colour(44, 85, 80)));
    pen.fillStyle = cloth;
    pen.beginPath();
    pen.moveTo(-height * 0.13, -height);
    pen.lineTo(height * 0.13, -height);
    pen.lineTo(height * 0.26, -height * 0.56);
    pen.lineTo(-height * 0.26, -height * 0.56);
    pen.fill();
  };
  return { width: height * 0.52, height, reach: height * 0.6, draw };
}

function pencils(random: Random, height: number, light: LightSide): Sprite {
  const cup = paintColour(random);
  const width = height * 0.42;
  const sticks = [0, 1, 2, 3].map((index) => ({
    tint: paintColour(random),
    turn: (index - 1.5) * 0.16 + between(random, -0.06, 0.06),
  }));
  const draw = (pen: Pen): void => {
    for (const { tint, turn } of sticks) {
      pen.save();
      pen.translate(turn * width, -height * 0.3);
      pen.rotate(turn);
      pen.fillStyle = css(tint);
      pen.fillRect(-width * 0.06, -height * 0.62, width * 0.12, height * 0.6);
      pen.fillStyle = css(colour(36, 60, 78));
      pen.beginPath();
      pen.moveTo(-width * 0.06, -height * 0.62);
      pen.lineTo(0, -height * 0.7);
      pen.lineTo(width * 0.06, -height * 0.62);
      pen.fill();
      pen.restore();
    }
    pen.fillStyle = css(cup);
    pen.fillRect(-width / 2, -height * 0.52, width, height * 0.52);
    sheen(pen, width, light);
    pen.fillRect(-width / 2, -height * 0.52, width, height * 0.52);
  };
  return { width: width * 1.2, height, reach: height * 0.6, draw };
}

function apple(random: Random, full: number, light: LightSide): Sprite {
  const size = full * 0.55;
  const skin = colour(pick(random, [2, 8, 85, 50]), 65, 45);
  const draw = (pen: Pen): void => {
    const tone = pen.createRadialGradient(light * size * 0.15, -size * 0.6, size * 0.05, 0, -size * 0.45, size * 0.6);
    tone.addColorStop(0, css(shade(skin, 28)));
    tone.addColorStop(0.5, css(skin));
    tone.addColorStop(1, css(shade(skin, -22)));
    pen.fillStyle = tone;
    pen.beginPath();
    pen.moveTo(0, -size * 0.78);
    pen.bezierCurveTo(-size * 0.75, -size * 1.05, -size * 0.6, size * 0.05, -size * 0.12, 0);
    pen.quadraticCurveTo(0, -size * 0.05, size * 0.12, 0);
    pen.bezierCurveTo(size * 0.6, size * 0.05, size * 0.75, -size * 1.05, 0, -size * 0.78);
    pen.fill();
    pen.strokeStyle = css(colour(28, 45, 22));
    pen.lineWidth = size * 0.05;
    pen.beginPath();
    pen.moveTo(0, -size * 0.76);
    pen.quadraticCurveTo(size * 0.02, -size * 0.92, size * 0.09, -size);
    pen.stroke();
    pen.fillStyle = css(colour(105, 45, 36));
    pen.beginPath();
    pen.ellipse(size * 0.18, -size * 0.92, size * 0.14, size * 0.05, -0.4, 0, Math.PI * 2);
    pen.fill();
  };
  return { width: size, height: size, reach: size * 0.75, draw };
}

function bottle(random: Random, height: number, light: LightSide): Sprite {
  const glass = colour(between(random, 90, 210), 35, between(random, 28, 50));
  const label = accentColour(random, glass);
  const width = height * 0.3;
  const draw = (pen: Pen): void => {
    pen.fillStyle = css(glass, 0.94);
    pen.beginPath();
    pen.roundRect(-width / 2, -height * 0.66, width, height * 0.66, width * 0.16);
    pen.roundRect(-width * 0.19, -height, width * 0.38, height * 0.42, width * 0.06);
    pen.fill();
    pen.fillStyle = css(label);
    pen.fillRect(-width / 2, -height * 0.44, width, height * 0.24);
    sheen(pen, width, light);
    pen.fillRect(-width / 2, -height * 0.62, width, height * 0.6);
  };
  return { width, height, reach: height * 0.55, draw };
}
