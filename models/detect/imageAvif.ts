import { sequenceSizes } from './av1Sequence.ts';
import type { ImageHeader } from './imageHeader.ts';
import type { Size } from './imageLimits.ts';

/** A box of the ISO base media file format (ISO/IEC 14496-12). */
interface Box {
  readonly type: string;
  /** Where the box starts, where its content starts, and where it ends. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

interface Container {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** More items or boxes than any picture has are not looked at. */
const maximumItems = 10_000;

function open(bytes: Uint8Array): Container {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

function letters({ bytes }: Container, at: number): string {
  return Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
}

/** The boxes between two places, as far as they are whole. */
function boxesOf(file: Container, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let start = from; start + 8 <= to && boxes.length < maximumItems; ) {
    const short = file.view.getUint32(start);
    const wide = short === 1 && start + 16 <= to;
    const size = wide ? Number(file.view.getBigUint64(start + 8)) : short === 0 ? to - start : short;
    const content = start + (wide ? 16 : 8);
    const end = start + size;
    if (end < content || end > to) break;
    boxes.push({ type: letters(file, start + 4), start, content, end });
    start = end;
  }
  return boxes;
}

/** The boxes within the box that a way of types leads to; a full box's version and flags are jumped over. */
function boxesAt(file: Container, ...way: readonly string[]): Box[] {
  let boxes = boxesOf(file, 0, file.bytes.length);
  for (const type of way) {
    const box = boxes.find((candidate) => candidate.type === type);
    boxes = box === undefined ? [] : boxesOf(file, box.content + (type === 'meta' ? 4 : 0), box.end);
  }
  return boxes;
}

/** The brands of a file that starts with an `ftyp` box. */
export function fileBrands(bytes: Uint8Array): readonly string[] {
  const file = open(bytes);
  const end = Math.min(bytes.length, bytes.length < 4 ? 0 : file.view.getUint32(0), 4096);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(letters(file, at));
  return brands;
}

/**
 * The sizes that an AVIF file claims: of every item by its properties, and of every coded picture by its own sequence header,
 * because decoders follow the latter. None where either is missing. Turning and mirroring are left to the decoder.
 */
export function readAvifHeader(bytes: Uint8Array): ImageHeader {
  const file = open(bytes);
  const whole = boxesOf(file, 0, bytes.length);
  const truncated = (whole.at(-1)?.end ?? 0) < bytes.length;
  const declared: Size[] = boxesAt(file, 'meta', 'iprp', 'ipco')
    .filter(({ type, content, end }) => type === 'ispe' && end - content >= 12)
    .map(({ content }) => ({ width: file.view.getUint32(content + 4), height: file.view.getUint32(content + 8) }));
  const coded = itemData(file).flatMap((data) => sequenceSizes(data));
  const sizes = declared.length === 0 || coded.length === 0 ? [] : [...declared, ...coded];
  return { format: 'AVIF', sizes, orientation: 1, truncated };
}

/** The first stretch of every item's data, by the item location box (ISO/IEC 14496-12, 8.11.3). */
function itemData(file: Container): Uint8Array[] {
  const boxes = boxesAt(file, 'meta');
  const locations = boxes.find(({ type }) => type === 'iloc');
  if (locations === undefined) return [];
  const inner = boxes.find(({ type }) => type === 'idat')?.content ?? 0;
  const { view, bytes } = file;
  const found: Uint8Array[] = [];
  let at = locations.content;
  /** The next number of so many bytes; 0 beyond the end of the box. */
  const next = (size: number): number => {
    const start = at;
    at += size;
    if (size === 0 || at > locations.end) return 0;
    if (size === 8) return Number(view.getBigUint64(start));
    return size === 4 ? view.getUint32(start) : size === 2 ? view.getUint16(start) : view.getUint8(start);
  };
  const version = next(1);
  next(2);
  next(1);
  const [widths, moreWidths] = [next(1), next(1)];
  const [offsetSize, lengthSize, baseSize, indexSize] = [widths >> 4, widths & 15, moreWidths >> 4, moreWidths & 15];
  const items = next(version < 2 ? 2 : 4);
  for (let item = 0; item < Math.min(items, maximumItems) && at < locations.end; item += 1) {
    next(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : next(2) & 15;
    next(2);
    const base = next(baseSize);
    const extents = next(2);
    for (let extent = 0; extent < extents && at < locations.end; extent += 1) {
      if (version > 0) next(indexSize);
      const start = base + next(offsetSize) + (method === 1 ? inner : 0);
      const length = next(lengthSize);
      if (extent === 0) found.push(bytes.subarray(start, length === 0 ? undefined : start + length));
    }
  }
  return found;
}

/**
 * A copy that decoders give as stored: the still picture rather than the film of an animation, and without colour profiles,
 * which the usual readers of training pictures ignore. Nothing moves, because other boxes hold absolute positions.
 */
export function plainAvif(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  const file = open(copy);
  Buffer.from(copy.buffer).write('avif', 8, 'latin1');
  for (const { type, start, content, end } of boxesAt(file, 'meta', 'iprp', 'ipco')) {
    if (type !== 'colr' || end - content < 8) continue;
    const isProfile = letters(file, content) !== 'nclx';
    if (isProfile) Buffer.from(copy.buffer).write('free', start + 4, 'latin1');
    else {
      // Primaries of BT.709 and the transfer curve of sRGB; the matrix stays as it is.
      file.view.setUint16(content + 4, 1);
      file.view.setUint16(content + 6, 13);
    }
  }
  return copy;
}
