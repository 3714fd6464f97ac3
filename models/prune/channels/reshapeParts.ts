/** Neighbouring axes of a tensor and of what it is reshaped to that hold the same elements. Axes of size 1 are left out. */
export interface ReshapePart {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Axes that are not of size 1. */
function realAxes(dims: readonly number[]): number[] {
  return [...dims.keys()].filter((axis) => dims[axis] !== 1);
}

/**
 * Cuts a reshape into the smallest parts: [1, 48, 44, 44] to [24, 2, 1936] is 48 to 24 x 2 and 44 x 44 to 1936.
 * @param from sizes without zeros, of the same product as `to`
 */
export function matchReshape(from: readonly number[], to: readonly number[]): ReshapePart[] {
  const [left, right] = [realAxes(from), realAxes(to)];
  const parts: ReshapePart[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const part = { from: [left[i] ?? 0], to: [right[j] ?? 0] };
    let [a, b] = [from[left[i] ?? 0] ?? 1, to[right[j] ?? 0] ?? 1];
    i += 1;
    j += 1;
    while (a !== b && (a < b ? i < left.length : j < right.length)) {
      if (a < b) {
        part.from.push(left[i] ?? 0);
        a *= from[left[i] ?? 0] ?? 1;
        i += 1;
      } else {
        part.to.push(right[j] ?? 0);
        b *= to[right[j] ?? 0] ?? 1;
        j += 1;
      }
    }
    parts.push(part);
  }
  return parts;
}
