import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { decodeAhead, type ReadPicture } from './decodeAhead.ts';

const folder = temporaryFolder();
const sizes = [
  [30, 20],
  [30, 20],
  [41, 7],
  [30, 20],
  [8, 60],
] as const;
const paths = await Promise.all(
  sizes.map(([width, height], index) => writePicture(join(folder, `${index}.jpg`), width, height, index)),
);

async function collect(list: readonly string[]): Promise<ReadPicture[]> {
  const found: ReadPicture[] = [];
  for await (const picture of decodeAhead(list)) found.push(picture);
  return found;
}

it('gives every picture in order, and one that cannot be read as a value', async () => {
  const broken = join(folder, 'broken.jpg');
  await writeFile(broken, 'no picture');
  const found = await collect([...paths.slice(0, 2), broken, ...paths.slice(2)]);
  expect(found.map(({ path }) => path)).toEqual([...paths.slice(0, 2), broken, ...paths.slice(2)]);
  const shapes = found.map(({ image }) => (image instanceof StudioError ? image.code : [image.width, image.height]));
  expect(shapes).toEqual([...sizes.slice(0, 2), 'image-unreadable', ...sizes.slice(2)]);
});

it('lets no picture be overwritten by the next of its size', async () => {
  const kept = [];
  for await (const { image } of decodeAhead(paths)) {
    if (!(image instanceof StudioError)) kept.push({ image, copy: Uint8Array.from(image.rgba) });
  }
  expect(kept).toHaveLength(paths.length);
  for (const { image, copy } of kept) expect(image.rgba).toEqual(copy);
  expect(kept[0]?.copy).not.toEqual(kept[1]?.copy);
});

it('ends quietly where the caller stops, even if what was begun fails', async () => {
  for await (const { path } of decodeAhead([paths[0] ?? '', join(folder, 'missing.jpg')])) {
    expect(path).toBe(paths[0]);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 20)); // a rejection that nobody awaits would end the test run
});

it('keeps the order whenever further pictures are started', async () => {
  const pictures = decodeAhead(paths);
  pictures.startNext();
  const found: string[] = [];
  for await (const { path } of pictures) {
    found.push(path);
    for (let call = 0; call < 3; call += 1) pictures.startNext();
  }
  expect(found).toEqual(paths);
});

it('gives nothing for no pictures', async () => {
  expect(await collect([])).toEqual([]);
});
