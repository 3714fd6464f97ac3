/** Reading protobuf's wire format by hand: to tell what is wrong with a file, before or after the decoder refused it. */

/** One field of a message as it lies in the file; `end` may lie beyond the file when it was cut. */
export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: number;
  /** Where the field begins: its tag, of `tagBytes` bytes. */
  readonly at: number;
  readonly tagBytes: number;
  /** Where the field's content begins and ends (for length-delimited fields without the length). */
  readonly start: number;
  readonly end: number;
}

const lengthDelimited = 2;

/** Reads a varint; undefined when the bytes end inside it or it is longer than ten bytes. */
function readVarint(bytes: Uint8Array, at: number, limit: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    if (at + index >= limit) return undefined;
    const byte = bytes[at + index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return undefined;
}

/**
 * The fields of the message between `start` and `limit`, as far as they can be read. `sound` tells whether they fill it
 * exactly; otherwise `stoppedAt` is the offset of the first field that makes no sense or does not fit.
 */
export function walkFields(
  bytes: Uint8Array,
  start: number,
  limit: number,
): { readonly fields: readonly WireField[]; readonly sound: boolean; readonly stoppedAt: number } {
  const fields: WireField[] = [];
  let at = start;
  while (at < limit) {
    const field = readField(bytes, at, limit);
    if (field === undefined) return { fields, sound: false, stoppedAt: at };
    fields.push(field);
    if (field.end > limit) return { fields, sound: false, stoppedAt: at };
    at = field.end;
  }
  return { fields, sound: true, stoppedAt: at };
}

function readField(bytes: Uint8Array, at: number, limit: number): WireField | undefined {
  const tag = readVarint(bytes, at, limit);
  if (tag === undefined) return undefined;
  const number = Math.floor(tag.value / 8);
  if (number === 0) return undefined;
  const wireType = tag.value % 8;
  const field = { number, wireType, at, tagBytes: tag.next - at };
  switch (wireType) {
    case 0: {
      const value = readVarint(bytes, tag.next, limit);
      return value === undefined ? undefined : { ...field, start: tag.next, end: value.next };
    }
    case 1:
      return { ...field, start: tag.next, end: tag.next + 8 };
    case lengthDelimited: {
      const length = readVarint(bytes, tag.next, limit);
      return length === undefined ? undefined : { ...field, start: length.next, end: length.next + length.value };
    }
    case 5:
      return { ...field, start: tag.next, end: tag.next + 4 };
    default:
      return undefined;
  }
}
