import { placedSize, placeImage } from '../geometry/letterbox.ts';
import type { DetectorSpec, Placement } from '../types.ts';
import type { DecodedImage } from './image.ts';

/** Interpolation weights are whole numbers of 1/2048, so that two passes fit 32 bits. */
const weightBits = 11;
const one = 1 << weightBits;

/**
 * Resizes a picture into the network's input tensor: one image, in the layout and channel order of the spec,
 * `(pixel * scale - mean) / std`. Bilinear without antialias, half-pixel centres, clamped at the borders; resized pixels
 * are rounded to 8 bits before they are scaled, as in the published pipelines, which resize 8-bit pictures.
 * @param into is reused for the result where given; it must have 3 * height * width elements.
 */
export function prepareInput(
  image: DecodedImage,
  spec: DetectorSpec,
  into?: Float32Array,
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
  const tables = channelTables(spec);
  if (placed.width !== inputWidth || placed.height !== inputHeight) {
    fillPixels(data, plane, pixelStep, red, tables.red[padValue] ?? 0);
    fillPixels(data, plane, pixelStep, green, tables.green[padValue] ?? 0);
    fillPixels(data, plane, pixelStep, blue, tables.blue[padValue] ?? 0);
  }

  const { rgb } = image;
  const columns = sampleAxis(image.width, placed.width, 3);
  const rows = sampleAxis(image.height, placed.height, 3 * image.width);
  let upper = { source: -1, values: new Int32Array(3 * placed.width) };
  let lower = { source: -1, values: new Int32Array(3 * placed.width) };
  for (let row = 0; row < placed.height; row += 1) {
    const above = rows.first[row] ?? 0;
    const below = rows.second[row] ?? 0;
    // Neighbouring output rows often share source rows: the lower one of the last row is the upper one of this.
    if (lower.source === above) [upper, lower] = [lower, upper];
    if (upper.source !== above) {
      resampleRow(rgb, above, columns, upper.values);
      upper.source = above;
    }
    if (lower.source !== below) {
      resampleRow(rgb, below, columns, lower.values);
      lower.source = below;
    }
    const weight = rows.weight[row] ?? 0;
    const start = pixelStep * ((row + placement.padTop) * inputWidth + placement.padLeft);
    blendRows(upper.values, lower.values, weight, tables, data, start, pixelStep, red, green, blue);
  }
  return { data, placement };
}

interface AxisSamples {
  /** Offsets of the two source samples that an output sample lies between ... */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** ... and how much of the second it takes, 0..2048. */
  readonly weight: Int32Array;
}

/** Bilinear sampling positions of one axis: `size` source samples become `placed`; offsets are multiplied by `step`. */
function sampleAxis(size: number, placed: number, step: number): AxisSamples {
  const first = new Int32Array(placed);
  const second = new Int32Array(placed);
  const weight = new Int32Array(placed);
  const ratio = size / placed;
  for (let index = 0; index < placed; index += 1) {
    const position = Math.min(Math.max((index + 0.5) * ratio - 0.5, 0), size - 1);
    const before = Math.floor(position);
    first[index] = step * before;
    second[index] = step * Math.min(before + 1, size - 1);
    weight[index] = Math.round((position - before) * one);
  }
  return { first, second, weight };
}

/** One source row, interpolated to the new width: 3 values a pixel, times 2048. */
function resampleRow(rgb: Uint8Array, rowStart: number, columns: AxisSamples, values: Int32Array): void {
  const { first, second, weight } = columns;
  let to = 0;
  for (let column = 0; column < first.length; column += 1) {
    const left = rowStart + (first[column] ?? 0);
    const right = rowStart + (second[column] ?? 0);
    const share = weight[column] ?? 0;
    const rest = one - share;
    values[to] = (rgb[left] ?? 0) * rest + (rgb[right] ?? 0) * share;
    values[to + 1] = (rgb[left + 1] ?? 0) * rest + (rgb[right + 1] ?? 0) * share;
    values[to + 2] = (rgb[left + 2] ?? 0) * rest + (rgb[right + 2] ?? 0) * share;
    to += 3;
  }
}

interface ChannelTables {
  /** Input value of each pixel value 0..255. */
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
}

function channelTables({ input }: DetectorSpec): ChannelTables {
  const [first, second, third] = [0, 1, 2].map((channel) =>
    Float32Array.from(
      { length: 256 },
      (_, pixel) => (pixel * input.scale - (input.mean[channel] ?? 0)) / (input.std[channel] ?? 1),
    ),
  );
  const empty = new Float32Array(256);
  const [a, b, c] = [first ?? empty, second ?? empty, third ?? empty];
  return input.channels === 'RGB' ? { red: a, green: b, blue: c } : { red: c, green: b, blue: a };
}

/** Blends two interpolated rows and writes the pixels of one row of the input. */
function blendRows(
  upper: Int32Array,
  lower: Int32Array,
  weight: number,
  tables: ChannelTables,
  data: Float32Array,
  start: number,
  step: number,
  red: number,
  green: number,
  blue: number,
): void {
  const rest = one - weight;
  const half = 1 << (2 * weightBits - 1);
  let to = start;
  for (let from = 0; from < upper.length; from += 3) {
    const r = ((upper[from] ?? 0) * rest + (lower[from] ?? 0) * weight + half) >> (2 * weightBits);
    const g = ((upper[from + 1] ?? 0) * rest + (lower[from + 1] ?? 0) * weight + half) >> (2 * weightBits);
    const b = ((upper[from + 2] ?? 0) * rest + (lower[from + 2] ?? 0) * weight + half) >> (2 * weightBits);
    data[red + to] = tables.red[r] ?? 0;
    data[green + to] = tables.green[g] ?? 0;
    data[blue + to] = tables.blue[b] ?? 0;
    to += step;
  }
}

function fillPixels(data: Float32Array, count: number, step: number, offset: number, value: number): void {
  if (step === 1) {
    data.fill(value, offset, offset + count);
    return;
  }
  for (let pixel = 0; pixel < count; pixel += 1) data[offset + pixel * step] = value;
}
