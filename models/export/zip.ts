import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';

/** One file of a bundle. */
export interface BundleFile {
  /** Inside the bundle, with forward slashes. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** SHA-256 in lower-case hex. */
export function sha256Of(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** In the form that `sha256sum --check` reads, by path. */
export function renderSums(files: readonly BundleFile[]): string {
  return [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => `${sha256Of(file.content)}  ${file.path}\n`)
    .join('');
}

/**
 * Packs files in the order of their paths. The same files give the same bytes: times, permissions and order are fixed. (Zip
 * times are local times: noon of a fixed day, made from local parts, is the same everywhere.)
 */
export async function packZip(files: readonly BundleFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  const options = { mtime: new Date(2000, 0, 1, 12), mode: 0o100644, forceDosTimestamp: true, compressionLevel: 9 };
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    zip.addBuffer(
      Buffer.from(file.content.buffer, file.content.byteOffset, file.content.byteLength),
      file.path,
      options,
    );
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
