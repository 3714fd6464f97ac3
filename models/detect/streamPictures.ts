import { availableParallelism } from 'node:os';
import { StudioError } from '../errors.ts';
import { countRuntimeThreads } from './cpu.ts';
import { decodeAhead, type ReadPicture } from './decodeAhead.ts';
import { type DetectorOptions, openDetector } from './detector.ts';
import type { DecodedImage } from './image.ts';
import type { PictureDetector } from './pictureDetector.ts';

/** For fewer pictures than this a thread would take longer to start than it saves. */
const fewestPictures = 16;

/**
 * Opens a detector for a stream of pictures. Its network gets a thread of its own where that leaves time to decode, prepare and
 * read pictures meanwhile: on another provider than the CPU, or where the runtime's threads leave a processor free. Where they
 * take them all, whatever runs beside a network slows it by more than it saves (measured: 74 instead of 69 ms a picture on
 * two cores).
 * @param pictures how many there will be
 * @throws StudioError what `openDetector` throws
 */
export async function openForStream(
  path: string,
  options: DetectorOptions,
  pictures: number,
): Promise<PictureDetector> {
  const detector = await openDetector(path, options);
  if (pictures < fewestPictures) return detector;
  const threads = detector.provider.used === 'cpu' ? (options.threads ?? (await countRuntimeThreads())) : 0;
  return threads < availableParallelism() ? detector.moveToThread() : detector;
}

/** A picture of a stream: what was found, or why it could not be read. */
export type SeenPicture<Found> = {
  readonly path: string;
  /** Milliseconds that the stream waited for the decoder. */
  readonly decode: number;
} & ({ readonly image: DecodedImage; readonly found: Found } | { readonly error: StudioError });

/**
 * Pictures in order with what `find` finds in each; decoding is two pictures ahead, and as many are under way in the network as
 * the detector takes at once. Memory does not grow with the number of pictures. Whoever stops early waits for those under way.
 * @param find is given what to call when its network is done and other threads have time, and the place of the picture
 */
export async function* streamPictures<Found>(
  paths: readonly string[],
  { depth }: Pick<PictureDetector, 'depth'>,
  find: (image: DecodedImage, whenRan: () => void, index: number) => Promise<Found>,
): AsyncGenerator<SeenPicture<Found>, void, undefined> {
  const pictures = decodeAhead(paths);
  const underWay: Promise<SeenPicture<Found>>[] = [];
  const see = async ({ path, image }: ReadPicture, index: number, decode: number): Promise<SeenPicture<Found>> =>
    image instanceof StudioError
      ? { path, decode, error: image }
      : { path, decode, image, found: await find(image, pictures.startNext, index) };
  try {
    let index = 0;
    let waited = performance.now();
    for await (const picture of pictures) {
      const seen = see(picture, index, performance.now() - waited);
      index += 1;
      seen.catch(() => undefined); // it is awaited in its turn, or not at all where the caller has stopped
      underWay.push(seen);
      const next = underWay.length < depth ? undefined : underWay.shift();
      if (next !== undefined) yield await next;
      waited = performance.now();
    }
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) yield await next;
  } finally {
    await Promise.allSettled(underWay);
  }
}
