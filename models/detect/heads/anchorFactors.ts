import type { NodeProto } from 'onnx-buf';
import { type ConstantValues, constantOf } from './graphConstants.ts';
import type { ModelFacts } from './head.ts';
import { constantNumber, isRearranging } from './valueOrigin.ts';

/** A constant that the graph makes sizes of boxes with, in the order of the graph. */
export interface AnchorFactor {
  readonly constant: ConstantValues;
  /** What the constant must be multiplied by to be an anchor, in the units of the output. */
  readonly unit: (width: 0 | 1, prediction: number, total: number) => number | null;
  /** Values of the product for one picture; null where unknown. */
  readonly count: number | null;
}

const deepest = 40;
/** Operators whose first input is followed, beside those that move values about. */
const passed = /^(Scatter|Clip|Concat)/;

/**
 * Constants that multiply an exponential (YOLOv2 to v4: wh = e^t x anchor) or the square of a sigmoid (YOLOv5 and v7:
 * wh = (2 s)^2 x anchor, or s^2 x (4 anchor)).
 */
export function findAnchorFactors(model: ModelFacts, limit: number): AnchorFactor[] {
  const found: AnchorFactor[] = [];
  for (const node of new Set(model.index.producers.values())) {
    if (node.opType !== 'Mul' || found.length > limit) continue;
    const [first = '', second = ''] = node.input;
    for (const [name, other] of [
      [second, first],
      [first, second],
    ] as const) {
      const constant = growthOf(model, other, true) === null ? null : constantOf(model, name);
      // The first of several numbers that scale a size is its anchor, unless the anchor is one of many.
      const growth = constant === null ? null : growthOf(model, other, constant.values.length > 1);
      if (growth === null || constant === null) continue;
      const output = node.output[0] ?? '';
      const gains = gainsBehind(model, output);
      found.push({
        constant,
        count: countOf(model, output),
        unit: (side, prediction, total) => (gains === null ? null : gainOf(gains, side, prediction, total, growth)),
      });
      break;
    }
  }
  return found;
}

/** Values of a tensor for one picture. */
function countOf({ shapes, outputs }: ModelFacts, tensor: string): number | null {
  const batch = outputs.find(({ dims, shape }) => dims.length > shape.length)?.dims[0] ?? 1;
  const dims = shapes.get(tensor)?.dims ?? [];
  const known = dims.filter((dim) => dim !== null);
  const count = known.reduce((product, dim) => product * dim, 1);
  return known.length < dims.length || dims.length === 0 ? null : dims[0] === batch ? count / batch : count;
}

/** How an exponential or a square grows: the factor that is missing to e^t or to (2 s)^2. */
function growthOf(model: ModelFacts, tensor: string, passesNumbers: boolean): number | null {
  let node: NodeProto | undefined = model.index.producers.get(tensor);
  let factor = 1;
  for (let step = 0; step < deepest && node !== undefined; step += 1) {
    const [first = '', second = ''] = node.input;
    if (node.opType === 'Exp') return factor;
    if (node.opType === 'Pow') {
      return constantNumber(model, second) === 2 ? squareOf(model, first, factor) : null;
    }
    if (node.opType === 'Mul' && first === second) return squareOf(model, first, factor);
    let next = first;
    if (node.opType === 'Mul') {
      const [a, b] = [constantNumber(model, first), constantNumber(model, second)];
      const by = a ?? b;
      if (by === undefined || !passesNumbers) return null;
      factor *= by;
      next = a === undefined ? first : second;
    } else if (!isRearranging(node) && !passed.test(node.opType)) return null;
    node = model.index.producers.get(next);
  }
  return null;
}

/** The square of `scale` times a sigmoid, which is (scale / 2)^2 times (2 s)^2; null for the square of anything else. */
function squareOf(model: ModelFacts, base: string, factor: number): number | null {
  let name = base;
  let scale = 1;
  for (let step = 0; step < deepest; step += 1) {
    const node = model.index.producers.get(name);
    const [first = '', second = ''] = node?.input ?? [];
    if (node === undefined) return null;
    if (/Sigmoid$/.test(node.opType)) return (factor * scale ** 2) / 4;
    if (node.opType === 'Mul') {
      const [a, b] = [constantNumber(model, first), constantNumber(model, second)];
      scale *= a ?? b ?? Number.NaN;
      name = a === undefined ? first : second;
    } else if (node.opType === 'Add' && first === second) {
      scale *= 2;
      name = first;
    } else if (isRearranging(node) || passed.test(node.opType)) name = first;
    else return null;
    if (Number.isNaN(scale)) return null;
  }
  return null;
}

interface Gain {
  readonly constant: ConstantValues;
  readonly divides: boolean;
}

function gainOf(gains: readonly Gain[], side: 0 | 1, prediction: number, total: number, start: number): number | null {
  return gains.reduce<number | null>((product, { constant: { values, dims }, divides }) => {
    const count = values.length;
    const isUniform = values.every((one) => one === values[0]);
    const ofBox = dims.at(-1) === count && (count === 2 || count === 4);
    const at = isUniform ? 0 : ofBox ? side : dims.at(-1) === total ? prediction : prediction * (count / total);
    const value = isUniform || ofBox || count % total === 0 ? values[at] : undefined;
    if (product === null || value === undefined || value === 0) return null;
    return divides ? product / value : product * value;
  }, start);
}

/** What multiplies and divides values on their way to an output of the model; null where no way is found. */
function gainsBehind(model: ModelFacts, tensor: string): Gain[] | null {
  const outputs = new Set(model.outputs.map(({ name }) => name));
  const seen = new Set<string>();
  const follow = (name: string, gains: readonly Gain[], depth: number): readonly Gain[] | null => {
    if (outputs.has(name)) return gains;
    if (seen.has(name) || depth > deepest) return null;
    seen.add(name);
    for (const node of model.index.consumers.get(name) ?? []) {
      const gain = gainOfNode(model, node, name);
      if (gain === 'stop') continue;
      for (const output of node.output) {
        const way = follow(
          output,
          gain === null || isHalving(model, gain, output) ? gains : [...gains, gain],
          depth + 1,
        );
        if (way !== null) return way;
      }
    }
    return null;
  };
  const way = follow(tensor, [], 0);
  return way === null ? null : [...way];
}

function gainOfNode(model: ModelFacts, node: NodeProto, from: string): Gain | null | 'stop' {
  if (node.opType === 'Mul' || (node.opType === 'Div' && node.input[0] === from)) {
    const constant = constantOf(model, node.input.find((name) => name !== from) ?? '');
    return constant === null ? 'stop' : { constant, divides: node.opType === 'Div' };
  }
  const isValue = node.input[0] === from || /^(Concat|Add|Sub|Scatter)/.test(node.opType);
  return isValue &&
    (isRearranging(node) || /^(Concat|Add|Sub|ScatterND|ScatterElements|NonMaxSuppression|Clip)$/.test(node.opType))
    ? null
    : 'stop';
}

/** Half of a size is on its way to a corner: it says nothing of units. */
function isHalving(model: ModelFacts, { constant, divides }: Gain, output: string): boolean {
  const isHalf = constant.values.length === 1 && constant.values[0] === (divides ? 2 : 0.5);
  return isHalf && (model.index.consumers.get(output) ?? []).some(({ opType }) => opType === 'Add' || opType === 'Sub');
}
