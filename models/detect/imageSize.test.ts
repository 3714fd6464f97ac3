import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { animatedAvif, arithmeticJpeg, turnedAvif } from '../testing/fixturePictures.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { bmpHeader, pngFile, tiffPicture } from '../testing/imageFiles.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { writePicture } from '../testing/writePicture.ts';
import { decodeImage } from './image.ts';
import { readPictureSize } from './imageSize.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

async function write(name: string, content: Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

describe('the size of a picture', () => {
  it('is that of the decoded picture, whatever the format', async () => {
    const rgba = new Uint8Array(4 * 24 * 16).fill(200);
    const transformer = Transformer.fromRgbaPixels(rgba, 24, 16);
    const line = new Uint8Array(1 + 3 * 5);
    const paths = [
      await writePicture(at('plain.jpg'), 40, 30),
      await write('w.webp', await transformer.webp()),
      await write('t.tiff', tiffPicture({ width: 3, height: 2, bits: [8, 8, 8] }, new Uint8Array(18))),
      await write('p.png', pngFile({ width: 5, height: 1, bits: 8, colorType: 2 }, line)),
      await write('turned.avif', turnedAvif),
      await write('film.avif', animatedAvif),
      await write('arithmetic.jpg', arithmeticJpeg),
    ];
    for (const path of paths) {
      const { width, height } = await decodeImage(path);
      expect([path, await readPictureSize(path)]).toEqual([path, { width, height }]);
    }
  });

  it('is found behind colour profiles of any length, and in a file whose pixels are missing', async () => {
    const plain = await new Transformer(await pngOf(40, 30)).jpeg(90);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0xff, 0xff]), Buffer.alloc(65_533)]);
    const profiled = Buffer.concat([plain.subarray(0, 2), segment, segment, segment, plain.subarray(2)]);
    expect(await readPictureSize(await write('profiled.jpg', profiled))).toEqual({ width: 40, height: 30 });
    expect(await readPictureSize(await write('head.bmp', bmpHeader(7, 9)))).toEqual({ width: 7, height: 9 });
    const wide = Buffer.concat([plain, Buffer.alloc(300_000)]);
    expect(await readPictureSize(await write('padded.jpg', wide))).toEqual({ width: 40, height: 30 });
  });

  it.each([
    ['text.jpg', Buffer.from('no picture'), 'image-unreadable'],
    ['empty.jpg', Buffer.alloc(0), 'image-unreadable'],
  ])('is not to be had from %s', async (name, content, code) => {
    await expect(readPictureSize(await write(name, content))).rejects.toMatchObject({ code });
  });

  it('is not to be had from what is not there or no file', async () => {
    await expect(readPictureSize(at('gone.jpg'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(readPictureSize(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it.skipIf(!hasSharedFolder)('is that of the upright picture', async () => {
    // Every orientation of one photo of 1800 x 1200 pixels.
    for (let orientation = 0; orientation <= 8; orientation += 1) {
      const path = sharedPath('nasty', 'exif', `Landscape_${orientation}.jpg`);
      expect(await readPictureSize(path)).toEqual({ width: 1800, height: 1200 });
    }
  });
});

function pngOf(width: number, height: number): Promise<Buffer> {
  return Transformer.fromRgbaPixels(new Uint8Array(4 * width * height).fill(90), width, height).png();
}
