import { type ImageFormat, readImageHeader } from '../models/detect/imageHeader.ts';
import { checkSizes } from '../models/detect/imageLimits.ts';

/** What a file's first bytes say it is. */
interface RecognizedImage {
  readonly mediaType: string;
  /** Whether Chromium shows it as it is, turned the right way. */
  readonly isShown: boolean;
}

const mediaTypes: Readonly<Record<ImageFormat, string>> = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  WebP: 'image/webp',
  AVIF: 'image/avif',
  GIF: 'image/gif',
  BMP: 'image/bmp',
  TIFF: 'image/tiff',
};

/**
 * Tells pictures from anything else by their header; null for anything else. Chromium turns
 * by the orientation of a JPEG; what it does with that of other formats depends on its version.
 * @throws StudioError `image-unreadable` for a picture beyond the limits
 */
export function recognizeImage(path: string, bytes: Uint8Array): RecognizedImage | null {
  const header = readImageHeader(bytes);
  if (header === null) return null;
  checkSizes(path, header.sizes);
  const { format, orientation, sizes, isRare = false } = header;
  const isTurned = format === 'JPEG' || orientation === 1;
  return { mediaType: mediaTypes[format], isShown: format !== 'TIFF' && isTurned && !isRare && sizes.length > 0 };
}
