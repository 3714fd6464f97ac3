import { type WireField, walkFields } from '../../models/graph/wire.ts';
import type { ByteChange } from './byteChanges.ts';
import type { Dice } from './dice.ts';

/** A field somewhere in the tree of messages, with the messages around it from the outside in. */
interface FieldPlace {
  readonly field: WireField;
  readonly around: readonly WireField[];
}

const lengthDelimited = 2;
/** ModelProto.graph: nearly everything lies in there. */
const graphField = 7;

function writeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

/** Walks down from the outermost message: at each field of a kind that may hold others, dice decide whether to go in. */
function somePlace(bytes: Uint8Array, dice: Dice): FieldPlace | undefined {
  const around: WireField[] = [];
  let fields = walkFields(bytes, 0, bytes.byteLength).fields;
  while (true) {
    const graph = around.length === 0 ? fields.find(({ number }) => number === graphField) : undefined;
    const field = graph !== undefined && dice.chance(0.9) ? graph : dice.pick(fields);
    if (field === undefined) return undefined;
    const inside = field.wireType === lengthDelimited ? walkFields(bytes, field.start, field.end) : undefined;
    const holdsFields = inside?.sound === true && inside.fields.length > 0;
    if (!holdsFields || (around.length > 0 && dice.chance(0.3))) return { field, around };
    around.push(field);
    fields = inside.fields;
  }
}

/** Puts `content` in the place of a whole field and corrects the lengths of the messages around it. */
function replaceField(bytes: Uint8Array, { field, around }: FieldPlace, content: Uint8Array): Uint8Array {
  let patch = content;
  let { at, end } = field;
  for (const parent of [...around].reverse()) {
    const inner = Buffer.concat([bytes.subarray(parent.start, at), patch, bytes.subarray(end, parent.end)]);
    const tag = writeVarint(parent.number * 8 + lengthDelimited);
    patch = Buffer.concat([Uint8Array.from([...tag, ...writeVarint(inner.byteLength)]), inner]);
    ({ at, end } = parent);
  }
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), patch, bytes.subarray(end)]));
}

function changeField(change: (whole: Uint8Array, field: WireField, dice: Dice) => Uint8Array): ByteChange {
  return (bytes, dice) => {
    const place = somePlace(bytes, dice);
    if (place === undefined) return bytes;
    const { at, end } = place.field;
    return replaceField(bytes, place, change(bytes.slice(at, end), place.field, dice));
  };
}

function repeat(whole: Uint8Array, times: number): Uint8Array {
  return new Uint8Array(Buffer.concat(Array.from({ length: times }, () => whole)));
}

const oddNumbers: readonly (readonly number[])[] = [
  [0],
  [1],
  [0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

function wrap(tags: readonly number[], content: Uint8Array): Uint8Array {
  return tags.reduceRight<Uint8Array>((inner, number) => {
    const head = [...writeVarint(number * 8 + lengthDelimited), ...writeVarint(inner.byteLength)];
    return new Uint8Array(Buffer.concat([Uint8Array.from(head), inner]));
  }, content);
}

/** Fields that lead from a message to one of the same kind: node, attribute and its graph; a sequence and its elements. */
const nestings = [
  { outside: [graphField], once: [1, 5, 6] },
  { outside: [graphField, 13, 2], once: [4, 1] },
] as const;

/** Changes of the protobuf fields that a file is made of, whatever they mean. */
export const fieldChanges: Readonly<Record<string, ByteChange>> = {
  'a field dropped': changeField(() => new Uint8Array()),
  'a field repeated': changeField((whole, _, dice) => repeat(whole, 2 + dice.below(3))),
  'a field repeated very often': changeField((whole) =>
    repeat(whole, Math.min(5000, Math.ceil(2e6 / (1 + whole.byteLength)))),
  ),
  'a field of another number': changeField((whole, field, dice) => {
    const tag = writeVarint((1 + dice.below(30)) * 8 + field.wireType);
    return new Uint8Array(Buffer.concat([Uint8Array.from(tag), whole.subarray(field.tagBytes)]));
  }),
  'a field of another kind': changeField((whole, _, dice) => {
    const copy = new Uint8Array(whole);
    copy[0] = ((copy[0] ?? 0) & 0xf8) | dice.below(8);
    return copy;
  }),
  'a number changed': changeField((whole, field, dice) =>
    field.wireType === 0
      ? Uint8Array.from([...whole.subarray(0, field.tagBytes), ...(dice.pick(oddNumbers) ?? [])])
      : whole,
  ),
  'a length changed': (bytes, dice) => {
    const place = somePlace(bytes, dice);
    if (place === undefined || place.field.wireType !== lengthDelimited) return bytes;
    const { at, tagBytes, start, end } = place.field;
    const length = Math.max(0, end - start + (dice.pick([-1, 1, 10, -10, 127, 1e6, 2 ** 31, 2 ** 40]) ?? 0));
    const head = Uint8Array.from(writeVarint(length));
    return new Uint8Array(Buffer.concat([bytes.subarray(0, at + tagBytes), head, bytes.subarray(start)]));
  },
  'messages nested very deeply': (bytes, dice) => {
    const nesting = dice.pick(nestings);
    if (nesting === undefined) return bytes;
    let inner: Uint8Array = new Uint8Array();
    for (let depth = dice.pick([60, 1000, 5000]) ?? 0; depth > 0; depth -= 1) inner = wrap(nesting.once, inner);
    // A second graph is merged with the first, as protobuf has it.
    return new Uint8Array(Buffer.concat([bytes, wrap(nesting.outside, inner)]));
  },
  'a field from elsewhere': (bytes, dice, other) => {
    const place = somePlace(bytes, dice);
    const from = somePlace(other, dice)?.field;
    return place === undefined || from === undefined
      ? bytes
      : replaceField(bytes, place, other.slice(from.at, from.end));
  },
};
