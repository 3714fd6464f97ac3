import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeModel, writeModel } from '../graph/write.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { openForStream, type SeenPicture, streamPictures } from './streamPictures.ts';

const folder = temporaryFolder();
const missing = join(folder, 'missing.jpg');
const paths = await Promise.all(
  Array.from({ length: 6 }, (_, index) => writePicture(join(folder, `${index}.jpg`), 20 + index, 16, index)),
);
const model = join(folder, 'cup.onnx');
await writeModel(model, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));

async function collect<Found>(stream: AsyncIterable<SeenPicture<Found>>): Promise<(Found | string)[]> {
  const found: (Found | string)[] = [];
  for await (const picture of stream) found.push('error' in picture ? picture.error.code : picture.found);
  return found;
}

describe.each([1, 3])('a stream of pictures, %i under way at once', (depth) => {
  it('gives what was found in every picture in order, and errors as values', async () => {
    const list = [...paths.slice(0, 2), missing, ...paths.slice(2)];
    // Later pictures are done sooner.
    const stream = streamPictures(list, { depth }, async ({ width }, _whenRan, index) => {
      await new Promise((resolve) => setTimeout(resolve, 3 * (list.length - index)));
      return `${index}: ${width}`;
    });
    const expected = ['0: 20', '1: 21', 'file-not-found', '3: 22', '4: 23', '5: 24', '6: 25'];
    expect(await collect(stream)).toEqual(expected);
  });

  it('has exactly so many under way', async () => {
    let now = 0;
    let most = 0;
    const stream = streamPictures(paths, { depth }, async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    });
    await collect(stream);
    expect(most).toBe(depth);
  });

  it('waits for those under way when the caller stops', async () => {
    let ended = 0;
    let begun = 0;
    const stream = streamPictures(paths, { depth }, async () => {
      begun += 1;
      await new Promise((resolve) => setTimeout(resolve, 5 * begun));
      ended += 1;
    });
    for await (const _ of stream) break;
    expect(ended).toBe(begun);
    expect(begun).toBe(depth);
  });

  it('throws what looking at a picture throws, when its turn comes', async () => {
    const seen: number[] = [];
    const stream = streamPictures(paths, { depth }, async (_image, _whenRan, index) => {
      if (index === 2) throw new Error('two is broken');
      return index;
    });
    const walk = async () => {
      for await (const picture of stream) if ('found' in picture) seen.push(picture.found);
    };
    await expect(walk()).rejects.toThrow('two is broken');
    expect(seen).toEqual([0, 1]);
  });
});

describe('a detector for a stream', () => {
  const processors = availableParallelism();

  it.runIf(processors > 1)('gets a thread for its network where its threads leave a processor free', async () => {
    const detector = await openForStream(model, { threads: 1 }, 100);
    expect(detector.depth).toBeGreaterThan(1);
    await detector.close();
  });

  it.each([
    { threads: processors, pictures: 100, why: 'its threads take every processor' },
    { threads: 1, pictures: 3, why: 'there are few pictures' },
  ])('stays on this thread where $why', async ({ threads, pictures }) => {
    const detector = await openForStream(model, { threads }, pictures);
    expect(detector.depth).toBe(1);
    await detector.close();
  });

  it('refuses a damaged file as ever', async () => {
    const damaged = join(folder, 'damaged.onnx');
    const bytes = encodeModel(fixedDetector([]));
    await writeFile(damaged, bytes.subarray(0, bytes.length / 2));
    await expect(openForStream(damaged, { threads: 1 }, 100)).rejects.toMatchObject({ code: 'model-corrupt' });
  });
});
