import { placedSize, placeImage, roundHalfEven } from '../geometry/letterbox.ts';
import type { DetectorSpec, Placement } from '../types.ts';
import type { DecodedImage } from './image.ts';
import { pixelWords } from './pixels.ts';

/** Interpolation weights are whole numbers of 1/2048. */
const one = 2048;

/** Where the values of green and of blue begin in a table of those of red, green and blue. */
const [greens, blues] = [256, 512] as const;

/**
 * Resizes a picture into the network's input tensor: one image, in the layout and channel order of the spec,
 * `(pixel * scale - mean) / std`. Bilinear without antialias, half-pixel centres, clamped at the borders, in
 * the fixed-point arithmetic of OpenCV's INTER_LINEAR for 8-bit pictures, which YOLO models are trained and published with:
 * the result is the same to the bit.
 * @param into is reused for the result where given; it must have 3 * height * width elements.
 * @param held where the picture lies that `into` holds, if it holds one of the same spec: bars that are there already stay.
 */
export function prepareInput(
  image: DecodedImage,
  spec: DetectorSpec,
  into?: Float32Array,
  held?: Placement,
): { data: Float32Array; placement: Placement } {
  const { layout, channels, resize, padValue } = spec.input;
  const [inputHeight, inputWidth] = spec.input.size;
  const placement = placeImage(image.width, image.height, inputWidth, inputHeight, resize);
  const placed = placedSize(placement);
  const plane = inputHeight * inputWidth;
  const data = into ?? new Float32Array(3 * plane);
  const pixelStep = layout === 'NCHW' ? 1 : 3;
  const [red = 0, green = 0, blue = 0] = (channels === 'RGB' ? [0, 1, 2] : [2, 1, 0]).map((channel) =>
    layout === 'NCHW' ? channel * plane : channel,
  );
  const table = valueTable(spec);
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const sink: Sink = { bits, table, red, green, blue, step: pixelStep };
  if (held === undefined || !coversSame(held, placement)) fillBars(sink, placement, placed, padValue);
  const startOf = (row: number) => pixelStep * ((row + placement.padTop) * inputWidth + placement.padLeft);
  if (placed.width === image.width && placed.height === image.height) {
    const pixels = pixelWords(image);
    for (let row = 0; row < placed.height; row += 1) {
      copyRow(pixels, row * image.width, image.width, startOf(row), sink);
    }
  } else {
    resizeRows(image, placed, startOf, sink);
  }
  return { data, placement };
}

/** Whether two pictures cover the same part of the input. */
function coversSame(one: Placement, other: Placement): boolean {
  const [a, b] = [placedSize(one), placedSize(other)];
  return a.width === b.width && a.height === b.height && one.padLeft === other.padLeft && one.padTop === other.padTop;
}

/**
 * Where pixels go: the tensor, the values by pixel value, the offsets of the channels and the step between pixels. Floats are
 * copied as their bits, since the engine would widen and narrow each.
 */
interface Sink {
  readonly bits: Uint32Array;
  /** Bits of the input value of each pixel value 0..255: of red, then green, then blue. */
  readonly table: Uint32Array;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly step: number;
}

/** A picture that fits as it is: many photos of training sets have the input's very size. */
function copyRow(pixels: Uint32Array, rowStart: number, width: number, start: number, sink: Sink): void {
  const { bits, table, red, green, blue, step } = sink;
  const end = rowStart + width;
  let to = start;
  for (let from = rowStart; from < end; from += 1) {
    const pixel = pixels[from] ?? 0;
    bits[red + to] = table[pixel & 255] ?? 0;
    bits[green + to] = table[greens + ((pixel >>> 8) & 255)] ?? 0;
    bits[blue + to] = table[blues + ((pixel >>> 16) & 255)] ?? 0;
    to += step;
  }
}

function resizeRows(
  { rgba, width, height }: DecodedImage,
  placed: { readonly width: number; readonly height: number },
  startOf: (row: number) => number,
  sink: Sink,
): void {
  const columns = sampleAxis(width, placed.width, 4, true);
  const rows = sampleAxis(height, placed.height, 4 * width, false);
  let upper = { source: -1, values: new Int32Array(3 * placed.width) };
  let lower = { source: -1, values: new Int32Array(3 * placed.width) };
  for (let row = 0; row < placed.height; row += 1) {
    const above = rows.first[row] ?? 0;
    const below = rows.second[row] ?? 0;
    // Neighbouring output rows often share source rows: the lower one of the last row is the upper one of this.
    if (lower.source === above) [upper, lower] = [lower, upper];
    if (upper.source !== above) {
      resampleRow(rgba, above, columns, upper.values);
      upper.source = above;
    }
    if (lower.source !== below) {
      resampleRow(rgba, below, columns, lower.values);
      lower.source = below;
    }
    blendRows(upper.values, lower.values, rows.firstWeight[row] ?? 0, rows.secondWeight[row] ?? 0, startOf(row), sink);
  }
}

interface AxisSamples {
  /** Offsets of the two source samples that an output sample lies between ... */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** ... and their weights, 0..2048. */
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
}

/**
 * Bilinear sampling positions of one axis: `size` source samples become `placed`; offsets are multiplied by `step`.
 * Beyond the first and last centre both samples are the border's. OpenCV then gives columns whole weights (`clamped`) but
 * leaves rows their shares, which its rounding makes a difference of.
 */
function sampleAxis(size: number, placed: number, step: number, clamped: boolean): AxisSamples {
  const first = new Int32Array(placed);
  const second = new Int32Array(placed);
  const firstWeight = new Int32Array(placed);
  const secondWeight = new Int32Array(placed);
  const ratio = 1 / (placed / size);
  for (let index = 0; index < placed; index += 1) {
    // Positions and fractions in single precision, as OpenCV has them.
    const exact = Math.fround((index + 0.5) * ratio - 0.5);
    const position = clamped ? Math.min(Math.max(exact, 0), size - 1) : exact;
    const before = Math.floor(position);
    const fraction = Math.fround(position - before);
    first[index] = step * Math.min(Math.max(before, 0), size - 1);
    second[index] = step * Math.min(Math.max(before + 1, 0), size - 1);
    firstWeight[index] = roundHalfEven(Math.fround(1 - fraction) * one);
    secondWeight[index] = roundHalfEven(fraction * one);
  }
  return { first, second, firstWeight, secondWeight };
}

/** One source row, interpolated to the new width: 3 values a pixel, times 2048 / 16. */
function resampleRow(rgba: Uint8Array, rowStart: number, columns: AxisSamples, values: Int32Array): void {
  const { first, second, firstWeight, secondWeight } = columns;
  let to = 0;
  for (let column = 0; column < first.length; column += 1) {
    const left = rowStart + (first[column] ?? 0);
    const right = rowStart + (second[column] ?? 0);
    const a = firstWeight[column] ?? 0;
    const b = secondWeight[column] ?? 0;
    values[to] = ((rgba[left] ?? 0) * a + (rgba[right] ?? 0) * b) >> 4;
    values[to + 1] = ((rgba[left + 1] ?? 0) * a + (rgba[right + 1] ?? 0) * b) >> 4;
    values[to + 2] = ((rgba[left + 2] ?? 0) * a + (rgba[right + 2] ?? 0) * b) >> 4;
    to += 3;
  }
}

const valueTables = new WeakMap<DetectorSpec['input'], Uint32Array>();

/** The bits of `(pixel * scale - mean) / std` for every pixel value of red, then green, then blue; made once for a specification. */
function valueTable({ input }: DetectorSpec): Uint32Array {
  const known = valueTables.get(input);
  if (known !== undefined) return known;
  // Means and deviations are in the network's own order of channels.
  const order = input.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  const values = order.flatMap((channel) =>
    Array.from(
      { length: 256 },
      (_, pixel) => (pixel * input.scale - (input.mean[channel] ?? 0)) / (input.std[channel] ?? 1),
    ),
  );
  const table = new Uint32Array(Float32Array.from(values).buffer);
  valueTables.set(input, table);
  return table;
}

/** Blends two interpolated rows with weights `a` and `b` and writes the pixels of one row of the input. */
function blendRows(upper: Int32Array, lower: Int32Array, a: number, b: number, start: number, sink: Sink): void {
  const { bits, table, red, green, blue, step } = sink;
  let to = start;
  for (let from = 0; from < upper.length; from += 3) {
    // Each row's share is cut to a quarter of a grey level before the two are added and rounded.
    const r = ((((upper[from] ?? 0) * a) >> 16) + (((lower[from] ?? 0) * b) >> 16) + 2) >> 2;
    const g = ((((upper[from + 1] ?? 0) * a) >> 16) + (((lower[from + 1] ?? 0) * b) >> 16) + 2) >> 2;
    const l = ((((upper[from + 2] ?? 0) * a) >> 16) + (((lower[from + 2] ?? 0) * b) >> 16) + 2) >> 2;
    bits[red + to] = table[r] ?? 0;
    bits[green + to] = table[greens + g] ?? 0;
    bits[blue + to] = table[blues + l] ?? 0;
    to += step;
  }
}

/** Fills what the picture leaves free: rows above and below, and the ends of the rows between. */
function fillBars(
  { bits, table, red, green, blue, step }: Sink,
  { padLeft, padTop, inputWidth, inputHeight }: Placement,
  placed: { readonly width: number; readonly height: number },
  grey: number,
): void {
  const fill = (from: number, to: number) => {
    fillPixels(bits, red, step, from, to, table[grey] ?? 0);
    fillPixels(bits, green, step, from, to, table[greens + grey] ?? 0);
    fillPixels(bits, blue, step, from, to, table[blues + grey] ?? 0);
  };
  const bottom = padTop + placed.height;
  fill(0, padTop * inputWidth);
  fill(bottom * inputWidth, inputHeight * inputWidth);
  if (placed.width === inputWidth) return;
  for (let row = padTop; row < bottom; row += 1) {
    const start = row * inputWidth;
    fill(start, start + padLeft);
    fill(start + padLeft + placed.width, start + inputWidth);
  }
}

/** Writes one channel of the pixels from `from` to before `to`, counted along the rows. */
function fillPixels(bits: Uint32Array, offset: number, step: number, from: number, to: number, value: number): void {
  if (step === 1) {
    bits.fill(value, offset + from, offset + to);
    return;
  }
  for (let pixel = from; pixel < to; pixel += 1) bits[offset + pixel * step] = value;
}
