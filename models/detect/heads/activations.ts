/** 1 / (1 + e^-x) */
export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** The softmax share of `value`, one of the `count` values from `start`, `step` apart. Infinity never arises: sums go from `value`. */
export function softmaxOf(data: Float32Array, start: number, step: number, count: number, value: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += Math.exp((data[start + at * step] ?? 0) - value);
  return 1 / sum;
}
