import { crc32 } from 'node:zlib';

/** An entry as it is to stand in the archive, however wrong. */
export interface RawEntry {
  readonly name: string;
  readonly content?: string;
  /** Unix mode; a regular file unless given. */
  readonly mode?: number;
  /** General-purpose flags; bit 0 is "encrypted". */
  readonly flags?: number;
  /** What the headers claim as the unpacked size. */
  readonly claimedSize?: number;
  /** 0 stored, 8 deflated. */
  readonly method?: number;
}

/** The fields that the local and the central header share, from the flags on. */
function commonHeader({ flags = 0x800, method = 0, claimedSize }: RawEntry, content: Buffer, name: Buffer): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt16LE(flags, 0);
  header.writeUInt16LE(method, 2);
  header.writeUInt32LE(crc32(content), 8);
  header.writeUInt32LE(content.length, 12);
  header.writeUInt32LE(claimedSize ?? content.length, 16);
  header.writeUInt16LE(name.length, 20);
  return header;
}

/** A zip with exactly these entries, unchecked: packers refuse to write what attackers do. (APPNOTE.TXT 6.3.) */
export function makeRawZip(entries: readonly RawEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content ?? 'content');
    const common = commonHeader(entry, content, name);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004\u0014\0', 'latin1'), common, name, content]);
    const central = Buffer.alloc(16);
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 8);
    central.writeUInt32LE(offset, 12);
    // Version made by: 3 is Unix.
    centrals.push(Buffer.from('PK\u0001\u0002\u0014\u0003\u0014\0', 'latin1'), common, central.subarray(2), name);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
