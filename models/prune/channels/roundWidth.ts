/** Nearest width to `wanted` that is a multiple of `step` (of two the smaller), or the whole size; never below the least. */
export function roundWidth(size: number, wanted: number, step: number, least: number): number {
  let best = size;
  for (let width = Math.max(step, Math.ceil(least / step) * step); width < size; width += step) {
    const [closeness, bestCloseness] = [Math.abs(width - wanted), Math.abs(best - wanted)];
    if (closeness < bestCloseness || (closeness === bestCloseness && width < best)) best = width;
  }
  return best;
}
