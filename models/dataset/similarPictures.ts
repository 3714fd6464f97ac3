import type { RgbaImage } from '../detect/imageLimits.ts';

/** A picture is shrunk to this many columns and rows of brightness. */
const [columns, rows] = [17, 16];
const cells = columns * rows;
/** One bit for each pair of neighbours in a row: whether the right one is brighter, by more than compressing changes. */
const words = 16;
const leastStep = 2;
/** Pictures whose bits differ in more places are different ones. */
const mostBits = 14;
/** Mean difference in brightness, of 255, that scaling and recompressing leave. */
const mostDifference = 4;
/** Pictures that share a word are compared with this many of those before them. */
const mostCandidates = 64;

export interface PictureIndex {
  /** Takes in picture number `index`; each once. */
  readonly add: (index: number, image: RgbaImage) => void;
  /** Groups of two or more pictures that look the same, each sorted, the groups by their first picture. */
  readonly findGroups: () => number[][];
}

/**
 * An index of `count` pictures that finds those that look the same: scaled, recompressed or neighbours in a film. It compares
 * the bits of a difference hash, then brightnesses, and keeps 300 bytes of each picture.
 */
export function indexPictures(count: number): PictureIndex {
  const thumbnails = new Uint8Array(count * cells);
  const hashes = new Uint16Array(count * words);
  const isThere = new Uint8Array(count);
  return {
    add: (index, image) => {
      const thumbnail = thumbnails.subarray(index * cells, (index + 1) * cells);
      shrink(image, thumbnail);
      hashRows(thumbnail, hashes.subarray(index * words, (index + 1) * words));
      isThere[index] = 1;
    },
    findGroups: () => group(count, thumbnails, hashes, isThere),
  };
}

/** Mean brightness of each cell. A picture with fewer pixels than cells has empty ones, which are black. */
function shrink({ width, height, rgba }: RgbaImage, into: Uint8Array): void {
  const sums = new Float64Array(cells);
  const counts = new Float64Array(cells);
  const columnOf = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width));
  for (let y = 0; y < height; y += 1) {
    const row = columns * Math.floor((y * rows) / height);
    for (let x = 0; x < width; x += 1) {
      const cell = row + (columnOf[x] ?? 0);
      const at = 4 * (y * width + x);
      sums[cell] =
        (sums[cell] ?? 0) + 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  for (let cell = 0; cell < cells; cell += 1) into[cell] = (sums[cell] ?? 0) / Math.max(1, counts[cell] ?? 0);
}

function hashRows(thumbnail: Uint8Array, into: Uint16Array): void {
  for (let row = 0; row < rows; row += 1) {
    let word = 0;
    for (let column = 0; column + 1 < columns; column += 1) {
      const at = row * columns + column;
      word = 2 * word + ((thumbnail[at + 1] ?? 0) > (thumbnail[at] ?? 0) + leastStep ? 1 : 0);
    }
    into[row] = word;
  }
}

function group(count: number, thumbnails: Uint8Array, hashes: Uint16Array, isThere: Uint8Array): number[][] {
  const groups = joinable(count);
  // Two hashes that differ in fewer bits than they have words share at least one word.
  const buckets = new Map<number, number[]>();
  for (let index = 0; index < count; index += 1) {
    if (isThere[index] === 0) continue;
    for (let word = 0; word < words; word += 1) {
      const key = word * 65_536 + (hashes[index * words + word] ?? 0);
      const bucket = buckets.get(key) ?? [];
      for (const other of bucket) {
        if (groups.areJoined(index, other)) continue;
        if (looksSame(thumbnails, hashes, index, other)) groups.join(index, other);
      }
      if (bucket.length < mostCandidates) bucket.push(index);
      buckets.set(key, bucket);
    }
  }
  return groups.list();
}

function looksSame(thumbnails: Uint8Array, hashes: Uint16Array, a: number, b: number): boolean {
  let bits = 0;
  for (let word = 0; word < words && bits <= mostBits; word += 1) {
    bits += countBits((hashes[a * words + word] ?? 0) ^ (hashes[b * words + word] ?? 0));
  }
  if (bits > mostBits) return false;
  let difference = 0;
  for (let cell = 0; cell < cells; cell += 1) {
    difference += Math.abs((thumbnails[a * cells + cell] ?? 0) - (thumbnails[b * cells + cell] ?? 0));
  }
  return difference <= mostDifference * cells;
}

function countBits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Sets of numbers below `count` that can be joined. */
export function joinable(count: number) {
  const parents = Int32Array.from({ length: count }, (_, index) => index);
  const find = (index: number): number => {
    let root = index;
    for (let parent = parents[root] ?? root; parent !== root; parent = parents[root] ?? root) {
      parents[root] = parents[parent] ?? parent; // halves the way for the next search
      root = parent;
    }
    return root;
  };
  return {
    areJoined: (a: number, b: number) => find(a) === find(b),
    join: (a: number, b: number) => {
      const [first, second] = [find(a), find(b)];
      parents[Math.max(first, second)] = Math.min(first, second);
    },
    /** The sets of two or more, each sorted, in the order of their first numbers. */
    list: (): number[][] => {
      const sets = new Map<number, number[]>();
      for (let index = 0; index < count; index += 1) {
        const root = find(index);
        const members = sets.get(root) ?? [];
        members.push(index);
        sets.set(root, members);
      }
      return [...sets.values()].filter((members) => members.length > 1);
    },
  };
}
