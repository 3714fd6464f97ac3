/** Below this number of scores a comparing sort is faster than counting digits. */
const fewScores = 4096;

/** Digits of 16 bits in a double. */
const digits = [0, 1, 2, 3] as const;

/**
 * Indices by descending score; equal scores keep their order, as in NumPy's merge sort of the negated scores. Any number but
 * NaN may be a score. Takes time in proportion to the number of scores.
 */
export function sortByScore(scores: Float64Array): Uint32Array {
  let order = indicesOf(scores.length);
  if (scores.length < fewScores) return order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const keys = descendingKeys(scores);
  // A stable sort by every digit, the lowest first, leaves the whole keys sorted.
  for (const digit of digits) order = sortByDigit(keys, digit, order);
  return order;
}

/** 0, 1, 2 ... */
export function indicesOf(count: number): Uint32Array {
  const indices = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) indices[index] = index;
  return indices;
}

/** Per score 4 digits of 16 bits, the lowest first: the numbers they make rise as the scores fall. */
function descendingKeys(scores: Float64Array): Uint16Array {
  const keys = new Uint16Array(scores.slice().buffer);
  const swapped = isBigEndian();
  for (let start = 0; start < keys.length; start += 4) {
    if (swapped) keys.subarray(start, start + 4).reverse();
    const highest = keys[start + 3] ?? 0;
    // The bits of positive numbers rise with the number, those of negative ones (sign bit set) fall.
    if (highest < 0x8000) {
      keys[start] = ~(keys[start] ?? 0);
      keys[start + 1] = ~(keys[start + 1] ?? 0);
      keys[start + 2] = ~(keys[start + 2] ?? 0);
      keys[start + 3] = ~(highest | 0x8000);
    } else if (highest === 0x8000 && scores[start >> 2] === 0) {
      // The negative zero ranks as the other one.
      keys.fill(0xffff, start, start + 3);
      keys[start + 3] = 0x7fff;
    }
  }
  return keys;
}

function isBigEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;
}

function sortByDigit(keys: Uint16Array, digit: number, order: Uint32Array): Uint32Array {
  const next = new Uint32Array(0x10000);
  for (let index = digit; index < keys.length; index += 4) {
    const value = keys[index] ?? 0;
    next[value] = (next[value] ?? 0) + 1;
  }
  const first = keys[digit] ?? 0;
  if (next[first] === order.length) return order; // one digit only, as the lowest ones of single precision
  return place(next, order, (index) => keys[4 * index + digit] ?? 0);
}

/**
 * The indices of `order` by ascending `values[index]`; equal values keep the order they have.
 * @param limit every value is below this
 */
export function countingSort(values: Uint16Array | Uint32Array, limit: number, order: Uint32Array): Uint32Array {
  const next = new Uint32Array(limit);
  for (let at = 0; at < order.length; at += 1) {
    const value = values[order[at] ?? 0] ?? 0;
    next[value] = (next[value] ?? 0) + 1;
  }
  return place(next, order, (index) => values[index] ?? 0);
}

/** @param next how often each value occurs; afterwards where its next index goes */
function place(next: Uint32Array, order: Uint32Array, keyOf: (index: number) => number): Uint32Array {
  let start = 0;
  for (let value = 0; value < next.length; value += 1) {
    const count = next[value] ?? 0;
    next[value] = start;
    start += count;
  }
  const sorted = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] ?? 0;
    const value = keyOf(index);
    const to = next[value] ?? 0;
    sorted[to] = index;
    next[value] = to + 1;
  }
  return sorted;
}
