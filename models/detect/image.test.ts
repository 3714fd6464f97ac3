import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rgbOf } from '../testing/pictures.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { type DecodedImage, decodeImage } from './image.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright pictures é '));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function save(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** 32 x 16: the left half red, the right half blue, and the top left quarter white. */
function paintJpeg(): Buffer {
  const context = createCanvas(32, 16).getContext('2d');
  for (const [colour, x, y, width, height] of [
    ['#ff0000', 0, 0, 16, 16],
    ['#0000ff', 16, 0, 16, 16],
    ['#ffffff', 0, 0, 8, 8],
  ] as const) {
    context.fillStyle = colour;
    context.fillRect(x, y, width, height);
  }
  return context.canvas.toBuffer('image/jpeg', 100);
}

/** Puts an EXIF block with an orientation behind the first marker of a JPEG. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  // APP1 of 34 bytes, "Exif", little-endian TIFF with one entry: tag 0x0112, a short, once, the value.
  const exif = Buffer.from(
    'ffe10022457869660000' + '49492a0008000000' + '0100' + '120103000100000000000000' + '00000000',
    'hex',
  );
  exif.writeUInt16LE(orientation, exif.length - 8);
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}

/** "w", "r", "b" for the colour of a pixel. */
function colourAt({ rgba, width }: DecodedImage, column: number, row: number): string {
  const [red = 0, green = 0, blue = 0] = rgba.subarray(4 * (row * width + column));
  return green > 128 ? 'w' : red > blue ? 'r' : 'b';
}

describe('decoding pictures', () => {
  // Where the white corner is when the picture stands upright, by the EXIF standard: row 0 / column 0 of the stored picture
  // are the sides named there. Each entry: the colours at the corners top left, top right, bottom left, bottom right.
  it.each([
    [1, 'wbrb'],
    [2, 'bwbr'],
    [3, 'brbw'],
    [4, 'rbwb'],
    [5, 'wrbb'],
    [6, 'rwbb'],
    [7, 'bbrw'],
    [8, 'bbwr'],
    [0, 'wbrb'],
    [9, 'wbrb'],
  ])('turns EXIF orientation %i upright', async (orientation, corners) => {
    const path = await save(`orientation ${orientation}.jpg`, withOrientation(paintJpeg(), orientation));
    const image = await decodeImage(path);
    const swapped = orientation >= 5 && orientation <= 8;
    expect([image.width, image.height]).toEqual(swapped ? [16, 32] : [32, 16]);
    const [right, bottom] = [image.width - 2, image.height - 2];
    const found = [
      colourAt(image, 1, 1),
      colourAt(image, right, 1),
      colourAt(image, 1, bottom),
      colourAt(image, right, bottom),
    ];
    expect(found.join('')).toBe(corners);
  });

  it('lays transparent pixels over grey 114', async () => {
    const rgba = Uint8Array.from([200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51, 0, 0, 0, 255]);
    const path = await save('alpha.png', await Transformer.fromRgbaPixels(rgba, 2, 2).png());
    const image = await decodeImage(path);
    // 51/255 is a fifth: 114 + (200 - 114) / 5 = 131.2 and so on.
    expect([...image.rgba]).toEqual([200, 100, 0, 255, 114, 114, 114, 255, 131, 111, 91, 255, 0, 0, 0, 255]);
  });

  it('says in one line what is wrong with a file', async () => {
    const jpeg = paintJpeg();
    const hugeHeader = await Transformer.fromRgbaPixels(new Uint8Array(16), 2, 2).png();
    hugeHeader.writeUInt32BE(20_000, 16);
    hugeHeader.writeUInt32BE(20_000, 20);
    const cases = {
      'empty.jpg': ['', 'is empty'],
      'pointer.jpg': ['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', 'Git LFS pointer'],
      'page.jpg': ['<!DOCTYPE html><html></html>', 'web page'],
      'notes.png': ['hello', 'not a picture in a known format'],
      'cut.jpg': [jpeg.subarray(0, jpeg.length - 100), 'is cut off'],
      'cut.png': [hugeHeader.subarray(0, 40), '20000 x 20000'],
      'huge.png': [hugeHeader, 'more than the limit of 100 megapixels'],
      'broken.webp': [Buffer.from('RIFF\x20\0\0\0WEBPVP8 \0\0\0\0aaaaaaaaaaaaaaaaaaaa', 'latin1'), 'damaged'],
      'photo.heic': [Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'HEIC'],
    } as const;
    for (const [name, [content, message]] of Object.entries(cases)) {
      const path = await save(name, content);
      const failure = decodeImage(path);
      await expect(failure, name).rejects.toMatchObject({ code: 'image-unreadable' });
      await expect(failure, name).rejects.toThrow(message);
      await expect(failure, name).rejects.toThrow(name);
    }
    await expect(decodeImage(join(folder, 'none.jpg'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(decodeImage(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('ignores the colour profile, as the readers of training pictures do', async () => {
    const jpeg = paintJpeg();
    const nonsense = Buffer.concat([
      Buffer.from('ffe2001a', 'hex'),
      Buffer.from('ICC_PROFILE\0\x01\x01nonsense..', 'latin1'),
    ]);
    const plain = await decodeImage(await save('plain.jpg', jpeg));
    const path = await save('profile.jpg', Buffer.concat([jpeg.subarray(0, 2), nonsense, jpeg.subarray(2)]));
    expect(await decodeImage(path)).toEqual(plain);
  });
});

describe.skipIf(!hasSharedFolder)('pictures that break programs', () => {
  it('reads nine differently oriented copies of one photo alike', async () => {
    const reference = await decodeImage(sharedPath('nasty', 'exif', 'Landscape_1.jpg'));
    for (const orientation of [0, 2, 3, 4, 5, 6, 7, 8]) {
      const image = await decodeImage(sharedPath('nasty', 'exif', `Landscape_${orientation}.jpg`));
      expect([image.width, image.height]).toEqual([1800, 1200]);
      let difference = 0;
      const [pixels, wanted] = [rgbOf(image), rgbOf(reference)];
      for (let index = 0; index < pixels.length; index += 1) {
        difference += Math.abs((pixels[index] ?? 0) - (wanted[index] ?? 0));
      }
      // Each copy was compressed anew; turned wrongly they differ by 40 and more.
      expect(difference / pixels.length).toBeLessThan(4);
    }
  });

  // Means of the three channels, and the pixels in the middle and at a fifth of the width and a third of the height: by Pillow
  // 13, and OpenCV 5 where samples have 16 bits, with alpha laid over grey 114 and 16 bits rounded to 8 in NumPy.
  it.each([
    ['alpha-layer-2-ink.jpg', 2048, 1536, [253.7391, 253.5758, 254.0897], [255, 255, 255], [255, 255, 255]],
    ['8bit_depth.tiff', 21, 21, [126.6327, 126.6327, 126.6327], [255, 255, 255], [255, 255, 255]],
    ['big-height.webp', 13, 169, [255, 255, 255], [255, 255, 255], [255, 255, 255]],
    ['full-transparent.png', 300, 300, [114, 114, 114], [114, 114, 114], [114, 114, 114]],
    ['Flag_of_the_Netherlands-16bit.png', 900, 600, [154.235, 117.5967, 144.5017], [255, 255, 255], [174, 28, 40]],
    ['Flag_of_the_Netherlands-alpha.png', 900, 600, [134.1183, 115.965, 129.5833], [185, 185, 185], [144, 71, 77]],
    ['bgbn4a08.png', 32, 32, [120.5059, 120.5059, 120.5059], [119, 119, 119], [125, 125, 125]],
    ['tbgn2c16.png', 32, 32, [104.8418, 112.0615, 106.9688], [158, 158, 158], [57, 164, 57]],
    ['rotating-squares.gif', 80, 80, [106.6814, 124.7622, 135.3986], [114, 114, 114], [13, 206, 255]],
    ['../../data/photos/bus.jpg', 810, 1080, [117.2708, 115.5991, 118.1989], null, null],
  ])('%s', async (name, width, height, means, middle, aside) => {
    const image = await decodeImage(sharedPath('nasty', 'images', ...name.split('/')));
    expect([image.width, image.height]).toEqual([width, height]);
    const sums = [0, 0, 0];
    const pixels = rgbOf(image);
    for (let index = 0; index < pixels.length; index += 1) {
      sums[index % 3] = (sums[index % 3] ?? 0) + (pixels[index] ?? 0);
    }
    for (const [channel, mean] of means.entries()) expect((sums[channel] ?? 0) / (width * height)).toBeCloseTo(mean, 3);
    const pixelAt = (column: number, row: number) => [...pixels.slice(3 * (row * width + column)).subarray(0, 3)];
    if (middle !== null) expect(pixelAt(width >> 1, height >> 1)).toEqual(middle);
    if (aside !== null) expect(pixelAt(Math.floor(width / 5), Math.floor(height / 3))).toEqual(aside);
  });

  it.each([
    ['truncated.jpg', 'cut off'],
    ['corrupt-header.jpg', 'cut off'],
    ['giant-image.jpg', '20000 x 14000'],
    ['git-lfs-pointer.jpg', 'Git LFS'],
  ])('%s is refused', async (name, message) => {
    await expect(decodeImage(sharedPath('nasty', 'images', name))).rejects.toThrow(message);
  });

  it('are all named here', () => {
    const pictures = readdirSync(sharedPath('nasty', 'images')).filter((name) => !name.startsWith('LICENSE'));
    expect(pictures).toHaveLength(13);
  });
});
