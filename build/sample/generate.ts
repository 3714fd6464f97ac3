import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Canvas } from '@napi-rs/canvas';
import { z } from 'zod';
import { writeLabels } from './labels.ts';
import { pictureSeed } from './random.ts';
import { renderPicture } from './render.ts';
import { classNames } from './scene.ts';

/** The picture as a JPEG no larger than `maxBytes`, at the best of a few qualities that allows it. */
export function encodePicture(canvas: Canvas, maxBytes: number): Buffer {
  let file = canvas.toBuffer('image/jpeg', 90);
  for (const quality of [84, 78, 70, 66, 62, 58, 54, 50]) {
    if (file.length <= maxBytes) {
      break;
    }
    file = canvas.toBuffer('image/jpeg', quality);
  }
  return file;
}

/** Writes `count` pictures and their label files under `folder` as images/<split> and labels/<split>. */
function generateSet(
  folder: string,
  split: string,
  count: number,
  seed: number,
  maxBytes: number,
): Map<string, number> {
  const images = join(folder, 'images', split);
  const labels = join(folder, 'labels', split);
  mkdirSync(images, { recursive: true });
  mkdirSync(labels, { recursive: true });
  const counts = new Map<string, number>(classNames.map((name) => [name, 0]));
  for (let index = 0; index < count; index++) {
    const { canvas, objects } = renderPicture(pictureSeed(seed, index));
    const name = `room-${String(index + 1).padStart(4, '0')}`;
    writeFileSync(join(images, `${name}.jpg`), encodePicture(canvas, maxBytes));
    writeFileSync(join(labels, `${name}.txt`), writeLabels(objects, canvas.width, canvas.height));
    for (const { className } of objects) {
      counts.set(className, (counts.get(className) ?? 0) + 1);
    }
  }
  return counts;
}

const numbers = z.object({
  count: z.coerce.number().int().min(1).max(100_000),
  seed: z.coerce.number().int().min(0).max(0xffffffff),
  'max-bytes': z.coerce.number().int().min(1000),
});

/** The command: --out FOLDER [--split val] [--count 24] [--seed 1] [--max-bytes 60000]. */
export function main(argv: readonly string[]): void {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      out: { type: 'string' },
      split: { type: 'string', default: 'val' },
      count: { type: 'string', default: '24' },
      seed: { type: 'string', default: '1' },
      'max-bytes': { type: 'string', default: '60000' },
    },
  });
  if (values.out === undefined) {
    throw new Error('Say where to write the pictures: --out FOLDER');
  }
  const { count, seed, 'max-bytes': maxBytes } = numbers.parse(values);
  const counts = generateSet(values.out, values.split, count, seed, maxBytes);
  console.log(
    `${count} pictures in ${values.out}: ${[...counts].map(([name, objects]) => `${objects} ${name}`).join(', ')}`,
  );
}
