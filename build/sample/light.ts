import { colour, css } from './colour.ts';
import { between, chance, pick, type Random } from './random.ts';
import { aside, type Pen } from './sprite.ts';

/** Lays the light of a time of day over a drawn picture: a tint that darkens, then a glow that brightens. */
export function applyLight(pen: Pen, random: Random, width: number, height: number): void {
  const mood = pick(random, ['day', 'day', 'day', 'morning', 'dusk', 'lamp', 'night', 'flat']);
  const sunX = between(random, -0.1, 1.1) * width;
  const sunY = between(random, -0.2, 0.4) * height;
  switch (mood) {
    case 'day':
      tint(pen, width, height, colour(210, 25, 96), colour(230, 25, between(random, 78, 92)));
      glow(pen, width, height, sunX, sunY, colour(48, 90, 80), 0.28);
      break;
    case 'morning':
      tint(pen, width, height, colour(36, 70, 92), colour(18, 45, 80));
      glow(pen, width, height, sunX, sunY, colour(38, 95, 70), 0.42);
      break;
    case 'dusk':
      tint(pen, width, height, colour(268, 50, 80), colour(18, 65, 76));
      glow(pen, width, height, sunX, sunY, colour(14, 90, 62), 0.3);
      break;
    case 'lamp':
      tint(pen, width, height, colour(30, 60, 80), colour(255, 35, 60));
      glow(pen, width, height, between(random, 0.2, 0.8) * width, sunY, colour(38, 95, 66), 0.55);
      break;
    case 'night':
      tint(pen, width, height, colour(224, 50, 72), colour(240, 40, 60));
      glow(pen, width, height, sunX, sunY, colour(200, 60, 66), 0.25);
      break;
    case 'flat':
      break;
  }
  if (chance(random, 0.12) && mood !== 'night') {
    shaft(pen, random, width, height);
  }
  const vignette = pen.createRadialGradient(
    width / 2,
    height / 2,
    height * 0.35,
    width / 2,
    height / 2,
    Math.hypot(width, height) * 0.58,
  );
  vignette.addColorStop(0, 'rgba(12,6,28,0)');
  vignette.addColorStop(1, `rgba(12,6,28,${between(random, 0.08, 0.4).toFixed(3)})`);
  pen.fillStyle = vignette;
  pen.fillRect(0, 0, width, height);
}

type Tone = ReturnType<typeof colour>;

function tint(pen: Pen, width: number, height: number, high: Tone, low: Tone): void {
  aside(pen, () => {
    pen.globalCompositeOperation = 'multiply';
    const tone = pen.createLinearGradient(0, 0, width * 0.4, height);
    tone.addColorStop(0, css(high));
    tone.addColorStop(1, css(low));
    pen.fillStyle = tone;
    pen.fillRect(0, 0, width, height);
  });
}

function glow(pen: Pen, width: number, height: number, x: number, y: number, tone: Tone, strength: number): void {
  aside(pen, () => {
    pen.globalCompositeOperation = 'screen';
    const light = pen.createRadialGradient(x, y, 0, x, y, Math.max(width, height) * 0.85);
    light.addColorStop(0, css(tone, strength));
    light.addColorStop(0.5, css(tone, strength * 0.3));
    light.addColorStop(1, css(tone, 0));
    pen.fillStyle = light;
    pen.fillRect(0, 0, width, height);
  });
}

/** A slanting patch of sun through a window with bars. */
function shaft(pen: Pen, random: Random, width: number, height: number): void {
  const x = between(random, 0, 0.7) * width;
  const pane = width * between(random, 0.08, 0.16);
  const lean = between(random, -0.6, 0.6) * width;
  aside(pen, () => {
    pen.globalCompositeOperation = 'soft-light';
    pen.fillStyle = css(colour(46, 95, 82), 0.6);
    for (const start of [x, x + pane * 1.15]) {
      pen.beginPath();
      pen.moveTo(start, 0);
      pen.lineTo(start + pane, 0);
      pen.lineTo(start + pane + lean, height);
      pen.lineTo(start + lean, height);
      pen.fill();
    }
  });
}
