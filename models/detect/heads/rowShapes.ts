import type { ModelFacts, OutputFacts } from './head.ts';

/** An output as [boxes, values of a box], or null for any other shape; the number of boxes may depend on the picture. */
export function rowsShape({ shape }: OutputFacts): { readonly count: number | null; readonly width: number } | null {
  const [count = null, width = null] = shape;
  return shape.length === 2 && width !== null ? { count, width } : null;
}

/**
 * The length of an output of one value a box ([1, K], [K], [K, 1]), null where it depends on the picture; undefined for
 * other shapes.
 */
export function vectorLength({ shape }: OutputFacts): number | null | undefined {
  const [first = null, second = null] = shape;
  switch (shape.length) {
    case 1:
      return first;
    case 2:
      return second === 1 ? first : second;
    default:
      return undefined;
  }
}

/** Whether an output may be one number per picture: how many boxes there are. */
export function mayBeCount(model: ModelFacts, output: OutputFacts): boolean {
  const [first = 1, second = 1] = output.shape;
  const isSmall = output.shape.length < 2 ? first === 1 || first === null : output.shape.length === 2 && second === 1;
  return isSmall && (holdsIntegers(model, output) || /num|count/i.test(output.name));
}

/** Whether an output holds whole numbers. */
export function holdsIntegers({ shapes }: ModelFacts, { name }: OutputFacts): boolean {
  return /^u?int/.test(shapes.get(name)?.type ?? '');
}
