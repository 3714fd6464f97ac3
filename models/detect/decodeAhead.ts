import { StudioError } from '../errors.ts';
import { type DecodedImage, decodeImage } from './image.ts';

/** Pictures that are being decoded while one is looked at. */
const ahead = 2;

/** A picture of a list, or why it could not be read. */
export interface ReadPicture {
  readonly path: string;
  readonly image: DecodedImage | StudioError;
}

/** Pictures in order, decoded ahead of whoever looks at them; one that cannot be read is a value. */
interface PictureStream extends AsyncIterable<ReadPicture> {
  /** Starts on a further picture where none is waiting yet; to be called when cores become free. */
  readonly startNext: () => void;
}

/**
 * Decodes pictures in order, two ahead: the decoder's thread works while the caller's prepares the picture before, and, with
 * `startNext` called when a network is done, is done when the next run wants all cores. Memory does not grow with the number
 * of pictures.
 */
export function decodeAhead(paths: readonly string[]): PictureStream {
  const decoding: Promise<DecodedImage>[] = [];
  let started = 0;
  const startNext = () => {
    const path = paths[started];
    if (path === undefined || decoding.length >= ahead) return;
    started += 1;
    const picture = decodeImage(path);
    picture.catch(() => undefined); // it is awaited in its turn, or not at all where the caller has stopped
    decoding.push(picture);
  };
  async function* read(): AsyncGenerator<ReadPicture, void, undefined> {
    for (const path of paths) {
      for (let place = 0; place < ahead; place += 1) startNext();
      const next = decoding.shift();
      if (next !== undefined) yield { path, image: await next.catch(asValue) };
    }
  }
  return { [Symbol.asyncIterator]: read, startNext };
}

function asValue(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  throw error;
}
