import { readFile, stat } from 'node:fs/promises';
import { maximumImageBytes } from '../models/detect/imageLimits.ts';
import { systemErrorCode } from '../models/files.ts';
import { recognizeImage } from './imageSignature.ts';
import { appOrigin } from './origin.ts';
import { convertToPng, createThumbnails } from './pictures.ts';

const largestThumbnail = 1024;

interface ImageRequest {
  readonly path: string;
  /** Longest side in pixels; null for the picture itself. */
  readonly thumbnail: number | null;
}

/** Reads `studio-image://image/?path=…[&thumbnail=N]`; null for anything else. */
export function parseImageAddress(address: string): ImageRequest | null {
  if (!address.startsWith('studio-image://image/?')) return null;
  const query = new URLSearchParams(address.slice(address.indexOf('?') + 1));
  const path = query.get('path');
  const thumbnail = query.get('thumbnail');
  if (path === null || path === '') return null;
  if (thumbnail === null) return { path, thumbnail: null };
  const side = Number(thumbnail);
  return Number.isInteger(side) && side >= 16 && side <= largestThumbnail ? { path, thumbnail: side } : null;
}

/**
 * Serves pictures to the window: only files that `isOpened` knows, and of those only what really is a picture. What
 * Chromium can't show is converted.
 * @param isOpened whether the user opened this very path
 * @param onFault told of pictures that could not be served for a reason other than being missing or refused
 */
export function createImageHandler(
  isOpened: (path: string) => boolean,
  onFault: (path: string, error: unknown) => void,
): (request: Request) => Promise<Response> {
  const thumbnailOf = createThumbnails();
  return async (request) => {
    const wanted = parseImageAddress(request.url);
    if (wanted === null || request.method !== 'GET' || !isOpened(wanted.path)) return refuse(403);
    const { path, thumbnail } = wanted;
    try {
      const status = await stat(path);
      if (!status.isFile() || status.size > maximumImageBytes) return refuse(415);
      if (thumbnail !== null) return reply(await thumbnailOf(path, status, thumbnail), 'image/jpeg');
      const bytes = await readFile(path);
      const image = recognizeImage(path, bytes);
      if (image === null) return refuse(415);
      return image.isShown ? reply(bytes, image.mediaType) : reply(await convertToPng(path), 'image/png');
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') return refuse(404);
      onFault(path, error);
      return refuse(415);
    }
  };
}

function reply(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Response {
  return new Response(bytes, {
    headers: {
      'content-type': mediaType,
      'x-content-type-options': 'nosniff',
      // The window may read the pixels of what it draws.
      'access-control-allow-origin': appOrigin,
    },
  });
}

function refuse(status: 403 | 404 | 415): Response {
  return new Response(null, { status });
}
