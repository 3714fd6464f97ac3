import { type Colour, css, shade } from './colour.ts';
import { between, type Random, wholeBetween } from './random.ts';
import { aside, type Pen } from './sprite.ts';

/** Fills a rectangle with boards of wood grain, running from left to right. */
export function fillWood(
  pen: Pen,
  random: Random,
  wood: Colour,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  boards: number,
): void {
  const { x, y, width, height } = area;
  aside(pen, () => {
    pen.beginPath();
    pen.rect(x, y, width, height);
    pen.clip();
    for (let board = 0; board < boards; board++) {
      // Boards near the viewer look broader than those at the back.
      const from = y + height * (board / boards) ** 1.5;
      const to = y + height * ((board + 1) / boards) ** 1.5;
      pen.fillStyle = css(shade(wood, between(random, -4, 4)));
      pen.fillRect(x, from, width, to - from + 1);
      const lines = wholeBetween(random, 3, 7);
      for (let line = 0; line < lines; line++) {
        const level = between(random, from, to);
        const swing = between(random, 0, (to - from) * 0.12);
        const phase = between(random, 0, 6);
        pen.strokeStyle = css(shade(wood, between(random, -14, 9)), between(random, 0.15, 0.5));
        pen.lineWidth = between(random, 0.6, 2.2);
        pen.beginPath();
        for (let step = 0; step <= 12; step++) {
          pen.lineTo(x + (width * step) / 12, level + Math.sin(step * 0.7 + phase) * swing);
        }
        pen.stroke();
      }
      pen.fillStyle = css(shade(wood, -22), 0.55);
      pen.fillRect(x, to - 1, width, 1.2);
    }
  });
}
