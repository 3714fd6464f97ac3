import type { NodeProto } from 'onnx-buf';
import type { ModelFacts } from './head.ts';
import { constantNumber, isRearranging, numbersOf } from './valueOrigin.ts';

/** Bounds that values keep whatever the picture; infinite where the graph sets none. */
interface Range {
  readonly low: number;
  readonly high: number;
}

const anything: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const share: Range = { low: 0, high: 1 };
/** A centre is 1 or a little more, a size written in the same tensor (2 s)^2 times an anchor; in pixels they are hundreds. */
const largestShare = 5;
/** Nodes followed one behind the other; a tail is short. */
const deepest = 60;

/**
 * Whether the boxes that a tensor begins with are shares of the picture: the grid and what multiplies it bound their centres
 * to a few pixels otherwise. Null where the graph sets no bounds.
 */
export function isRelativePlace(model: ModelFacts, tensor: string): boolean | null {
  const { low, high } = rangeOf(model, tensor, new Map(), 0);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  return Math.max(high, -low) < largestShare;
}

/** Of parts that are joined, only the first counts: those of a prediction begin with its place, those of levels are alike. */
function rangeOf(model: ModelFacts, tensor: string, known: Map<string, Range>, depth: number): Range {
  const found = known.get(tensor);
  if (found !== undefined) return found;
  const constant = model.constants.get(tensor);
  const node = model.index.producers.get(tensor);
  const range =
    constant !== undefined
      ? boundsOf(numbersOf(constant))
      : node === undefined || depth > deepest
        ? anything
        : rangeOfNode(model, node, (name) => rangeOf(model, name, known, depth + 1));
  known.set(tensor, range);
  return range;
}

function rangeOfNode(model: ModelFacts, node: NodeProto, of: (tensor: string) => Range): Range {
  const [first = '', second = ''] = node.input;
  switch (node.opType) {
    case 'Sigmoid':
    case 'HardSigmoid':
    case 'QLinearSigmoid':
    case 'Softmax':
      return share;
    case 'Add':
      return combine(of(first), of(second), (a, b) => a + b);
    case 'Sub':
      return combine(of(first), of(second), (a, b) => a - b);
    case 'Mul': {
      const range = of(first);
      const isSquare = first === second && range.low >= 0;
      return isSquare ? { low: range.low ** 2, high: range.high ** 2 } : combine(range, of(second), (a, b) => a * b);
    }
    case 'Div': {
      const divisor = of(second);
      return divisor.low > 0 ? combine(of(first), divisor, (a, b) => a / b) : anything;
    }
    case 'Pow': {
      const exponent = constantNumber(model, second);
      const base = of(first);
      return exponent === undefined || base.low < 0
        ? anything
        : { low: base.low ** exponent, high: base.high ** exponent };
    }
    case 'Concat':
      return of(first);
    case 'ScatterND':
    case 'ScatterElements':
      return unite(of(first), of(node.input[2] ?? ''));
    default:
      return isRearranging(node) ? of(first) : anything;
  }
}

/** Of an operation that is monotonic in either value. */
function combine(a: Range, b: Range, apply: (a: number, b: number) => number): Range {
  const ends = [apply(a.low, b.low), apply(a.low, b.high), apply(a.high, b.low), apply(a.high, b.high)];
  return ends.some(Number.isNaN) ? anything : boundsOf(ends);
}

function unite(a: Range, b: Range): Range {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

function boundsOf(values: readonly number[]): Range {
  if (values.length === 0) return anything;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}
