import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeImage } from '../models/detect/image.ts';
import { arithmeticJpeg, turnedAvif } from '../models/testing/fixturePictures.ts';
import { bmpHeader, pngChunk, tiffFile } from '../models/testing/imageFiles.ts';
import { createImageHandler, parseImageAddress } from './imageProtocol.ts';
import { createThumbnails } from './pictures.ts';
import { imageAddress } from './projectState.ts';

/** An 80 x 40 picture: left half red, right half blue. */
const pixels = new Uint8Array(80 * 40 * 4);
for (let index = 0; index < 80 * 40; index++)
  pixels.set(index % 80 < 40 ? [255, 0, 0, 255] : [0, 0, 255, 255], index * 4);
const picture = () => Transformer.fromRgbaPixels(pixels, 80, 40);

/** Puts an EXIF segment with nothing but the orientation into a JPEG (EXIF 2.3, sections 4.5.4 and 4.6.4). */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.from([
    0xff,
    0xe1,
    0,
    34,
    0x45,
    0x78,
    0x69,
    0x66,
    0,
    0,
    0x4d,
    0x4d,
    0,
    0x2a,
    0,
    0,
    0,
    8,
    0,
    1,
    0x01,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  return Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
}

let folder = '';
const opened = new Set<string>();
const onFault = vi.fn();
const handle = createImageHandler((path) => opened.has(path), onFault);
const get = (address: string) => handle(new Request(address));
const open = async (name: string, content: Uint8Array | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  opened.add(path);
  return path;
};
const decode = async (response: Response) => {
  const image = new Transformer(Buffer.from(await response.arrayBuffer()));
  const { width, height, format } = await image.metadata();
  return { width, height, format };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright pictüres & more '));
});
afterAll(() => rm(folder, { recursive: true }));

describe('pictures', () => {
  it('are served as they are where Chromium shows them', async () => {
    const jpeg = withOrientation(await picture().jpeg(), 6);
    const path = await open('ä b#c?d%20.jpg', jpeg);
    const response = await get(imageAddress(path));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(Buffer.from(await response.arrayBuffer()).equals(jpeg)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('are found whatever their names hold', async () => {
    const png = await picture().png();
    const names = [
      '#1',
      '100%',
      '50%20',
      'a b',
      'why?',
      'new\nline',
      '-dash',
      '"\'',
      'a+b&c=d',
      '日本',
      '😀',
      'e\u0301',
      '\\',
      '.',
    ];
    for (const name of names) {
      const response = await get(imageAddress(await open(`${name}.png`, png)));
      expect([name, response.status]).toEqual([name, 200]);
    }
    // Half a surrogate pair is no address: not found rather than a crash.
    opened.add(join(folder, '\ud83d.png'));
    expect((await get(imageAddress(join(folder, '\ud83d.png')))).status).toBe(403);
  });

  it.each([
    ['png', 'image/png', async () => picture().png()],
    ['webp', 'image/webp', async () => picture().webpLossless()],
    ['bmp', 'image/bmp', async () => picture().bmp()],
    ['avif', 'image/avif', async () => picture().avif()],
  ])('have the type of their content, not of their name: %s', async (format, mediaType, make) => {
    const path = await open(`${format}.jpg`, await make());
    expect((await get(imageAddress(path))).headers.get('content-type')).toBe(mediaType);
  });

  it('are converted where Chromium does not show them', async () => {
    const path = await open('scan.tiff', await picture().tiff());
    const response = await get(imageAddress(path));
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await decode(response)).toEqual({ width: 80, height: 40, format: 'png' });
  });

  const withExif = async (orientation: number) => {
    const png = await picture().png();
    return Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', tiffFile([[0x0112, orientation]])), png.subarray(33)]);
  };

  it.each([
    ['turned.png', () => withExif(6), 'image/png', [40, 80]],
    ['arithmetic.jpg', async () => arithmeticJpeg, 'image/png', [8, 8]],
    ['turned.avif', async () => turnedAvif, 'image/avif', [16, 32]],
    ['straight.png', () => withExif(1), 'image/png', [80, 40]],
  ] as const)('are upright, as a detector sees them: %s', async (name, make, mediaType, size) => {
    const content = await make();
    const path = await open(name, content);
    const response = await get(imageAddress(path));
    expect(response.headers.get('content-type')).toBe(mediaType);
    const isServedAsIs = Buffer.from(await response.clone().arrayBuffer()).equals(content);
    expect(isServedAsIs).toBe(name === 'turned.avif' || name === 'straight.png');
    const { width, height } = isServedAsIs ? await decodeImage(path) : await decode(response);
    expect([width, height]).toEqual(size);
    const thumbnail = await decode(await get(`${imageAddress(path)}&thumbnail=16`));
    expect(thumbnail.height >= thumbnail.width).toBe(size[1] >= size[0]);
  });

  it('have thumbnails also where the encoder of thumbnails does not know the format', async () => {
    const path = await open('still.gif', createCanvas(60, 30).toBuffer('image/gif'));
    expect(await decode(await get(`${imageAddress(path)}&thumbnail=20`))).toEqual({
      width: 20,
      height: 10,
      format: 'jpeg',
    });
  });

  it('have thumbnails that stand upright, never larger than the picture', async () => {
    const jpeg = await picture().jpeg();
    const lying = await open('lying.jpg', withOrientation(jpeg, 6));
    const odd = await open('odd.jpg', withOrientation(jpeg, 0));
    const sizeOf = async (path: string, side: number) => {
      const response = await get(`${imageAddress(path)}&thumbnail=${side}`);
      const { width, height } = await decode(response);
      return [width, height];
    };
    expect(await sizeOf(lying, 20)).toEqual([10, 20]);
    expect(await sizeOf(odd, 20)).toEqual([20, 10]);
    expect(await sizeOf(lying, 160)).toEqual([40, 80]);
    // Orientation 6: the left half of what is stored is the top of what is meant.
    const response = await get(`${imageAddress(lying)}&thumbnail=20`);
    const bytes = await new Transformer(Buffer.from(await response.arrayBuffer())).rawPixels();
    expect((bytes[0] ?? 0) > 200 && (bytes[2] ?? 255) < 60).toBe(true);
    expect((bytes.at(-3) ?? 255) < 60 && (bytes.at(-1) ?? 0) > 200).toBe(true);
  });

  it('are made small once, until the file changes', async () => {
    const path = await open('kept.png', await picture().png());
    const thumbnails = createThumbnails();
    const status = await stat(path);
    expect(thumbnails(path, status, 20)).toBe(thumbnails(path, status, 20));
    const changed = { ...status, mtimeMs: status.mtimeMs + 1 };
    expect(thumbnails(path, changed, 20)).not.toBe(thumbnails(path, status, 20));
    await thumbnails(path, changed, 20);
  });
});

describe('the image protocol refuses', () => {
  it('what was not opened, whatever lies there', async () => {
    const path = join(folder, 'private.png');
    await writeFile(path, await picture().png());
    expect((await get(imageAddress(path))).status).toBe(403);
    const dotted = await open('open.png', await picture().png());
    for (const way of [join(folder, 'x'), folder]) {
      await mkdir(way, { recursive: true });
      expect((await get(imageAddress(`${way}/../${folder.split('/').at(-1)}/private.png`))).status).toBe(403);
    }
    expect((await get(imageAddress(dotted))).status).toBe(200);
  });

  it('what is not a picture, also behind a link that was', async () => {
    const text = await open('notes.jpg', 'root:x:0:0:root:/root:/bin/bash and more');
    expect((await get(imageAddress(text))).status).toBe(415);
    expect((await get(`${imageAddress(text)}&thumbnail=64`)).status).toBe(415);
    if (process.platform !== 'win32') {
      const link = join(folder, 'link.jpg');
      await symlink('/etc/passwd', link);
      opened.add(link);
      const response = await get(imageAddress(link));
      expect(response.status).toBe(415);
      expect(await response.text()).toBe('');
    }
    opened.add(folder);
    expect((await get(imageAddress(folder))).status).toBe(415);
    opened.add(join(folder, 'gone.png'));
    expect((await get(imageAddress(join(folder, 'gone.png')))).status).toBe(404);
  });

  it('a picture that claims too many pixels, and a pipe, without waiting', async () => {
    const huge = await open('huge.bmp', bmpHeader(60_000, 60_000));
    expect((await get(imageAddress(huge))).status).toBe(415);
    expect((await get(`${imageAddress(huge)}&thumbnail=64`)).status).toBe(415);
    if (process.platform === 'win32') return;
    const pipe = join(folder, 'pipe.png');
    execFileSync('mkfifo', [pipe]);
    opened.add(pipe);
    expect((await get(imageAddress(pipe))).status).toBe(415);
  });

  it('a damaged picture that it would have to convert, and says so in the log', async () => {
    onFault.mockClear();
    const path = await open('damaged.tiff', Buffer.concat([Buffer.from('II*\0'), Buffer.alloc(40, 255)]));
    expect((await get(imageAddress(path))).status).toBe(415);
    expect(onFault).toHaveBeenCalledOnce();
  });

  it.each([
    ['studio-image://elsewhere/?path=%2Fa.jpg'],
    ['studio-image://image/a.jpg'],
    ['studio-image://image/?path='],
    ['studio-image://image/?other=%2Fa.jpg'],
    ['studio-image://image/?path=%2Fa.jpg&thumbnail=0'],
    ['studio-image://image/?path=%2Fa.jpg&thumbnail=99999'],
    ['studio-image://image/?path=%2Fa.jpg&thumbnail=1e9'],
    ['studio-image://image/?path=%2Fa.jpg&thumbnail=x'],
  ])('the address %s', async (address) => {
    expect(parseImageAddress(address)).toBeNull();
    expect((await handle(new Request(address))).status).toBe(403);
  });
});
