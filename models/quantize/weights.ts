import { leastScale, roundHalfEven } from './grid.ts';

/** Symmetric integers with their scales: real = scale * integer. */
export interface QuantizedWeights {
  readonly values: Int8Array;
  /** One per channel, or a single one for the whole tensor. */
  readonly scales: Float32Array;
}

/** Largest magnitude of a weight: 8 bits, or 7 for kernels that add two byte products in 16 bits. */
export type WeightLimit = 127 | 64;

/**
 * Largest share of the int32 range a bias may take: the kernels add the bias to sums of products in 32 bits, so half of the
 * range is left to these.
 */
const biasLimit = 2 ** 30;

/**
 * Quantizes weights symmetrically (zero stays zero), per channel along `axis` or, where `axis` is null, with one scale for
 * all. Rounds to nearest, ties to even. A channel of zeros (or of numbers too small for a normal float32 scale)
 * gets scale 1.
 * @param leastScales a lower bound for each channel's scale (see `leastScaleForBias`)
 */
export function quantizeWeights(
  weights: Float32Array,
  dims: readonly number[],
  axis: number | null,
  limit: WeightLimit,
  leastScales?: ArrayLike<number>,
): QuantizedWeights {
  const channels = axis === null ? 1 : (dims[axis] ?? 1);
  const inner = axis === null ? weights.length : dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const scales = new Float32Array(channels);
  for (let start = 0, channel = 0; start < weights.length; start += inner, channel = (channel + 1) % channels) {
    let largest = scales[channel] ?? 0;
    for (let index = start; index < start + inner; index += 1)
      largest = Math.max(largest, Math.abs(weights[index] ?? 0));
    scales[channel] = largest;
  }
  for (let channel = 0; channel < channels; channel += 1) {
    const scale = Math.max((scales[channel] ?? 0) / limit, leastScales?.[channel] ?? 0);
    scales[channel] = scale < leastScale ? 1 : scale;
  }
  const values = new Int8Array(weights.length);
  for (let start = 0, channel = 0; start < weights.length; start += inner, channel = (channel + 1) % channels) {
    const scale = scales[channel] ?? 1;
    for (let index = start; index < start + inner; index += 1) {
      values[index] = Math.min(limit, Math.max(-limit, roundHalfEven((weights[index] ?? 0) / scale)));
    }
  }
  return { values, scales };
}

/** The real numbers that quantized weights stand for; `axis` as they were quantized with. */
export function dequantizeWeights(
  { values, scales }: QuantizedWeights,
  dims: readonly number[],
  axis: number | null,
): Float32Array {
  const inner = axis === null ? values.length : dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return Float32Array.from(values, (value, at) => value * (scales[Math.floor(at / inner) % scales.length] ?? 1));
}

/**
 * The smallest weight scale at which a bias still fits int32 when it is stored with scale inputScale * weightScale. Matters
 * for channels whose weights are nearly zero but whose bias is not.
 */
export function leastScaleForBias(bias: number, inputScale: number): number {
  return Math.abs(bias) / (inputScale * biasLimit);
}

/** A bias as int32 with scale inputScale * weightScale per channel; `scales` has one entry or one per channel. */
export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  weightScales: Float32Array,
): { values: Int32Array; scales: Float32Array } {
  const values = new Int32Array(bias.length);
  const scales = weightScales.map((scale) => inputScale * scale);
  for (let index = 0; index < bias.length; index += 1) {
    const scale = scales[scales.length === 1 ? 0 : index] ?? 1;
    values[index] = Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), roundHalfEven((bias[index] ?? 0) / scale)));
  }
  return { values, scales };
}
