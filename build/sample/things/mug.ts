import { accentColour, type Colour, colour, css, paintColour, shade } from '../colour.ts';
import { between, chance, pick, type Random, wholeBetween } from '../random.ts';
import { aside, fillEllipse, type LightSide, type Pen, type Sprite } from '../sprite.ts';

const patterns = ['plain', 'plain', 'stripes', 'dots', 'dipped', 'heart', 'waves', 'checks'] as const;
const drinks: readonly [Colour, ...Colour[]] = [
  colour(22, 50, 16),
  colour(28, 45, 34),
  colour(30, 75, 40),
  colour(95, 35, 48),
  colour(35, 30, 78),
];

/** A mug with a handle, seen from slightly above. `size` is its height in pixels. */
export function mug(random: Random, size: number, light: LightSide): Sprite {
  const height = size;
  const width = size * between(random, 0.72, 1.0);
  const foot = width * between(random, 0.78, 1.0);
  const rim = width * between(random, 0.12, 0.19);
  const side = chance(random, 0.5) ? 1 : -1;
  const body = paintColour(random);
  const accent = accentColour(random, body);
  const pattern = pick(random, patterns);
  const drink = pick(random, drinks);
  const count = wholeBetween(random, 3, 6);
  const grip = between(random, 0.2, 0.28);
  const thickness = height * between(random, 0.075, 0.11);

  const outline = (pen: Pen): void => {
    const top = -height + rim;
    const bottom = -rim * 0.6;
    pen.beginPath();
    pen.moveTo(-width / 2, top);
    pen.bezierCurveTo(-width / 2, -height * 0.4, -foot / 2, -height * 0.3, -foot / 2, bottom);
    pen.bezierCurveTo(-foot / 2, rim * 0.2, foot / 2, rim * 0.2, foot / 2, bottom);
    pen.bezierCurveTo(foot / 2, -height * 0.3, width / 2, -height * 0.4, width / 2, top);
    pen.ellipse(0, top, width / 2, rim, 0, 0, Math.PI, true);
    pen.closePath();
  };

  const draw = (pen: Pen): void => {
    pen.lineWidth = thickness;
    pen.strokeStyle = css(shade(body, side === light ? 2 : -14));
    pen.beginPath();
    pen.ellipse(side * width * 0.47, -height * 0.5, width * grip, height * 0.24, 0, 0, Math.PI * 2);
    pen.stroke();
    pen.lineWidth = thickness * 0.3;
    pen.strokeStyle = css(shade(body, 20), 0.6);
    pen.beginPath();
    pen.ellipse(side * width * 0.47, -height * 0.5, width * grip, height * 0.24, 0, -2.2, -0.6);
    pen.stroke();

    outline(pen);
    pen.fillStyle = css(body);
    pen.fill();
    aside(pen, () => {
      outline(pen);
      pen.clip();
      decorate(pen);
      const sheen = pen.createLinearGradient((light * width) / 2, 0, (-light * width) / 2, 0);
      sheen.addColorStop(0, 'rgba(255,255,255,0.06)');
      sheen.addColorStop(0.22, 'rgba(255,255,255,0.38)');
      sheen.addColorStop(0.4, 'rgba(255,255,255,0.02)');
      sheen.addColorStop(1, 'rgba(10,5,30,0.42)');
      pen.fillStyle = sheen;
      pen.fillRect(-width, -height, width * 2, height * 1.2);
    });

    pen.fillStyle = css(shade(body, 14));
    fillEllipse(pen, 0, -height + rim, width / 2, rim);
    const inside = pen.createLinearGradient(-width / 2, 0, width / 2, 0);
    inside.addColorStop(light === 1 ? 0 : 1, css(shade(body, 4)));
    inside.addColorStop(light === 1 ? 1 : 0, css(shade(body, -24)));
    pen.fillStyle = inside;
    fillEllipse(pen, 0, -height + rim, width * 0.45, rim * 0.82);
    pen.fillStyle = css(drink);
    fillEllipse(pen, 0, -height + rim * 1.14, width * 0.41, rim * 0.66);
    pen.fillStyle = css(shade(drink, 22), 0.5);
    fillEllipse(pen, light * width * 0.14, -height + rim * 1.1, width * 0.15, rim * 0.24);
  };

  const decorate = (pen: Pen): void => {
    pen.fillStyle = css(accent);
    pen.strokeStyle = css(accent);
    switch (pattern) {
      case 'plain':
        return;
      case 'stripes':
        for (let band = 0; band < count; band++) {
          pen.lineWidth = (height * 0.34) / count;
          pen.beginPath();
          pen.ellipse(0, -height * (0.14 + (0.66 * band) / count), width * 0.56, rim * 0.9, 0, 0, Math.PI);
          pen.stroke();
        }
        return;
      case 'dots':
        for (let row = 0; row < 5; row++) {
          for (let column = -4; column <= 4; column++) {
            const x = (column + (row % 2) / 2) * width * 0.2;
            fillEllipse(pen, x, -height * (0.1 + row * 0.17), width * 0.05, width * 0.05);
          }
        }
        return;
      case 'dipped':
        pen.fillRect(-width, -height * 0.45, width * 2, height);
        return;
      case 'heart': {
        const reach = height * 0.17;
        pen.beginPath();
        pen.moveTo(0, -height * 0.26);
        pen.bezierCurveTo(-reach * 2, -height * 0.48, -reach * 0.9, -height * 0.76, 0, -height * 0.56);
        pen.bezierCurveTo(reach * 0.9, -height * 0.76, reach * 2, -height * 0.48, 0, -height * 0.26);
        pen.fill();
        return;
      }
      case 'waves':
        for (let row = 0; row < 3; row++) {
          pen.lineWidth = height * 0.05;
          pen.beginPath();
          for (let step = 0; step <= 24; step++) {
            pen.lineTo(
              -width / 2 + (step * width) / 24,
              -height * (0.22 + row * 0.2) + Math.sin(step * 0.9) * height * 0.04,
            );
          }
          pen.stroke();
        }
        return;
      case 'checks':
        for (let row = 0; row < 5; row++) {
          for (let column = 0; column < 6; column += 1) {
            if ((row + column) % 2 === 0) {
              pen.fillRect(-width / 2 + (column * width) / 6, -height * (0.22 + row * 0.15), width / 6, height * 0.15);
            }
          }
        }
        return;
    }
  };

  return { width: width * (1 + grip), height, reach: size * 1.05, draw };
}
