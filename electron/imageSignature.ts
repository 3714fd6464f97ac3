/** What a file's first bytes say it is. */
export interface RecognizedImage {
  readonly mediaType: string;
  /** Whether Chromium shows it as it is, turned the right way. */
  readonly isShown: boolean;
}

/** Tells pictures from anything else by their signature; null for anything else. */
export function recognizeImage(bytes: Buffer): RecognizedImage | null {
  if (bytes.length < 12) return null;
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('\xff\xd8\xff')) return { mediaType: 'image/jpeg', isShown: true };
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return { mediaType: 'image/png', isShown: !bytes.includes('eXIf') };
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) {
    return { mediaType: 'image/webp', isShown: !bytes.includes('EXIF') };
  }
  if (start.startsWith('GIF8')) return { mediaType: 'image/gif', isShown: true };
  if (start.startsWith('BM')) return { mediaType: 'image/bmp', isShown: true };
  if (start.startsWith('ftypavif', 4) || start.startsWith('ftypavis', 4)) {
    return { mediaType: 'image/avif', isShown: true };
  }
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return { mediaType: 'image/tiff', isShown: false };
  return null;
}
