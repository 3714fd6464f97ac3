import { StudioError } from '../errors.ts';
import { type DecodedImage, decodeImage } from './image.ts';

/** Pictures that are being decoded while one is looked at. */
const ahead = 2;

/** A picture of a list, or why it could not be read. */
export interface ReadPicture {
  readonly path: string;
  readonly image: DecodedImage | StudioError;
}

/**
 * Decodes pictures in order, ahead of whoever looks at them: the decoder's thread works while the caller's prepares the picture
 * before. A network that runs has all cores to itself, since the decoder is done by then. A picture that cannot be read is a
 * value; memory does not grow with the number of pictures.
 */
export async function* decodeAhead(paths: readonly string[]): AsyncGenerator<ReadPicture, void, undefined> {
  const decoding: Promise<DecodedImage>[] = [];
  let started = 0;
  for (const path of paths) {
    for (; started < paths.length && decoding.length < ahead; started += 1) {
      const picture = decodeImage(paths[started] ?? '');
      picture.catch(() => undefined); // it is awaited below, in its turn, or not at all where the caller has stopped
      decoding.push(picture);
    }
    const next = decoding.shift();
    if (next !== undefined) yield { path, image: await next.catch(asValue) };
  }
}

function asValue(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  throw error;
}
