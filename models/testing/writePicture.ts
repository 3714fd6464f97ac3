import { writeFile } from 'node:fs/promises';
import { Transformer } from '@napi-rs/image';
import { seededRandom } from '../random.ts';

/** Pixels of a smooth picture with some noise: opaque RGBA, the same for the same seed. */
function makePixels(width: number, height: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const [red, green, blue] = [random(), random(), random()].map((share) => 40 + 160 * share);
  const rgba = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [x, y] = [(pixel % width) / width, Math.floor(pixel / width) / height];
    rgba.set([(red ?? 0) * x + 30 * random(), (green ?? 0) * y + 30 * random(), (blue ?? 0) * (1 - x), 255], 4 * pixel);
  }
  return rgba;
}

/** Writes a made-up picture as PNG or JPEG, by the ending of `path`. */
export async function writePicture(path: string, width = 64, height = 64, seed = 1): Promise<string> {
  const transformer = Transformer.fromRgbaPixels(makePixels(width, height, seed), width, height);
  await writeFile(path, /\.png$/.test(path) ? await transformer.png() : await transformer.jpeg(90));
  return path;
}
