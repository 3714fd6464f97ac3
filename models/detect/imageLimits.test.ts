import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { createCanvas } from '@napi-rs/canvas';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { turnedAvif } from '../testing/fixturePictures.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { bmpHeader, pngChunk, pngFile, riffChunk, tiffPicture, webpCanvas, webpFile } from '../testing/imageFiles.ts';
import { decodeImage } from './image.ts';

const folder = temporaryFolder();

async function save(name: string, content: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const small = () => Transformer.fromRgbaPixels(new Uint8Array(4 * 16 * 8).fill(255), 16, 8);

/** The file with a number written over what stands so many bytes behind a marker. */
function patched(file: Buffer, marker: string, behind: number, bytes: readonly number[]): Buffer {
  const copy = Buffer.from(file);
  const at = copy.indexOf(marker, 0, 'latin1');
  expect(at).toBeGreaterThan(-1);
  copy.set(bytes, at + behind);
  return copy;
}

// 60,000 is 0xea60.
const big = [0xea, 0x60];
const littleBig = [0x60, 0xea];

/** Files of a few hundred bytes that claim 60,000 x 60,000 pixels (WebP's own data: 16,383), in each place that can. */
async function bombs(): Promise<Record<string, Buffer>> {
  const jpeg = createCanvas(16, 8).toBuffer('image/jpeg');
  const gif = Buffer.from(
    'GIF89a\x10\0\x08\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x10\0\x08\0\0\x02\x02\x84\x51\0;',
    'latin1',
  );
  const lossless = await small().webpLossless();
  const still = lossless.subarray(12);
  const lossy = await small().webp();
  const lossyStill = lossy.subarray(lossy.indexOf('VP8 '));
  const hugeLossy = patched(Buffer.from(lossyStill), '\x9d\x01\x2a', 3, [0xff, 0x3f, 0xff, 0x3f]);
  const place = Buffer.concat([Buffer.alloc(6), Buffer.from([0xfe, 0x3f, 0, 0xfe, 0x3f, 0]), Buffer.alloc(4)]);
  const animation = (width: number, frame: Uint8Array) =>
    webpFile(riffChunk('VP8X', webpCanvas(width, 8, 2)), riffChunk('ANIM', Buffer.alloc(6)), riffChunk('ANMF', frame));
  const grey = { width: 16, height: 8, bits: [8] };
  return {
    'frame.jpg': patched(jpeg, '\xff\xc0', 5, [...big, ...big]),
    'header.png': pngFile({ width: 60_000, height: 60_000, bits: 1, colorType: 0 }, new Uint8Array(8)),
    'screen.gif': patched(gif, 'GIF89a', 6, [...littleBig, ...littleBig]),
    'frame.gif': patched(gif, ',', 5, [...littleBig, ...littleBig]),
    'canvas.webp': webpFile(riffChunk('VP8X', webpCanvas(60_000, 60_000, 0)), still),
    'lossless.webp': patched(lossless, 'VP8L', 9, [0xff, 0xff, 0xff, 0x0f]),
    'lossy.webp': webpFile(hugeLossy),
    'inner.webp': webpFile(riffChunk('VP8X', webpCanvas(16, 8, 0)), hugeLossy),
    'animation.webp': animation(16, Buffer.concat([place, hugeLossy])),
    'header.bmp': bmpHeader(60_000, 60_000),
    'downwards.bmp': bmpHeader(60_000, -60_000),
    'width.tif': tiffPicture({ ...grey, width: 60_000, height: 60_000 }, new Uint8Array(8)),
    'tile.tif': tiffPicture(grey, new Uint8Array(8), [
      [322, 60_000],
      [323, 60_000],
    ]),
    'property.avif': patched(turnedAvif, 'ispe', 8, [0, 0, ...big, 0, 0, ...big]),
    // The sequence header: 5 bits each tell the fields' lengths (5 and 4 bits), then 32 - 1 and 16 - 1. The data that follow
    // are never reached: fields of 16 bits, all ones.
    'sequence.avif': patched(turnedAvif, '\x0a\x08\x38', 3, [0b00111111, 0xff, 0xff, 0xff, 0xff, 0xff]),
  };
}

describe('pictures that would take too much memory', () => {
  it('are refused by the size that any of their headers claims', async () => {
    const before = process.resourceUsage().maxRSS;
    for (const [name, content] of Object.entries(await bombs())) {
      const failure = decodeImage(await save(name, content));
      await expect(failure, name).rejects.toMatchObject({ code: 'image-unreadable' });
      await expect(failure, name).rejects.toThrow(/has \d{5} x \d{5} pixels, more than the limit of 100 megapixels/);
    }
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000); // kB
  });

  it('are refused where the frame does not fit what the file claims', async () => {
    const still = (await small().webpLossless()).subarray(12);
    const path = await save('other.webp', webpFile(riffChunk('VP8X', webpCanvas(12, 8, 0)), still));
    await expect(decodeImage(path)).rejects.toThrow('damaged');
  });

  it.each([
    ['nothing.jpg', Buffer.from('\xff\xd8\xff\xd9', 'latin1')],
    ['nothing.tif', Buffer.from('II*\0\x08\0\0\0\0\0\0\0', 'latin1')],
    ['nothing.webp', webpFile(riffChunk('VP8X', webpCanvas(4, 4, 0)))],
    ['nothing.png', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IEND', new Uint8Array(30))])],
  ])('are refused where no size is told: %s', async (name, content) => {
    await expect(decodeImage(await save(name, content))).rejects.toMatchObject({
      code: 'image-unreadable',
      message: expect.stringContaining('damaged'),
      detail: expect.stringContaining('does not tell a size'),
    });
  });

  it('have no scan more than a sound JPEG can have', async () => {
    const jpeg = createCanvas(16, 8).toBuffer('image/jpeg');
    const scan = jpeg.subarray(jpeg.indexOf('\xff\xda', 0, 'latin1'), -2);
    const path = await save(
      'scans.jpg',
      Buffer.concat([jpeg.subarray(0, -2), ...Array(200).fill(scan), jpeg.subarray(-2)]),
    );
    await expect(decodeImage(path)).rejects.toThrow('damaged');
  });

  it.each(['iCCP', 'zTXt', 'iTXt'])(
    'may hide beside the pixels of a PNG, where they are not unpacked: %s',
    async (type) => {
      const head = type === 'iTXt' ? 'x\0\x01\0\0\0' : 'x\0\0';
      // 2 GiB of zeros: blocks that end on a byte can be repeated.
      const zeros = deflateRawSync(new Uint8Array(2 ** 24), { finishFlush: constants.Z_FULL_FLUSH });
      const packed = [Buffer.from(head, 'latin1'), Buffer.from([0x78, 0x9c]), ...Array(128).fill(zeros)];
      const bomb = pngChunk(type, Buffer.concat(packed));
      const file = pngFile({ width: 1, height: 1, bits: 8, colorType: 2 }, Buffer.from([0, 1, 2, 3]), [bomb]);
      const path = await save(`${type}.png`, file);
      const before = process.resourceUsage().maxRSS;
      expect([...(await decodeImage(path)).rgba]).toEqual([1, 2, 3, 255]);
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(50_000); // kB
    },
  );

  it('are not read beyond the largest size of a file', async () => {
    const path = await save('sparse.png', new Uint8Array(10));
    await truncate(path, 513 * 2 ** 20);
    const started = performance.now();
    await expect(decodeImage(path)).rejects.toThrow('is larger than 512 MiB');
    expect(performance.now() - started).toBeLessThan(200);
    await truncate(path, 0);
    await expect(decodeImage(path)).rejects.toThrow('is empty');
  });

  it('that are large but allowed come out whole', async () => {
    // More than one strip of the decoder's canvas; one grey per band of 8 rows, which JPEG keeps exactly.
    const [width, height] = [2000, 2504];
    const context = createCanvas(width, height).getContext('2d');
    const greyOf = (row: number) => (Math.floor(row / 8) * 37) % 256;
    for (let row = 0; row < height; row += 8) {
      const grey = greyOf(row);
      context.fillStyle = `rgb(${grey}, ${grey}, ${grey})`;
      context.fillRect(0, row, width, 8);
    }
    const image = await decodeImage(await save('large.jpg', context.canvas.toBuffer('image/jpeg', 100)));
    expect([image.width, image.height]).toEqual([width, height]);
    const wrong = Array.from({ length: height }, (_, row) => row).filter((row) => {
      const ends = [image.rgba[4 * row * width], image.rgba[4 * (row + 1) * width - 2]];
      return ends.some((value) => Math.abs((value ?? -9) - greyOf(row)) > 1);
    });
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('paths that are no plain files', () => {
  it('are refused without waiting', async () => {
    const pipe = join(folder, 'pipe.jpg');
    execFileSync('mkfifo', [pipe]);
    await mkdir(join(folder, 'folder.jpg'));
    await symlink('/dev/zero', join(folder, 'endless.jpg'));
    await symlink(pipe, join(folder, 'to-pipe.jpg'));
    await symlink('nowhere', join(folder, 'broken.jpg'));
    await symlink('round.jpg', join(folder, 'round.jpg'));
    const said = {
      'pipe.jpg': 'a pipe or a device',
      'to-pipe.jpg': 'a pipe or a device',
      'endless.jpg': 'a pipe or a device',
      'folder.jpg': 'is a folder',
      'broken.jpg': 'does not exist',
      'round.jpg': 'ELOOP',
    };
    for (const [name, text] of Object.entries(said))
      await expect(decodeImage(join(folder, name))).rejects.toThrow(text);
  });

  it('follow a link out of the folder', async () => {
    const path = await save('target.png', await small().png());
    await mkdir(join(folder, 'inner'));
    await symlink('../target.png', join(folder, 'inner', 'link.png'));
    expect(await decodeImage(join(folder, 'inner', 'link.png'))).toEqual(await decodeImage(path));
  });

  it.skipIf(process.getuid?.() === 0)('say when permission is missing', async () => {
    const path = await save('locked.png', await small().png());
    await chmod(path, 0);
    await expect(decodeImage(path)).rejects.toThrow('permission was denied');
  });
});
