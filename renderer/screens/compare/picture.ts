import { useEffect, useState } from 'react';

/** Decoded pictures by address, newest last: leafing back and forth decodes nothing twice. */
const decoded = new Map<string, HTMLImageElement>();
const keptPictures = 12;

async function decode(url: string): Promise<HTMLImageElement> {
  const known = decoded.get(url);
  if (known) return known;
  const image = new Image();
  image.src = url;
  await image.decode();
  decoded.set(url, image);
  for (const old of decoded.keys()) {
    if (decoded.size <= keptPictures) break;
    decoded.delete(old);
  }
  return image;
}

/** Decodes a picture that will probably be wanted next. */
export function decodeAhead(url: string): void {
  // Its failure is shown when the picture itself is.
  decode(url).catch(() => {});
}

/** A picture on its way to the screen. */
export interface Picture {
  readonly url: string;
  readonly image: HTMLImageElement | null;
  readonly failed: boolean;
}

/** The decoded picture at an address, oriented as its EXIF tag says. */
export function usePicture(url: string | null): Picture | null {
  const [picture, setPicture] = useState<Picture | null>(null);
  useEffect(() => {
    if (url === null) return;
    let current = true;
    decode(url).then(
      (image) => current && setPicture({ url, image, failed: false }),
      () => current && setPicture({ url, image: null, failed: true }),
    );
    return () => {
      current = false;
    };
  }, [url]);
  if (url === null) return null;
  if (picture?.url === url) return picture;
  const image = decoded.get(url) ?? null;
  return { url, image, failed: false };
}
