/**
 * A convolution's bias that makes up for what rounding its weights does to the mean of each output channel:
 * b' = b + sum of (W - Wq) * E[x] (Nagel et al., Data-Free Quantization, ICCV 2019). Padding is not looked at.
 * @param weights [O, I / groups, ...] as `dims` says; `rounded` are the numbers that run in their stead
 * @param means the mean of each input channel
 */
export function correctBias(
  bias: Float32Array,
  weights: Float32Array,
  rounded: Float32Array,
  dims: readonly number[],
  means: readonly number[],
): Float32Array {
  const [outputs = 0, inputs = 0] = dims;
  const area = weights.length / (outputs * inputs);
  const perGroup = outputs / (means.length / inputs);
  return bias.map((value, output) => {
    const first = Math.floor(output / perGroup) * inputs;
    let shift = 0;
    for (let input = 0; input < inputs; input += 1) {
      const mean = means[first + input] ?? 0;
      const start = (output * inputs + input) * area;
      for (let at = start; at < start + area; at += 1) shift += ((weights[at] ?? 0) - (rounded[at] ?? 0)) * mean;
    }
    return value + shift;
  });
}
