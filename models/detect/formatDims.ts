/** Dimensions as people write them, e.g. "[1, 3, ?, ?]". */
export function formatDims(dims: readonly (number | null)[]): string {
  return `[${dims.map((dim) => dim ?? '?').join(', ')}]`;
}
