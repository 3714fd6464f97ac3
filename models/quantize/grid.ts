/** Smallest and largest value a tensor took. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** An affine integer grid: real = scale * (integer - zeroPoint), low <= integer <= high. */
export interface Grid {
  /** Exactly representable in float32, as it is stored. */
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

export type ActivationType = 'uint8' | 'int8' | 'uint16' | 'int16';

/** Smallest positive normal float32: a smaller scale would lose its own precision. */
export const leastScale = 2 ** -126;

/** Rounds to the nearest integer, ties to even, as ONNX QuantizeLinear does. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The smallest range that holds both ranges. */
export function joinRanges(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}

/** Width of a range once it is stretched to hold zero, as every quantized range is. */
export function widthWithZero(range: Range): number {
  return Math.max(0, range.max) - Math.min(0, range.min);
}

/** The steps between the smallest and the largest integer of a type. */
export function stepsOf(type: ActivationType): number {
  return is16Bit(type) ? 65_535 : 255;
}

/** True for the types whose QuantizeLinear came late: with opset 21, before that in the runtime's own domain. */
export function is16Bit(type: ActivationType): boolean {
  return type === 'uint16' || type === 'int16';
}

/**
 * The grid over a range. The range is stretched to hold zero, which is always exactly representable (padding and ReLU depend on
 * it); inside it no value moves by more than half a step. A symmetric grid reaches equally far to either side and has its zero in
 * the middle of the integers, where some accelerators want it.
 */
export function activationGrid(range: Range, type: ActivationType, symmetric = false): Grid {
  const steps = stepsOf(type);
  const low = type === 'uint8' || type === 'uint16' ? 0 : -(steps + 1) / 2;
  const high = low + steps;
  const width = widthWithZero(range);
  if (symmetric) {
    const reach = Math.max(Math.abs(range.min), Math.abs(range.max));
    const half = (steps - 1) / 2;
    const scale = reach === 0 ? 1 : Math.max(Math.fround(reach / half), leastScale);
    return { scale, zeroPoint: low + half + 1, low, high };
  }
  if (width === 0) return { scale: 1, zeroPoint: low, low, high };
  const scale = Math.max(Math.fround(width / steps), leastScale);
  const zeroPoint = Math.min(high, Math.max(low, roundHalfEven(low - Math.min(0, range.min) / scale)));
  return { scale, zeroPoint, low, high };
}

/** The integer that stands for a value: nearest, saturating at the ends of the grid. */
export function toGrid(grid: Grid, value: number): number {
  return Math.min(grid.high, Math.max(grid.low, roundHalfEven(value / grid.scale) + grid.zeroPoint));
}

/** The value an integer of the grid stands for. */
export function fromGrid(grid: Grid, integer: number): number {
  return grid.scale * (integer - grid.zeroPoint);
}
