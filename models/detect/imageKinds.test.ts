import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import {
  animatedAvif,
  arithmeticJpeg,
  cmykJpeg,
  turnedAvif,
  twelveBitJpeg,
  ycckJpeg,
} from '../testing/fixturePictures.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { pngChunk, pngFile, riffChunk, tiffFile, tiffPicture, webpCanvas, webpFile } from '../testing/imageFiles.ts';
import { rgbOf } from '../testing/pictures.ts';
import { type DecodedImage, decodeImage } from './image.ts';

const folder = temporaryFolder();

async function decode(name: string, content: Uint8Array): Promise<DecodedImage> {
  const path = join(folder, name);
  await writeFile(path, content);
  return decodeImage(path);
}

const pixelsOf = async (name: string, content: Uint8Array) => [...rgbOf(await decode(name, content))];

/** 32 x 16 in RGBA: left half red, right half blue, the top left 8 x 8 white. */
const painted = Uint8Array.from({ length: 4 * 32 * 16 }, (_, index) => {
  const [channel, column, row] = [index % 4, (index >> 2) % 32, index >> 7];
  if (channel === 3 || (column < 8 && row < 8)) return 255;
  return channel === (column < 16 ? 0 : 2) ? 255 : 0;
});
const picture = () => Transformer.fromRgbaPixels(painted, 32, 16);
const rgb = painted.filter((_, index) => index % 4 !== 3);

/** The colours at the corners top left, top right, bottom left, bottom right: "w", "r" or "b". */
function corners({ rgba: pixels, width, height }: DecodedImage): string {
  const colourAt = (column: number, row: number) => {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(4 * (row * width + column));
    return green > 128 ? 'w' : red > blue ? 'r' : 'b';
  };
  return [colourAt(1, 1), colourAt(width - 2, 1), colourAt(1, height - 2), colourAt(width - 2, height - 2)].join('');
}

/** What the corners must be, by the EXIF standard: row 0 and column 0 of what is stored are the sides it names. */
const uprightCorners = ['wbrb', 'bwbr', 'brbw', 'rbwb', 'wrbb', 'rwbb', 'bbrw', 'bbwr'];
const orientations = uprightCorners.map((expected, index) => [index + 1, expected] as const);

describe('orientation is applied once', () => {
  const exif = (orientation: number) => tiffFile([[0x0112, orientation]]);

  it.each(orientations)('%i in a PNG', async (orientation, expected) => {
    const png = await picture().png();
    const file = Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', exif(orientation)), png.subarray(33)]);
    expect(corners(await decode('turned.png', file))).toBe(expected);
  });

  it.each(orientations)('%i in a WebP, with the prefix of JPEG and without', async (orientation, expected) => {
    const still = (await picture().webpLossless()).subarray(12);
    const prefixed = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(orientation)]);
    for (const content of [exif(orientation), prefixed]) {
      const file = webpFile(riffChunk('VP8X', webpCanvas(32, 16, 8)), still, riffChunk('EXIF', content));
      expect(corners(await decode('turned.webp', file))).toBe(expected);
    }
  });

  it.each(orientations)('%i in a TIFF', async (orientation, expected) => {
    const file = tiffPicture({ width: 32, height: 16, bits: [8, 8, 8] }, rgb, [[274, orientation]]);
    expect(corners(await decode('turned.tif', file))).toBe(expected);
  });

  it('5 as the boxes of an AVIF', async () => {
    const image = await decode('turned.avif', turnedAvif);
    expect([image.width, image.height, corners(image)]).toEqual([16, 32, 'wrbb']);
  });
});

describe('uncommon kinds', () => {
  // Red = (255 - C)(255 - K) / 255 and so on: (255 - 40) * 195 / 255 = 164.4, 133.8, 103.2.
  it.each([
    ['CMYK', cmykJpeg],
    ['YCCK', ycckJpeg],
  ])('%s in a JPEG', async (name, file) => {
    const pixels = rgbOf(await decode(`${name}.jpg`, file));
    for (const [channel, value] of [164, 134, 103].entries()) {
      expect(Math.abs((pixels[channel] ?? 0) - value)).toBeLessThanOrEqual(1);
      expect(pixels[3 * 63 + channel]).toBe(pixels[channel]);
    }
  });

  it('arithmetic coding', async () => {
    expect(new Set(await pixelsOf('arithmetic.jpg', arithmeticJpeg))).toEqual(new Set([77]));
  });

  it('12-bit JPEGs are refused by name', async () => {
    await expect(decode('deep.jpg', twelveBitJpeg)).rejects.toThrow('12-bit samples, which is not supported');
  });

  it('the still picture of an animated AVIF', async () => {
    expect(corners(await decode('film.avif', animatedAvif))).toBe('wbrb');
  });

  it('the first frame of an animated WebP, where it lies', async () => {
    const still = (await picture().webpLossless()).subarray(12);
    const place = Buffer.alloc(16); // x / 2, y / 2, width - 1, height - 1 in 24 bits each; duration and flags
    place.writeUIntLE(2, 0, 3);
    place.writeUIntLE(1, 3, 3);
    place.writeUIntLE(31, 6, 3);
    place.writeUIntLE(15, 9, 3);
    const frame = riffChunk('ANMF', Buffer.concat([place, still]));
    const chunks = [riffChunk('VP8X', webpCanvas(40, 20, 2)), riffChunk('ANIM', Buffer.alloc(6)), frame];
    const image = await decode('film.webp', webpFile(...chunks));
    expect([image.width, image.height]).toEqual([40, 20]);
    const at = (column: number, row: number) => [...image.rgba.subarray(4 * (40 * row + column)).subarray(0, 3)];
    expect([at(3, 2), at(4, 1), at(36, 2), at(35, 18)]).toEqual(Array(4).fill([114, 114, 114]));
    expect([at(4, 2), at(35, 2), at(35, 17), at(4, 17)]).toEqual([
      [255, 255, 255],
      [0, 0, 255],
      [0, 0, 255],
      [255, 0, 0],
    ]);
  });

  it('bitmaps of OS/2', async () => {
    const header = Buffer.alloc(26);
    header.write('BM', 'latin1');
    header.writeUInt32LE(26 + 16, 2);
    header.writeUInt32LE(26, 10);
    header.writeUInt32LE(12, 14);
    for (const [index, value] of [2, 2, 1, 24].entries()) header.writeUInt16LE(value, 18 + 2 * index);
    // From the lowest row up, blue first, rows filled to four bytes.
    const rows = Buffer.from([7, 8, 9, 10, 11, 12, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0]);
    expect(await pixelsOf('os2.bmp', Buffer.concat([header, rows]))).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]);
  });

  it('16-bit alpha, rounded once', async () => {
    const samples = Buffer.alloc(1 + 16);
    for (const [index, value] of [40_000, 500, 65_535, 0, 40_000, 500, 65_535, 32_896].entries()) {
      samples.writeUInt16BE(value, 1 + 2 * index);
    }
    const file = pngFile({ width: 2, height: 1, bits: 16, colorType: 6 }, samples);
    // 32896 / 65535 is 0.50196: 155.642 * 0.50196 + 114 * 0.49804 = 134.9; 1.9455 gives 57.75; 255 gives 184.8.
    expect(await pixelsOf('deep.png', file)).toEqual([114, 114, 114, 135, 58, 185]);
  });

  it('the transparent colour of a palette and of grey', async () => {
    const palette = pngFile({ width: 2, height: 1, bits: 8, colorType: 3 }, Buffer.from([0, 0, 1]), [
      pngChunk('PLTE', Buffer.from([10, 20, 30, 40, 50, 60])),
      pngChunk('tRNS', Buffer.from([255, 51])),
    ]);
    // A fifth of 40, 50, 60 over 114: 99.2, 101.2, 103.2.
    expect(await pixelsOf('palette.png', palette)).toEqual([10, 20, 30, 99, 101, 103]);
    const grey = pngFile({ width: 4, height: 1, bits: 2, colorType: 0 }, Buffer.from([0, 0b00011011]), [
      pngChunk('tRNS', Buffer.from([0, 2])),
    ]);
    expect(await pixelsOf('grey.png', grey)).toEqual([0, 85, 114, 255].flatMap((value) => [value, value, value]));
  });

  it('ignores gamma, and what is packed beside the pixels', async () => {
    const gamma = pngChunk('gAMA', Buffer.from([0, 1, 0x86, 0xa0]));
    const size = { width: 1, height: 1, bits: 8, colorType: 2 };
    expect(await pixelsOf('gamma.png', pngFile(size, Buffer.from([0, 9, 99, 199]), [gamma]))).toEqual([9, 99, 199]);
  });
});

describe('kinds of TIFF', () => {
  const one = { width: 1, height: 1 };

  it('white is zero', async () => {
    const file = tiffPicture({ width: 2, height: 1, bits: [8] }, Buffer.from([0, 55]), [[262, 0]]);
    expect(await pixelsOf('white.tif', file)).toEqual([255, 255, 255, 200, 200, 200]);
  });

  it.each([
    [8, [1, 255, 0]],
    [1, [0b1100_0000]],
  ])('a colour map of %i-bit indices', async (bits, data) => {
    const colours = 2 ** bits;
    const map = Array.from({ length: 3 * colours }, (_, index) => 256 * ((7 * index) % 256));
    const file = tiffPicture({ width: 3, height: 1, bits: [bits] }, Buffer.from(data), [
      [262, 3],
      [320, ...map],
    ]);
    const colourOf = (index: number) => [0, 1, 2].map((channel) => (7 * (channel * colours + index)) % 256);
    const indices = bits === 1 ? [1, 1, 0] : [1, colours - 1, 0];
    expect(await pixelsOf(`map${bits}.tif`, file)).toEqual(indices.flatMap(colourOf));
  });

  it('alpha beside the colours and multiplied in', async () => {
    const data = Buffer.from([100, 50, 0, 51]);
    const rgba = { ...one, bits: [8, 8, 8, 8] };
    // A fifth of 100, 50, 0 over 114: 111.2, 101.2, 91.2; multiplied in already: 100 + 91.2, 50 + 91.2, 91.2.
    expect(await pixelsOf('beside.tif', tiffPicture(rgba, data, [[338, 2]]))).toEqual([111, 101, 91]);
    expect(await pixelsOf('within.tif', tiffPicture(rgba, data, [[338, 1]]))).toEqual([191, 141, 91]);
  });

  it('YCbCr without fewer colour samples', async () => {
    const ycc = { ...one, bits: [8, 8, 8] };
    const file = tiffPicture(ycc, Buffer.from([76, 85, 255]), [
      [262, 6],
      [530, 1, 1],
    ]);
    // JFIF 1.02: 76 + 1.402 * 127 = 254.05; 76 + 0.34414 * 43 - 0.71414 * 127 = 0.1; 76 - 1.772 * 43 = -0.2.
    expect(await pixelsOf('ycc.tif', file)).toEqual([254, 0, 0]);
    const sparse = tiffPicture(ycc, Buffer.from([76, 85, 255]), [[262, 6]]);
    await expect(decode('sparse.tif', sparse)).rejects.toThrow('fewer samples of colour');
  });

  it.each([
    ['compressed with ZSTD', [8], [[259, 50_000]]],
    ['compressed with CCITT Group 3', [1], [[259, 3]]],
    ['CIELab', [8, 8, 8], [[262, 8]]],
    ['floating-point', [32], [[339, 3]]],
    ['signed', [8], [[339, 2]]],
    ['32-bit', [32], []],
    ['4-bit', [4], [[262, 3]]],
    ['5 samples a pixel', [8, 8, 8, 8, 8], []],
  ] as const)('%s is refused by name', async (what, bits, more) => {
    const file = tiffPicture({ ...one, bits }, Buffer.alloc(40), more);
    const failure = decode('refused.tif', file);
    await expect(failure).rejects.toMatchObject({ code: 'image-unreadable', hint: expect.stringContaining('PNG') });
    await expect(failure).rejects.toThrow(what);
  });

  it('a strip beyond the end of the file is a cut', async () => {
    const file = tiffPicture({ ...one, bits: [8] }, Buffer.alloc(1), [[279, 5000]]);
    await expect(decode('cut.tif', file)).rejects.toThrow('cut off');
  });
});

describe('what a file without known format seems to be', () => {
  it.each([
    ['a JPEG 2000 picture', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['a JPEG XL picture', '\xff\n\xfa\x7f'],
    ['a BigTIFF picture', 'II+\0\x08\0\0\0'],
    ['a Photoshop document', '8BPS\0\x01'],
    ['a PDF document', '%PDF-1.7'],
    ['an SVG drawing', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['a film', '\0\0\0\x18ftypisom'],
  ])('%s', async (what, start) => {
    await expect(decode('other.jpg', Buffer.from(start, 'latin1'))).rejects.toThrow(`is ${what}`);
  });
});
