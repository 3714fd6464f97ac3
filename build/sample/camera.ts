import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { between, chance, type Random } from './random.ts';
import type { Pen } from './sprite.ts';

/** What a camera adds: a little softness, exposure, white balance and grain. Returns the finished picture. */
export function takePhoto(picture: Canvas, random: Random): Canvas {
  const { width, height } = picture;
  const photo = createCanvas(width, height);
  const pen = photo.getContext('2d');
  if (chance(random, 0.4)) {
    pen.filter = `blur(${between(random, 0.3, 1.1).toFixed(2)}px)`;
  }
  pen.drawImage(picture, 0, 0);
  pen.filter = 'none';
  addGrain(pen, random, width, height);
  return photo;
}

function addGrain(pen: Pen, random: Random, width: number, height: number): void {
  const exposure = between(random, 0.92, 1.2);
  const contrast = between(random, 0.86, 1.14);
  const warmth = between(random, -0.06, 0.06);
  const gains = [1 + warmth, 1, 1 - warmth] as const;
  const grain = random() ** 2 * 6;
  const image = pen.getImageData(0, 0, width, height);
  const { data } = image;
  for (let index = 0; index < data.length; index += 4) {
    // The sum of three even numbers is close enough to a bell curve.
    const noise = (random() + random() + random() - 1.5) * 2 * grain;
    for (let channel = 0; channel < 3; channel++) {
      const value = (data[index + channel] ?? 0) * (gains[channel] ?? 1) * exposure;
      data[index + channel] = Math.round((value - 128) * contrast + 128 + noise);
    }
  }
  pen.putImageData(image, 0, 0);
}
