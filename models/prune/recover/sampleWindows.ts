import type { NodeProto } from 'onnx-buf';
import { attributeInts, attributeString } from '../../graph/nodes.ts';

/** Where the window of a convolution over pictures lies. */
export interface WindowLayout {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputWidth: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Rows above and columns left of the picture. */
  readonly before: readonly [number, number];
}

/**
 * Reads how a Conv moves over its input [N, C, H, W]; undefined where it is not one of two dimensions.
 * @param weights sizes of its weights
 */
export function windowLayout(
  node: NodeProto,
  input: readonly number[],
  weights: readonly number[],
): WindowLayout | undefined {
  const [, channels, height, width] = input;
  const [, , rows, columns] = weights;
  if (channels === undefined || height === undefined || width === undefined || input.length !== 4) return undefined;
  if (rows === undefined || columns === undefined) return undefined;
  const [strideY = 1, strideX = 1] = attributeInts(node, 'strides') ?? [];
  const [dilationY = 1, dilationX = 1] = attributeInts(node, 'dilations') ?? [];
  const automatic = attributeString(node, 'auto_pad', 'NOTSET');
  const isSame = automatic === 'SAME_UPPER' || automatic === 'SAME_LOWER';
  const pads = automatic === 'NOTSET' || automatic === '' ? (attributeInts(node, 'pads') ?? []) : [];
  const along = (axis: 0 | 1, size: number, kernel: number, stride: number, dilation: number) => {
    const reach = (kernel - 1) * dilation + 1;
    if (!isSame) {
      const [first, last] = [pads[axis] ?? 0, pads[axis + 2] ?? 0];
      return { count: Math.floor((size + first + last - reach) / stride) + 1, before: first };
    }
    const count = Math.ceil(size / stride);
    const half = Math.max(0, (count - 1) * stride + reach - size) / 2;
    return { count, before: automatic === 'SAME_LOWER' ? Math.ceil(half) : Math.floor(half) };
  };
  const [vertical, horizontal] = [
    along(0, height, rows, strideY, dilationY),
    along(1, width, columns, strideX, dilationX),
  ];
  return {
    channels,
    height,
    width,
    outputWidth: horizontal.count,
    kernel: [rows, columns],
    strides: [strideY, strideX],
    dilations: [dilationY, dilationX],
    before: [vertical.before, horizontal.before],
  };
}

/**
 * Copies what a convolution sees of some channels at some places of its output: one row a place, the values of a row in the
 * order of the weights (channel, then kernel row, then kernel column).
 * @param picture values [C, H, W]
 * @param places positions in the output, row by row
 * @param rows filled from `start` on
 */
export function copyWindows(
  layout: WindowLayout,
  picture: Float32Array,
  channels: { readonly first: number; readonly count: number },
  places: Int32Array,
  rows: Float32Array,
  start: number,
): void {
  const { height, width, outputWidth, kernel, strides, dilations, before } = layout;
  const area = height * width;
  let to = start;
  for (const place of places) {
    const top = Math.floor(place / outputWidth) * strides[0] - before[0];
    const left = (place % outputWidth) * strides[1] - before[1];
    for (let channel = channels.first; channel < channels.first + channels.count; channel += 1) {
      for (let row = 0; row < kernel[0]; row += 1) {
        const y = top + row * dilations[0];
        for (let column = 0; column < kernel[1]; column += 1) {
          const x = left + column * dilations[1];
          const isInside = y >= 0 && y < height && x >= 0 && x < width;
          rows[to] = isInside ? (picture[channel * area + y * width + x] ?? 0) : 0;
          to += 1;
        }
      }
    }
  }
}
