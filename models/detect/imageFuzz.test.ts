import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { seededRandom } from '../random.ts';
import { animatedAvif, arithmeticJpeg, cmykJpeg, turnedAvif } from '../testing/fixturePictures.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tiffPicture } from '../testing/imageFiles.ts';
import { decodeImage } from './image.ts';

const folder = temporaryFolder();
const casesPerFile = Number(process.env.BOXWRIGHT_FUZZ_CASES ?? 60);

function makePicture(): Transformer {
  const random = seededRandom(3);
  const pixels = Uint8Array.from({ length: 4 * 24 * 17 }, () => Math.floor(256 * random()));
  return Transformer.fromRgbaPixels(pixels, 24, 17);
}

const files: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['jpg', async () => createCanvas(24, 17).toBuffer('image/jpeg')],
  ['cmyk.jpg', async () => cmykJpeg],
  ['arithmetic.jpg', async () => arithmeticJpeg],
  ['png', () => makePicture().png()],
  ['lossy.webp', () => makePicture().webp()],
  ['lossless.webp', () => makePicture().webpLossless()],
  ['bmp', () => makePicture().bmp()],
  ['gif', async () => createCanvas(24, 17).toBuffer('image/gif')],
  ['tiff', async () => tiffPicture({ width: 24, height: 17, bits: [8, 8, 8] }, new Uint8Array(24 * 17 * 3))],
  ['avif', async () => turnedAvif],
  ['film.avif', async () => animatedAvif],
];

/** A copy with a few bits, bytes or stretches changed or its end cut off; most changes hit the header. */
function mutate(file: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(file);
  const below = (limit: number) => Math.floor(limit * random());
  for (let change = 1 + below(5); change > 0; change -= 1) {
    const at = below(random() < 0.7 ? Math.min(200, copy.length) : copy.length);
    const kind = below(4);
    if (kind === 0) copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
    else if (kind === 1) copy[at] = below(256);
    else if (kind === 2) copy.subarray(at, at + 1 + below(4)).fill(255 * below(2));
    else copy.copyWithin(at, below(copy.length), below(copy.length));
  }
  return random() < 0.1 ? copy.subarray(0, below(copy.length)) : copy;
}

describe('damaged pictures', () => {
  it.each(files)('%s: each gives a whole picture or one clear error', { timeout: 120_000 }, async (name, make) => {
    const file = await make();
    const random = seededRandom(7);
    const path = join(folder, name);
    for (let index = 0; index < casesPerFile; index += 1) {
      await writeFile(path, mutate(file, random));
      const started = performance.now();
      const outcome = await decodeImage(path).then(
        ({ rgba, width, height }) => (rgba.length === 4 * width * height ? 'whole' : 'in part'),
        (error: unknown) => (error instanceof StudioError && error.message.includes(path) ? error.code : error),
      );
      expect(['whole', 'image-unreadable'], `case ${index}`).toContain(outcome);
      expect(performance.now() - started, `case ${index}`).toBeLessThan(5000);
    }
  });
});
