import { extname } from 'node:path';

export type FileKind = 'model' | 'image' | 'bundle' | 'dataset';

const kinds: Readonly<Record<string, FileKind>> = {
  '.onnx': 'model',
  '.jpg': 'image',
  '.jpeg': 'image',
  '.jpe': 'image',
  '.jfif': 'image',
  '.png': 'image',
  '.apng': 'image',
  '.webp': 'image',
  '.avif': 'image',
  '.bmp': 'image',
  '.tif': 'image',
  '.tiff': 'image',
  '.gif': 'image',
  // A JPEG with further ones behind it.
  '.mpo': 'image',
  // Not decoded, but people do mean a picture: the message that says so comes from the decoder.
  '.heic': 'image',
  '.heif': 'image',
  '.zip': 'bundle',
  '.yaml': 'dataset',
  '.yml': 'dataset',
};

/** Whether a file by its ending may be a dataset. JSON files hold all kinds of things: of those in a folder not each is taken for one. */
export function mayBeDataset(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

/** What a file is by its ending; null for anything the product does not open. */
export function kindOf(path: string): FileKind | null {
  return kinds[extname(path).toLowerCase()] ?? null;
}
