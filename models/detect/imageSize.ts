import { open } from 'node:fs/promises';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { decodeImage } from './image.ts';
import { describeContent } from './imageContent.ts';
import { type ImageHeader, readImageHeader } from './imageHeader.ts';
import { imageUnreadable, maximumImageBytes, type Size } from './imageLimits.ts';

/** Enough for the size of nearly every JPEG: EXIF data take at most 64 KiB, colour profiles and previews the rest. */
const headBytes = 128 * 2 ** 10;

/**
 * Width and height of a picture turned by its EXIF orientation, without decoding a pixel: of a JPEG or BMP from its first
 * bytes, of other formats from the whole file, since their orientation may stand at its end.
 * @throws StudioError `file-not-found`, `file-unreadable`, `image-unreadable`
 */
export async function readPictureSize(path: string): Promise<Size> {
  try {
    const handle = await open(path, 'r');
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new StudioError('file-unreadable', `${path} is no file.`);
      if (status.size > maximumImageBytes) throw imageUnreadable(path, 'is too large');
      const head = new Uint8Array(Math.min(headBytes, status.size));
      await handle.read(head, 0, head.length, 0);
      const early = head.length < status.size ? readImageHeader(head) : null;
      if (early !== null && tellsSizeEarly(early)) return uprightSize(path, early);
      const bytes = head.length < status.size ? new Uint8Array(status.size) : head;
      if (bytes !== head) await handle.read(bytes, 0, bytes.length, 0);
      const header = readImageHeader(bytes);
      if (header === null) throw imageUnreadable(path, ...describeContent(bytes));
      // How an AVIF is turned is known to its decoder alone.
      if (header.format === 'AVIF') return sizeOf(await decodeImage(path));
      return uprightSize(path, header);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readFailure(path, error);
  }
}

function tellsSizeEarly({ format, sizes }: ImageHeader): boolean {
  return (format === 'JPEG' || format === 'BMP') && sizes.length > 0;
}

/** Orientations 5 to 8 exchange width and height. */
function uprightSize(path: string, { format, sizes, orientation }: ImageHeader): Size {
  const [size] = sizes;
  if (size === undefined || size.width === 0 || size.height === 0) {
    throw imageUnreadable(path, `is damaged: its ${format} header does not tell a size`);
  }
  return orientation >= 5 && orientation <= 8 ? { width: size.height, height: size.width } : size;
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
