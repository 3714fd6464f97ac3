import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import type { RgbaImage } from '../detect/imageLimits.ts';
import { seededRandom } from '../random.ts';
import { paintPicture } from '../testing/pictures.ts';
import { indexPictures } from './similarPictures.ts';

/** A picture of some bright and dark discs; the same for the same seed. */
function discs(seed: number, width = 160, height = 120, change = (value: number) => value): RgbaImage {
  const random = seededRandom(seed);
  const places = Array.from({ length: 9 }, () => [random(), random(), 0.08 + 0.2 * random(), 255 * random()] as const);
  return paintPicture(width, height, (column, row, channel) => {
    const [x, y] = [column / width, row / height];
    const inside = places.filter(([cx, cy, radius]) => (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2);
    return change((inside.at(-1)?.[3] ?? 90 + 60 * x) * (1 - 0.1 * channel));
  });
}

function groupsOf(pictures: readonly RgbaImage[]): number[][] {
  const index = indexPictures(pictures.length);
  for (const [place, picture] of pictures.entries()) index.add(place, picture);
  return index.findGroups();
}

async function recompress(image: RgbaImage, quality: number): Promise<RgbaImage> {
  const jpeg = await Transformer.fromRgbaPixels(image.rgba, image.width, image.height).jpeg(quality);
  const decoded = await new Transformer(jpeg).rawPixels();
  const { width, height } = image;
  const channels = decoded.length / (width * height);
  return paintPicture(width, height, (x, y, channel) => decoded[channels * (y * width + x) + channel] ?? 0);
}

describe('pictures that look the same', () => {
  it('are found when scaled, recompressed or a little brighter, and others are not', async () => {
    const pictures = [
      discs(1),
      discs(2),
      discs(1, 400, 300),
      discs(3),
      discs(2, 160, 120, (value) => Math.min(255, value + 2)),
      await recompress(discs(1), 40),
    ];
    expect(groupsOf(pictures)).toEqual([
      [0, 2, 5],
      [1, 4],
    ]);
  });

  it('are not those of one shape in another brightness, nor different plain ones', () => {
    const plain = (value: number) => paintPicture(40, 40, () => value);
    expect(groupsOf([plain(20), plain(200), discs(1), discs(1, 160, 120, (value) => value / 2)])).toEqual([]);
  });

  it('are joined through a third one, and pictures that were never added through none', () => {
    const bright = (by: number) => discs(7, 160, 120, (value) => Math.min(250, 0.8 * value) + by);
    expect(groupsOf([bright(0), bright(6), bright(3)])).toEqual([[0, 1, 2]]);
    const index = indexPictures(4);
    index.add(1, discs(1));
    expect(index.findGroups()).toEqual([]);
  });

  it('are few among many different ones', () => {
    const pictures = Array.from({ length: 300 }, (_, seed) => discs(seed + 10, 64, 48));
    expect(groupsOf([...pictures, discs(50, 64, 48)])).toEqual([[40, 300]]);
  });
});
