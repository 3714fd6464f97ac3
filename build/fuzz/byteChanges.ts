import type { Dice } from './dice.ts';

/** A change of a file's bytes; what it gives may share no memory with what it got. */
export type ByteChange = (bytes: Uint8Array, dice: Dice, other: Uint8Array) => Uint8Array;

/** Most of a model file is weights, and damage there goes unnoticed: the front and the end are where the graph lies. */
function somePlace(bytes: Uint8Array, dice: Dice): number {
  const edge = Math.min(bytes.byteLength, 4096);
  if (dice.chance(0.5)) return dice.below(edge);
  return dice.chance(0.3) ? bytes.byteLength - 1 - dice.below(edge) : dice.below(bytes.byteLength);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Changes that know nothing of the format. */
export const byteChanges: Readonly<Record<string, ByteChange>> = {
  'flipped bits': (bytes, dice) => {
    const copy = new Uint8Array(bytes);
    for (let count = 1 + dice.below(8); count > 0; count -= 1) {
      const at = somePlace(copy, dice);
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
    }
    return copy;
  },
  'changed bytes': (bytes, dice) => {
    const copy = new Uint8Array(bytes);
    for (let count = 1 + dice.below(8); count > 0; count -= 1) copy[somePlace(copy, dice)] = dice.below(256);
    return copy;
  },
  'a filled stretch': (bytes, dice) => {
    const copy = new Uint8Array(bytes);
    const at = somePlace(copy, dice);
    return copy.fill(dice.pick([0, 0x7f, 0x80, 0xff]) ?? 0, at, at + 1 + dice.below(200));
  },
  'a cut end': (bytes, dice) => bytes.slice(0, somePlace(bytes, dice)),
  'a missing stretch': (bytes, dice) => {
    const at = somePlace(bytes, dice);
    return join(bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(300)));
  },
  'a repeated stretch': (bytes, dice) => {
    const at = somePlace(bytes, dice);
    const end = at + 1 + dice.below(300);
    return join(bytes.subarray(0, end), bytes.subarray(at));
  },
  'bytes put in': (bytes, dice) => {
    const at = somePlace(bytes, dice);
    const more = Uint8Array.from({ length: 1 + dice.below(40) }, () => dice.below(256));
    return join(bytes.subarray(0, at), more, bytes.subarray(at));
  },
  'a moved stretch': (bytes, dice) => {
    const from = somePlace(bytes, dice);
    return new Uint8Array(bytes).copyWithin(somePlace(bytes, dice), from, from + 1 + dice.below(300));
  },
  'two files spliced': (bytes, dice, other) =>
    join(bytes.subarray(0, somePlace(bytes, dice)), other.subarray(somePlace(other, dice))),
  'another file behind it': (bytes, _, other) => join(bytes, other),
};
