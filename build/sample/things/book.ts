import { accentColour, type Colour, colour, css, paintColour, shade } from '../colour.ts';
import { between, chance, pick, type Random, wholeBetween } from '../random.ts';
import { fillEllipse, type LightSide, type Pen, type Sprite } from '../sprite.ts';

export type BookPose = 'cover' | 'spine' | 'flat' | 'open';

interface Binding {
  readonly cloth: Colour;
  readonly accent: Colour;
  readonly paper: Colour;
  readonly light: LightSide;
}

/** A book in one of four poses. `size` is its longer side in pixels. */
export function book(random: Random, size: number, light: LightSide, pose: BookPose): Sprite {
  const cloth = paintColour(random);
  const binding = { cloth, accent: accentColour(random, cloth), paper: colour(42, 38, between(random, 84, 93)), light };
  switch (pose) {
    case 'cover':
      return cover(random, size, binding);
    case 'spine':
      return spine(random, size, binding);
    case 'flat':
      return flat(random, size, binding);
    case 'open':
      return open(random, size, binding);
  }
}

function cover(random: Random, height: number, { cloth, accent, paper, light }: Binding): Sprite {
  const width = height * between(random, 0.64, 0.78);
  const depth = height * between(random, 0.06, 0.12);
  const emblem = pick(random, ['disc', 'hills', 'bands', 'frame', 'leaf']);
  const titleTop = chance(random, 0.5);
  const draw = (pen: Pen): void => {
    const left = -width / 2;
    // The block of pages shows on the right of the cover, the back cover behind it.
    pen.fillStyle = css(shade(cloth, -16));
    pen.fillRect(left + depth * 0.4, -height, width + depth * 0.7, height * 0.985);
    pen.fillStyle = css(paper);
    pen.fillRect(left + depth * 0.4, -height * 0.985, width + depth * 0.5, height * 0.955);
    pen.strokeStyle = css(shade(paper, -18), 0.7);
    pen.lineWidth = Math.max(0.5, depth * 0.07);
    for (let line = 1; line < 5; line++) {
      const x = left + width + (depth * 0.9 * line) / 5;
      pen.beginPath();
      pen.moveTo(x, -height * 0.98);
      pen.lineTo(x, -height * 0.03);
      pen.stroke();
    }
    const face = pen.createLinearGradient(left, -height, left + width, 0);
    face.addColorStop(0, css(shade(cloth, light === -1 ? 9 : -5)));
    face.addColorStop(1, css(shade(cloth, light === -1 ? -8 : 6)));
    pen.fillStyle = face;
    pen.fillRect(left, -height, width, height);
    pen.fillStyle = css(shade(cloth, -14), 0.7);
    pen.fillRect(left + width * 0.07, -height, width * 0.025, height);

    pen.fillStyle = css(accent);
    pen.strokeStyle = css(accent);
    const title = titleTop ? -height * 0.86 : -height * 0.3;
    pen.fillRect(left + width * 0.2, title, width * 0.66, height * 0.06);
    pen.fillRect(left + width * 0.3, title + height * 0.1, width * 0.46, height * 0.035);
    const middle = titleTop ? -height * 0.38 : -height * 0.64;
    drawEmblem(pen, emblem, left + width * 0.53, middle, width * 0.27);
  };
  return { width: width + depth, height, reach: height * 0.72, draw };
}

function drawEmblem(pen: Pen, emblem: string, x: number, y: number, radius: number): void {
  if (emblem === 'disc') {
    fillEllipse(pen, x, y, radius, radius);
  } else if (emblem === 'hills') {
    pen.beginPath();
    pen.moveTo(x - radius * 1.2, y + radius);
    pen.lineTo(x - radius * 0.3, y - radius * 0.7);
    pen.lineTo(x + radius * 0.2, y + radius * 0.1);
    pen.lineTo(x + radius * 0.5, y - radius * 0.3);
    pen.lineTo(x + radius * 1.2, y + radius);
    pen.fill();
  } else if (emblem === 'bands') {
    for (let band = -1; band <= 1; band++) {
      pen.fillRect(x - radius, y + band * radius * 0.6, radius * 2, radius * 0.28);
    }
  } else if (emblem === 'frame') {
    pen.lineWidth = radius * 0.14;
    pen.strokeRect(x - radius, y - radius, radius * 2, radius * 2);
    fillEllipse(pen, x, y, radius * 0.35, radius * 0.55);
  } else {
    pen.beginPath();
    pen.moveTo(x, y + radius * 1.1);
    pen.quadraticCurveTo(x - radius * 1.2, y, x, y - radius * 1.1);
    pen.quadraticCurveTo(x + radius * 1.2, y, x, y + radius * 1.1);
    pen.fill();
  }
}

function spine(random: Random, height: number, { cloth, accent, light }: Binding): Sprite {
  const width = height * between(random, 0.15, 0.27);
  const bands = wholeBetween(random, 1, 3);
  const label = chance(random, 0.6);
  const draw = (pen: Pen): void => {
    const round = pen.createLinearGradient(-width / 2, 0, width / 2, 0);
    round.addColorStop(0, css(shade(cloth, light === -1 ? -4 : -18)));
    round.addColorStop(0.4, css(shade(cloth, 10)));
    round.addColorStop(1, css(shade(cloth, light === -1 ? -18 : -4)));
    pen.fillStyle = round;
    pen.beginPath();
    pen.roundRect(-width / 2, -height, width, height, width * 0.12);
    pen.fill();
    pen.fillStyle = css(accent);
    for (let band = 0; band < bands; band++) {
      pen.fillRect(-width / 2, -height * (0.95 - band * 0.05), width, height * 0.022);
      pen.fillRect(-width / 2, -height * (0.07 + band * 0.05), width, height * 0.022);
    }
    if (label) {
      pen.fillRect(-width * 0.26, -height * 0.74, width * 0.52, height * 0.42);
      pen.fillStyle = css(cloth);
      pen.fillRect(-width * 0.06, -height * 0.7, width * 0.12, height * 0.34);
    } else {
      pen.fillRect(-width * 0.12, -height * 0.74, width * 0.24, height * 0.44);
    }
  };
  return { width, height, reach: height * 0.54, draw };
}

function flat(random: Random, width: number, { cloth, accent, paper, light }: Binding): Sprite {
  const height = width * between(random, 0.17, 0.27);
  const side = chance(random, 0.5) ? 1 : -1;
  const board = height * 0.13;
  const top = width * between(random, 0.02, 0.09);
  const total = height + top;
  const draw = (pen: Pen): void => {
    pen.scale(side, 1);
    pen.fillStyle = css(shade(cloth, 8));
    pen.beginPath();
    pen.moveTo(-width / 2, -height);
    pen.lineTo(-width / 2 + top, -total);
    pen.lineTo(width / 2 - top, -total);
    pen.lineTo(width / 2, -height);
    pen.fill();
    pen.fillStyle = css(accent, 0.85);
    pen.fillRect(-width * 0.2, -height - top * 0.65, width * 0.4, top * 0.3);
    pen.fillStyle = css(paper);
    pen.fillRect(-width * 0.46, -height * 0.9, width * 0.94, height * 0.8);
    pen.strokeStyle = css(shade(paper, -20), 0.8);
    pen.lineWidth = Math.max(0.4, height * 0.03);
    for (let line = 1; line < 6; line++) {
      const y = -height * 0.88 + (height * 0.78 * line) / 6;
      pen.beginPath();
      pen.moveTo(-width * 0.46, y);
      pen.lineTo(width * 0.48, y);
      pen.stroke();
    }
    const shadow = pen.createLinearGradient(-width / 2, 0, width / 2, 0);
    shadow.addColorStop(light * side === 1 ? 0 : 1, 'rgba(20,10,30,0.3)');
    shadow.addColorStop(light * side === 1 ? 1 : 0, 'rgba(20,10,30,0)');
    pen.fillStyle = shadow;
    pen.fillRect(-width * 0.46, -height * 0.9, width * 0.94, height * 0.8);
    pen.fillStyle = css(cloth);
    pen.fillRect(-width / 2, -height, width, board);
    pen.fillRect(-width / 2, -board, width, board);
    pen.beginPath();
    pen.roundRect(-width / 2, -height, width * 0.09, height, height * 0.22);
    pen.fill();
    pen.fillStyle = css(accent);
    pen.fillRect(-width / 2, -height * 0.66, width * 0.09, height * 0.14);
  };
  return { width, height: total, reach: width * 0.56, draw };
}

function open(random: Random, width: number, { cloth, accent, paper, light }: Binding): Sprite {
  const height = width * between(random, 0.36, 0.58);
  const lines = wholeBetween(random, 5, 8);
  const picture = chance(random, 0.4);
  const draw = (pen: Pen): void => {
    const splay = width * 0.05;
    pen.fillStyle = css(cloth);
    pen.beginPath();
    pen.moveTo(-width / 2, 0);
    pen.lineTo(-width / 2 + splay, -height * 0.95);
    pen.lineTo(width / 2 - splay, -height * 0.95);
    pen.lineTo(width / 2, 0);
    pen.fill();
    for (const side of [-1, 1]) {
      const page = pen.createLinearGradient(0, 0, (side * width) / 2, 0);
      page.addColorStop(0, css(shade(paper, -26)));
      page.addColorStop(0.18, css(shade(paper, side === light ? 4 : -2)));
      page.addColorStop(1, css(shade(paper, side === light ? 2 : -9)));
      pen.fillStyle = page;
      pen.beginPath();
      pen.moveTo(0, -height * 0.04);
      pen.quadraticCurveTo(side * width * 0.22, -height * 0.16, side * width * 0.475, -height * 0.05);
      pen.lineTo(side * (width * 0.475 - splay * 0.9), -height * 0.98);
      pen.quadraticCurveTo(side * width * 0.2, -height * 1.06, 0, -height * 0.93);
      pen.fill();
      if (picture && side === 1) {
        pen.fillStyle = css(accent, 0.85);
        pen.fillRect(width * 0.1, -height * 0.84, width * 0.27, height * 0.36);
      }
      pen.strokeStyle = css(colour(30, 12, 42), 0.75);
      pen.lineWidth = Math.max(0.5, height * 0.022);
      for (let line = 0; line < lines; line++) {
        const y = -height * (0.84 - (0.64 * line) / lines);
        if (picture && side === 1 && y < -height * 0.45) {
          continue;
        }
        pen.beginPath();
        pen.moveTo(side * width * 0.07, y);
        pen.quadraticCurveTo(side * width * 0.2, y - height * 0.05, side * width * 0.4, y);
        pen.stroke();
      }
    }
  };
  return { width, height, reach: width * 0.6, draw };
}
