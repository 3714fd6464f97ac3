import { describe, expect, it } from 'vitest';
import type { HeadFamily } from '../types.ts';
import { addIntegers } from './draft.ts';
import { findBoxes, readingOf } from './findBoxes.ts';
import { type Tail, tailModel } from './headTail.ts';

/**
 * Tails of published exports of heads with anchors. The one object lies in row 1, column 2 of stride 16, under the second of
 * three anchors, which is 24 x 32; its class is the second of three, its score 0.8 x 0.9. What must be found is worked out by
 * hand from the formulas.
 */
export const size = 64;
export const strides = [8, 16, 32] as const;
export const side = (stride: number) => size / stride;
export const names = "{0: 'a', 1: 'b', 2: 'c'}";
export const values = 8;
export const logit = (share: number) => Math.log(share / (1 - share));

/** Width and height in pixels, by level. */
export const own = [
  [10, 12, 14, 20, 24, 16],
  [28, 20, 24, 32, 36, 48],
  [60, 52, 70, 90, 120, 100],
] as const;
export const anchorsOf = (stride: number) => own[Math.log2(stride) - 3] ?? own[0];
export const pairs = own.map(([a, b, c, d, e, f]) => [
  [a, b],
  [c, d],
  [e, f],
]);

/** YOLOv5: x = (2 x 0.6 - 0.5 + 2) x 16 = 43.2, y = (2 x 0.4 - 0.5 + 1) x 16 = 20.8, w = (2 x 0.5)^2 x 24, h = (2 x 0.25)^2 x 32. */
const v5Raw = [0.6, 0.4, 0.5, 0.25, 0.8].map(logit);
/** YOLOv3: x = (0.7 + 2) x 16 = 43.2, y = (0.3 + 1) x 16 = 20.8, w = e^0 x 24, h = e^-ln(4) x 32. */
const v3Raw = [logit(0.7), logit(0.3), 0, -Math.log(4), logit(0.8)];
/** 24 x 8 about (43.2, 20.8). */
const ownBox = [31.2, 16.8, 55.2, 24.8];
/** The same with the second anchor of 16 of YOLOv3 and v5, 62 x 45: 62 x 11.25. */
export const publishedBox = [12.2, 15.175, 64, 26.425];

export type Rule = 'v5' | 'v3';

/** One prediction: the object or nothing. */
function rawValue(rule: Rule, anchor: number, channel: number, isThere: boolean): number {
  if (!isThere || anchor !== 1) return channel < 4 ? 0 : -15;
  return (rule === 'v5' ? v5Raw : v3Raw)[channel] ?? (channel === 6 ? logit(0.9) : -15);
}

const isCell = (stride: number, row: number, column: number) => stride === 16 && row === 1 && column === 2;
export const rawMap = (tail: Tail, rule: Rule, stride: number, output?: string) =>
  tail.map(output ?? `head${stride}`, 3 * values, stride, (channel, row, column) =>
    rawValue(rule, Math.floor(channel / values), channel % values, isCell(stride, row, column)),
  );
/** What YOLOv3 is built with, and hardly a later one. */
export const leaky = (tail: Tail) => tail.node('LeakyRelu', [tail.map('backbone', 4, 8)]);
export const sigmoid = (tail: Tail, input: string, output?: string) => tail.node('Sigmoid', [input], {}, output);
/** A constant of the graph: one number, or a list. */
export const constant = (tail: Tail, ...numbers: readonly number[]) =>
  tail.floats(numbers.length === 1 ? [] : [numbers.length], numbers);
export const times = (tail: Tail, a: string, b: string) => tail.node('Mul', [a, b]);
export const square = (tail: Tail, a: string) => tail.node('Pow', [a, constant(tail, 2)]);
let cuts = 0;
export function slice(tail: Tail, input: string, from: number, to: number, axis: number): string {
  cuts += 1;
  const integers = (kind: string, value: number) => addIntegers(tail.draft, `${kind}_${cuts}`, [value]);
  return tail.node('Slice', [input, integers('from', from), integers('to', to), integers('axis', axis)]);
}

/** [1, 3, S, S, 8], as PyTorch has it. */
export const apart = (tail: Tail, map: string, stride: number, output?: string) =>
  tail.transpose(tail.reshape(map, [1, 3, values, side(stride), side(stride)]), [0, 1, 3, 4, 2], output);
/** [1, S, S, 3, 8], as TensorFlow has it. */
export const valuesLast = (tail: Tail, map: string, stride: number, output?: string) =>
  tail.transpose(tail.reshape(map, [1, 3, values, side(stride), side(stride)]), [0, 3, 4, 1, 2], output);

/** Column and row of every cell, less `shift`: [S, S, 2]. */
export const cellsOf = (stride: number, shift: number) =>
  Array.from({ length: side(stride) ** 2 }, (_, cell) => [cell % side(stride), Math.floor(cell / side(stride))])
    .flat()
    .map((value) => value - shift);
export const grid = (tail: Tail, stride: number, shift: number) =>
  tail.floats([1, 1, side(stride), side(stride), 2], cellsOf(stride, shift));
export const rows = (tail: Tail, input: string) => tail.reshape(input, [1, -1, values]);
export const joined = (tail: Tail, make: (stride: number) => string, order: readonly number[] = strides) => [
  tail.concat(order.map(make), 1, 'output'),
];

/** Decodes [1, 3, S, S, 8] where `size` makes sizes of the activated or raw third and fourth value. */
export function decode(
  tail: Tail,
  stride: number,
  rule: Rule,
  makeSize: (wh: string) => string,
  finish: (box: string) => string = (box) => box,
): string {
  const raw = apart(tail, rawMap(tail, rule, stride), stride);
  const shares = sigmoid(tail, raw);
  const xy = slice(tail, shares, 0, 2, 4);
  const place =
    rule === 'v5'
      ? tail.node('Add', [times(tail, xy, constant(tail, 2)), grid(tail, stride, 0.5)])
      : tail.node('Add', [xy, grid(tail, stride, 0)]);
  const wh = makeSize(slice(tail, rule === 'v5' ? shares : raw, 2, 4, 4));
  const box = finish(tail.concat([times(tail, place, constant(tail, stride)), wh], 4));
  return rows(tail, tail.concat([box, slice(tail, shares, 4, values, 4)], 4));
}

export interface Form {
  readonly family: HeadFamily;
  readonly name: string;
  readonly build: (tail: Tail) => readonly string[];
  readonly box?: readonly number[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly strides?: readonly number[];
  readonly anchors?: readonly (readonly (readonly number[])[])[];
  readonly reading?: object;
  /** Where the anchors come from. */
  readonly from: 'graph' | 'metadata' | 'published';
}

/** Tests that every form is recognised without doubt, with its anchors, and that the object is found where it must be. */
export function proveForms(folder: string, forms: readonly Form[]): void {
  describe.each(forms)('$name', (form) => {
    const make = () => tailModel([size, size], form.build, form.metadata ?? { names });

    it('is recognised without doubt', () => {
      const { reading, warnings } = readingOf(make());
      const { family, strides: wanted = strides, anchors = pairs } = form;
      expect(reading).toMatchObject({ family, classes: 3, strides: wanted, ...form.reading });
      expect(warnings.join()).not.toContain('also fits');
      if (form.from !== 'published') {
        const found = reading.anchors?.map((level) =>
          level.map((pair) => pair.map((value) => Number(value.toFixed(4)))),
        );
        expect(found).toEqual(anchors);
      }
      expect(reading.evidence.join()).toContain(sources[form.from]);
      expect(warnings.join().includes('anchors are not in the file')).toBe(form.from === 'published');
    });

    it('finds the object', async () => {
      const [found, ...others] = await findBoxes(folder, make());
      expect(others).toEqual([]);
      expect(found).toMatchObject({ className: 'b', cell: { stride: 16, row: 1, column: 2, anchor: 1 } });
      expect(found?.score).toBeCloseTo(0.72, 5);
      for (const [edge, value] of (form.box ?? ownBox).entries()) expect(found?.box[edge]).toBeCloseTo(value, 3);
    });
  });
}

const sources = {
  graph: 'The anchors are constants of the graph',
  metadata: 'The metadata list the anchors',
  published: 'was published with',
} as const;
