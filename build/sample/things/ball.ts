import { accentColour, colour, css, paintColour, shade } from '../colour.ts';
import { between, pick, type Random } from '../random.ts';
import { aside, fillEllipse, type LightSide, type Pen, type Sprite } from '../sprite.ts';

const kinds = ['beach', 'beach', 'football', 'basketball', 'tennis', 'rubber', 'star'] as const;

/** A ball of one of several sports. `size` is its diameter in pixels. */
export function ball(random: Random, size: number, light: LightSide): Sprite {
  const radius = size / 2;
  const kind = pick(random, kinds);
  const paint = paintColour(random);
  const accent = accentColour(random, paint);
  const third = paintColour(random);
  const turn = between(random, 0, Math.PI * 2);

  const surface = (pen: Pen): void => {
    switch (kind) {
      case 'beach': {
        const wedges = [
          css(paint),
          css(colour(40, 25, 95)),
          css(accent),
          css(colour(40, 25, 95)),
          css(third),
          css(colour(40, 25, 95)),
        ];
        const poleX = radius * 0.22;
        wedges.forEach((fill, index) => {
          const from = (index * Math.PI) / 3;
          pen.fillStyle = fill;
          pen.beginPath();
          pen.moveTo(poleX, 0);
          pen.arc(0, 0, radius * 1.5, from, from + Math.PI / 3 + 0.02);
          pen.closePath();
          pen.fill();
        });
        pen.fillStyle = css(colour(40, 25, 95));
        fillEllipse(pen, poleX, 0, radius * 0.16, radius * 0.16);
        return;
      }
      case 'football': {
        pen.fillStyle = css(colour(210, 8, 94));
        pen.fillRect(-radius, -radius, size, size);
        pen.fillStyle = css(colour(220, 20, 15));
        pen.strokeStyle = css(colour(220, 12, 55));
        pen.lineWidth = radius * 0.04;
        pentagon(pen, 0, 0, radius * 0.34, 0);
        for (let arm = 0; arm < 5; arm++) {
          const angle = (arm * Math.PI * 2) / 5;
          pen.beginPath();
          pen.moveTo(Math.cos(angle) * radius * 0.34, Math.sin(angle) * radius * 0.34);
          pen.lineTo(Math.cos(angle) * radius * 0.7, Math.sin(angle) * radius * 0.7);
          pen.stroke();
          pentagon(
            pen,
            Math.cos(angle) * radius * 0.94,
            Math.sin(angle) * radius * 0.94,
            radius * 0.3,
            angle + Math.PI,
          );
        }
        return;
      }
      case 'basketball':
        pen.fillStyle = css(colour(22, 78, 50));
        pen.fillRect(-radius, -radius, size, size);
        pen.strokeStyle = css(colour(20, 40, 14));
        pen.lineWidth = radius * 0.07;
        for (const bend of [0, 0.62]) {
          for (const side of [-1, 1]) {
            pen.beginPath();
            pen.ellipse(
              side * radius * bend * 1.45,
              0,
              radius * (bend === 0 ? 0.02 : 0.85),
              radius * 1.02,
              0,
              0,
              Math.PI * 2,
            );
            pen.stroke();
          }
        }
        pen.beginPath();
        pen.moveTo(-radius, 0);
        pen.lineTo(radius, 0);
        pen.stroke();
        return;
      case 'tennis':
        pen.fillStyle = css(colour(68, 78, 56));
        pen.fillRect(-radius, -radius, size, size);
        pen.strokeStyle = css(colour(60, 30, 94));
        pen.lineWidth = radius * 0.12;
        for (const side of [-1, 1]) {
          pen.beginPath();
          pen.arc(side * radius * 1.25, 0, radius * 0.95, 0, Math.PI * 2);
          pen.stroke();
        }
        return;
      case 'rubber':
        pen.fillStyle = css(paint);
        pen.fillRect(-radius, -radius, size, size);
        pen.fillStyle = css(accent);
        pen.fillRect(-radius, -radius * 0.24, size, radius * 0.48);
        pen.fillStyle = css(colour(40, 20, 94));
        pen.fillRect(-radius, -radius * 0.34, size, radius * 0.1);
        pen.fillRect(-radius, radius * 0.24, size, radius * 0.1);
        return;
      case 'star':
        pen.fillStyle = css(paint);
        pen.fillRect(-radius, -radius, size, size);
        pen.fillStyle = css(accent);
        pen.beginPath();
        for (let point = 0; point < 10; point++) {
          const length = radius * (point % 2 === 0 ? 0.68 : 0.3);
          pen.lineTo(Math.cos((point * Math.PI) / 5) * length, Math.sin((point * Math.PI) / 5) * length);
        }
        pen.fill();
        return;
    }
  };

  const draw = (pen: Pen): void => {
    pen.translate(0, -radius);
    pen.beginPath();
    pen.arc(0, 0, radius, 0, Math.PI * 2);
    pen.fillStyle = css(shade(paint, -10));
    pen.fill();
    aside(pen, () => {
      pen.clip();
      aside(pen, () => {
        pen.rotate(turn);
        surface(pen);
      });
      const roundness = pen.createRadialGradient(
        light * radius * 0.35,
        -radius * 0.4,
        radius * 0.1,
        0,
        0,
        radius * 1.05,
      );
      roundness.addColorStop(0, 'rgba(255,255,255,0.35)');
      roundness.addColorStop(0.35, 'rgba(255,255,255,0)');
      roundness.addColorStop(0.65, 'rgba(10,5,40,0.08)');
      roundness.addColorStop(1, 'rgba(10,5,40,0.58)');
      pen.fillStyle = roundness;
      pen.fillRect(-radius, -radius, size, size);
      pen.fillStyle = 'rgba(255,255,255,0.55)';
      if (kind !== 'tennis' && kind !== 'basketball') {
        fillEllipse(pen, light * radius * 0.38, -radius * 0.46, radius * 0.13, radius * 0.09);
      }
    });
  };

  return { width: size, height: size, reach: radius * 1.04, draw };
}

function pentagon(pen: Pen, x: number, y: number, radius: number, turn: number): void {
  pen.beginPath();
  for (let corner = 0; corner < 5; corner++) {
    const angle = turn + (corner * Math.PI * 2) / 5;
    pen.lineTo(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
  }
  pen.closePath();
  pen.fill();
}
