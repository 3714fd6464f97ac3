import type { NodeProto } from 'onnx-buf';
import { type ActivationType, activationGrid, type Grid, joinRanges, type Range } from './grid.ts';
import { clipsValues, dataInputs, isLayer, movesValues } from './operators.ts';
import { type GraphFacts, rangeRatio, type Selection } from './select.ts';
import { siluProductOf } from './silu.ts';

/**
 * Inputs of a Concat share the output's grid when their ranges differ by no more than this: sharing saves the runtime a
 * requantization, but costs an input with a smaller range part of its resolution.
 */
const largestSharedRatio = 2;

/** Every tensor that integer nodes read or make and that needs a grid: all but those a Relu or Clip swallows. */
export function tensorsToQuantize({ index, constants }: GraphFacts, { lowered }: Selection): string[] {
  const tensors = new Set<string>();
  for (const node of lowered) for (const name of [...dataInputs(node), ...node.output]) tensors.add(name);
  return [...tensors].filter((name) => name !== '' && !constants.has(name) && !isSwallowed(name, index, lowered));
}

/** True between an integer layer and the Relu or Clip that alone reads it: the runtime runs both as one. */
function isSwallowed(name: string, index: GraphFacts['index'], integer: ReadonlySet<NodeProto>): boolean {
  const producer = index.producers.get(name);
  const readers = index.consumers.get(name) ?? [];
  const [reader] = readers;
  if (producer === undefined || !isLayer(producer) || reader === undefined || readers.length !== 1) return false;
  return integer.has(producer) && integer.has(reader) && clipsValues(reader);
}

/** The grid of each tensor that is quantized. Tensors that are only moved share one grid with what they were moved from. */
export function planGrids(
  facts: GraphFacts,
  selection: Selection,
  ranges: Map<string, Range>,
  type: ActivationType,
  symmetric = false,
): Map<string, Grid> {
  const tensors = tensorsToQuantize(facts, selection).filter((tensor) => ranges.has(tensor));
  const groups = groupSharedTensors(tensors, selection, ranges);
  const grids = new Map<string, Grid>();
  for (const tensor of tensors) {
    const range = groups.get(tensor);
    if (range !== undefined) grids.set(tensor, activationGrid(range, type, symmetric));
  }
  if (symmetric) return grids;
  for (const tensor of tensors) {
    const range = groups.get(tensor);
    const trimmed = range === undefined ? undefined : trimSiluInput(tensor, range, facts, grids);
    if (trimmed !== undefined) grids.set(tensor, activationGrid(trimmed, type));
  }
  return grids;
}

/** For each tensor the joined range of all tensors it has to share a grid with. */
function groupSharedTensors(
  tensors: readonly string[],
  selection: Selection,
  ranges: Map<string, Range>,
): Map<string, Range> {
  const parents = new Map(tensors.map((tensor) => [tensor, tensor]));
  const rootOf = (tensor: string): string => {
    let root = tensor;
    for (let parent = parents.get(root); parent !== undefined && parent !== root; parent = parents.get(root))
      root = parent;
    parents.set(tensor, root);
    return root;
  };
  for (const node of selection.lowered) {
    if (!movesValues(node) || (node.opType === 'Concat' && rangeRatio(node, ranges) > largestSharedRatio)) continue;
    const [first, ...rest] = [...node.output, ...dataInputs(node)].filter((tensor) => parents.has(tensor));
    for (const other of rest) if (first !== undefined) parents.set(rootOf(other), rootOf(first));
  }
  const joined = new Map<string, Range>();
  for (const tensor of tensors) {
    const range = ranges.get(tensor);
    const root = rootOf(tensor);
    const before = joined.get(root);
    if (range !== undefined) joined.set(root, before === undefined ? range : joinRanges(before, range));
  }
  return new Map(
    tensors.flatMap((tensor) => {
      const range = joined.get(rootOf(tensor));
      return range === undefined ? [] : [[tensor, range] as const];
    }),
  );
}

/**
 * SiLU, x * sigmoid(x), fades to zero below: where its result rounds to zero anyway, its input needs no grid points. Cutting
 * the lower end of the input's range off there makes the steps finer where they count. It is cut where the result is a quarter
 * of an output step: most activations lie below, so they must round to zero safely, all of them being moved by the same amount.
 * Undefined where the tensor is not the input of a SiLU alone.
 */
function trimSiluInput(
  tensor: string,
  range: Range,
  { index }: GraphFacts,
  grids: Map<string, Grid>,
): Range | undefined {
  const product = siluProductOf(tensor, index);
  const step = grids.get(product?.output[0] ?? '')?.scale;
  if (step === undefined) return undefined;
  const lowest = siluFadesBelow(step / 4);
  return lowest <= range.min ? undefined : { min: Math.min(lowest, 0), max: range.max };
}

/** The x below which |x * sigmoid(x)| < error: the minimum of SiLU is -0.2785 at x = -1.2785, and it rises to 0 from there down. */
export function siluFadesBelow(error: number): number {
  let low = -40;
  let high = -1.2785;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (-middle / (1 + Math.exp(-middle)) < error) low = middle;
    else high = middle;
  }
  return low;
}
