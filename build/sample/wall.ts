import { type Colour, colour, css, paintColour, shade } from './colour.ts';
import { between, chance, pick, type Random, wholeBetween } from './random.ts';
import { aside, fillEllipse, type Pen } from './sprite.ts';
import { fillWood } from './wood.ts';

/** A calm wall colour: pale pastel, deep or warm white. */
function wallColour(random: Random): Colour {
  const hue = pick(random, [14, 30, 42, 60, 140, 165, 190, 205, 222, 250, 330]);
  return chance(random, 0.25)
    ? colour(hue, between(random, 18, 38), between(random, 26, 42))
    : colour(hue, between(random, 16, 46), between(random, 66, 88));
}

/** Paints the wall behind the scene, with a pattern and now and then a window or pictures. */
export function paintWall(pen: Pen, random: Random, width: number, height: number): void {
  const paint = wallColour(random);
  const tone = pen.createLinearGradient(0, 0, between(random, -0.3, 0.3) * width, height);
  tone.addColorStop(0, css(shade(paint, 6)));
  tone.addColorStop(1, css(shade(paint, -9)));
  pen.fillStyle = tone;
  pen.fillRect(0, 0, width, height);
  switch (pick(random, ['plain', 'plain', 'stripes', 'dots', 'bricks', 'panels', 'tiles'])) {
    case 'stripes': {
      const stripe = between(random, 14, 46);
      pen.fillStyle = css(shade(paint, chance(random, 0.5) ? 6 : -6), 0.7);
      for (let x = 0; x < width; x += stripe * 2) {
        pen.fillRect(x, 0, stripe, height);
      }
      break;
    }
    case 'dots': {
      const gap = between(random, 20, 44);
      pen.fillStyle = css(shade(paint, chance(random, 0.5) ? 9 : -9), 0.8);
      for (let row = 0; row * gap < height; row++) {
        for (let x = (row % 2) * gap * 0.5; x < width; x += gap) {
          fillEllipse(pen, x, row * gap, gap * 0.09, gap * 0.09);
        }
      }
      break;
    }
    case 'bricks': {
      const brick = between(random, 14, 26);
      for (let row = 0; row * brick < height; row++) {
        for (let x = -(row % 2) * brick * 1.2; x < width; x += brick * 2.4) {
          pen.fillStyle = css(shade(paint, between(random, -10, 4)), 0.8);
          pen.fillRect(x + 1, row * brick + 1, brick * 2.4 - 2, brick - 2);
        }
      }
      break;
    }
    case 'panels':
      aside(pen, () => {
        pen.rotate(Math.PI / 2);
        fillWood(pen, random, paint, { x: 0, y: -width, width: height, height: width }, wholeBetween(random, 6, 12));
      });
      break;
    case 'tiles': {
      const tile = between(random, 24, 50);
      pen.strokeStyle = css(shade(paint, -10), 0.8);
      pen.lineWidth = 1.5;
      for (let x = 0; x < width; x += tile) {
        for (let y = 0; y < height; y += tile) {
          pen.strokeRect(x, y, tile, tile);
        }
      }
      break;
    }
  }
  if (chance(random, 0.3)) {
    paintWindow(pen, random, width, height);
  } else if (chance(random, 0.45)) {
    paintPictures(pen, random, width, height);
  }
}

function paintWindow(pen: Pen, random: Random, width: number, height: number): void {
  const w = width * between(random, 0.3, 0.6);
  const h = height * between(random, 0.4, 0.7);
  const x = between(random, 0, width - w);
  const y = height * between(random, -0.1, 0.12);
  const sky = pen.createLinearGradient(0, y, 0, y + h);
  const [high, low] = pick(random, [
    [colour(205, 70, 68), colour(195, 60, 90)],
    [colour(250, 40, 48), colour(22, 80, 72)],
    [colour(225, 45, 16), colour(235, 35, 34)],
  ] as const);
  sky.addColorStop(0, css(high));
  sky.addColorStop(1, css(low));
  pen.fillStyle = sky;
  pen.fillRect(x, y, w, h);
  pen.fillStyle = css(colour(between(random, 90, 150), 30, between(random, 26, 50)), 0.85);
  pen.beginPath();
  pen.moveTo(x, y + h);
  for (let step = 0; step <= 8; step++) {
    pen.lineTo(x + (w * step) / 8, y + h * between(random, 0.68, 0.84));
  }
  pen.lineTo(x + w, y + h);
  pen.fill();
  pen.strokeStyle = css(colour(40, 15, between(random, 70, 94)));
  pen.lineWidth = 8;
  pen.strokeRect(x, y, w, h);
  pen.lineWidth = 4;
  pen.beginPath();
  pen.moveTo(x + w / 2, y);
  pen.lineTo(x + w / 2, y + h);
  pen.moveTo(x, y + h / 2);
  pen.lineTo(x + w, y + h / 2);
  pen.stroke();
}

/** Framed pictures: rectangles with a wide mount, which a careless detector takes for books. */
function paintPictures(pen: Pen, random: Random, width: number, height: number): void {
  for (let count = wholeBetween(random, 1, 3); count > 0; count--) {
    const w = width * between(random, 0.1, 0.24);
    const h = w * between(random, 0.7, 1.4);
    const x = between(random, 0.02, 0.95) * (width - w);
    const y = between(random, 0.02, 0.4) * height;
    pen.fillStyle = 'rgba(20,10,30,0.25)';
    pen.fillRect(x + 3, y + 4, w, h);
    pen.fillStyle = css(colour(28, 30, between(random, 18, 70)));
    pen.fillRect(x, y, w, h);
    pen.fillStyle = css(colour(45, 25, 94));
    pen.fillRect(x + w * 0.06, y + w * 0.06, w * 0.88, h - w * 0.12);
    aside(pen, () => {
      pen.beginPath();
      pen.rect(x + w * 0.2, y + w * 0.2, w * 0.6, h - w * 0.4);
      pen.clip();
      pen.fillStyle = css(shade(paintColour(random), 20));
      pen.fillRect(x, y, w, h);
      pen.fillStyle = css(paintColour(random));
      fillEllipse(pen, x + w * 0.4, y + h * 0.85, w * 0.4, h * 0.3);
      pen.fillStyle = css(paintColour(random));
      fillEllipse(pen, x + w * 0.8, y + h * 0.9, w * 0.4, h * 0.35);
    });
  }
}
