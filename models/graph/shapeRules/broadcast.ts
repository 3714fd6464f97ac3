import type { Known, TensorFact } from './facts.ts';
import { isFollowed, product } from './facts.ts';

/** The dimension two broadcast dimensions give. An unknown one against a number above 1 can only be 1 or that number. */
function broadcastDim(a: Known, b: Known): Known {
  if (a === 1) return b;
  if (b === 1) return a;
  return a ?? b;
}

/** NumPy-style broadcasting of any number of shapes; null when the rank of one is unknown. */
export function broadcast(shapes: readonly (readonly Known[] | null)[]): Known[] | null {
  const ranked = shapes.filter((dims) => dims !== null);
  if (ranked.length < shapes.length) return null;
  const rank = Math.max(0, ...ranked.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) =>
    ranked.reduce<Known>((size, dims) => {
      const own = axis - rank + dims.length;
      return own < 0 ? size : broadcastDim(size, dims[own] ?? null);
    }, 1),
  );
}

/** Index into a tensor of shape `dims` of the element that lands on flat index `flat` of the shape `target`. */
function sourceIndex(flat: number, target: readonly number[], dims: readonly number[]): number {
  let rest = flat;
  let index = 0;
  let step = 1;
  for (let axis = target.length - 1; axis >= 0; axis -= 1) {
    const size = target[axis] ?? 1;
    const coordinate = rest % size;
    rest = Math.floor(rest / size);
    const own = dims[axis - target.length + dims.length] ?? 1;
    if (own > 1) index += coordinate * step;
    step *= own;
  }
  return index;
}

/**
 * The values of an element-wise operation over small tensors with broadcasting; undefined when the values of an input or
 * the shapes are not known. `combine` sees one value of each input and may get null for unknown ones.
 */
export function combineValues(
  inputs: readonly (TensorFact | undefined)[],
  combine: (values: readonly Known[]) => Known,
): Known[] | undefined {
  const sources: { values: readonly Known[]; dims: number[] }[] = [];
  for (const input of inputs) {
    const dims = input?.dims?.filter((dim) => dim !== null);
    if (input?.values === undefined || dims === undefined || dims.length !== input.dims?.length) return undefined;
    sources.push({ values: input.values, dims });
  }
  const target = broadcast(sources.map((source) => source.dims))?.map((dim) => dim ?? 0) ?? [];
  const count = product(target);
  if (!isFollowed(count)) return undefined;
  return Array.from({ length: count }, (_, flat) =>
    combine(sources.map((source) => source.values[sourceIndex(flat, target, source.dims)] ?? null)),
  );
}
