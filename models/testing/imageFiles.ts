import { crc32, deflateSync } from 'node:zlib';

// Writers of the plainest files of each format, for pictures that no encoder makes: broken ones and uncommon kinds.

/** A little-endian TIFF structure: one directory, then data. */
export function tiffFile(entries: readonly TiffEntry[], data: Uint8Array = new Uint8Array()): Buffer {
  const start = 8 + 2 + 12 * entries.length + 4;
  const directory = Buffer.alloc(start);
  directory.write('II*\0\x08\0\0\0', 'latin1');
  directory.writeUInt16LE(entries.length, 8);
  const lists: Buffer[] = [];
  let listStart = start + data.length;
  for (const [index, [tag, ...values]] of entries.entries()) {
    const at = 10 + 12 * index;
    // Everything as SHORT where it fits and LONG elsewhere; lists beyond four bytes lie behind the data.
    const isLong = values.some((value) => value > 0xffff);
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(isLong ? 4 : 3, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    const list = Buffer.alloc(values.length * (isLong ? 4 : 2));
    for (const [place, value] of values.entries()) {
      if (isLong) list.writeUInt32LE(value, 4 * place);
      else list.writeUInt16LE(value, 2 * place);
    }
    if (list.length <= 4) list.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(listStart, at + 8);
      lists.push(list);
      listStart += list.length;
    }
  }
  return Buffer.concat([directory, data, ...lists]);
}

type TiffEntry = readonly [tag: number, ...values: number[]];

/** An uncompressed TIFF picture of one strip; `more` entries are added or replace what is there. */
export function tiffPicture(
  { width, height, bits }: { width: number; height: number; bits: readonly number[] },
  data: Uint8Array,
  more: readonly TiffEntry[] = [],
): Buffer {
  const entries = new Map<number, readonly number[]>([
    [256, [width]],
    [257, [height]],
    [258, bits],
    [259, [1]],
    [262, [bits.length === 1 ? 1 : 2]],
    [273, [0]],
    [277, [bits.length]],
    [278, [height]],
    [279, [data.length]],
    ...more.map(([tag, ...values]) => [tag, values] as const),
  ]);
  entries.set(273, [8 + 2 + 12 * entries.size + 4]);
  const sorted = [...entries].sort(([a], [b]) => a - b).map(([tag, values]): TiffEntry => [tag, ...values]);
  return tiffFile(sorted, data);
}

export function pngChunk(type: string, content: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length);
  chunk.write(type, 4, 'latin1');
  chunk.set(content, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length);
  return chunk;
}

/** A PNG whose scan lines are given with their filter bytes; `more` chunks stand before the pixels. */
export function pngFile(
  { width, height, bits, colorType }: { width: number; height: number; bits: number; colorType: number },
  lines: Uint8Array,
  more: readonly Uint8Array[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([bits, colorType], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', deflateSync(lines)),
    pngChunk('IEND', new Uint8Array()),
  ]);
}

export function riffChunk(name: string, content: Uint8Array): Buffer {
  const chunk = Buffer.alloc(8 + content.length + (content.length % 2));
  chunk.write(name, 'latin1');
  chunk.writeUInt32LE(content.length, 4);
  chunk.set(content, 8);
  return chunk;
}

/** A WebP of these chunks. */
export function webpFile(...chunks: readonly Uint8Array[]): Buffer {
  return riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]));
}

/** The content of a VP8X chunk. */
export function webpCanvas(width: number, height: number, flags: number): Buffer {
  const content = Buffer.alloc(10);
  content[0] = flags;
  content.writeUIntLE(width - 1, 4, 3);
  content.writeUIntLE(height - 1, 7, 3);
  return content;
}

/** A 24-bit BMP header that claims a size, without pixels. */
export function bmpHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return header;
}
