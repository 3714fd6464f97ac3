import type { NodeProto, TensorProto } from 'onnx-buf';
import { elementTypeName } from '../../graph/elementTypes.ts';
import { dimsOf, elementCount, floatsOf } from '../../graph/tensors.ts';
import type { ModelFacts } from './head.ts';
import type { Anchors } from './publishedAnchors.ts';

export interface FoundAnchors {
  readonly anchors: Anchors;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
}

/** Constants larger than the anchors of every cell of the largest grid are not looked at. */
const mostValues = 4_000_000;
/** Anchors in cells are small numbers; in pixels the largest of a level is several times its stride. */
const largestInCells = 20;

/**
 * The anchors of a head, in input pixels, in the order of `strides`: those the graph multiplies with, else those of the
 * metadata, else the published ones, with a warning.
 */
export function findAnchors(
  model: ModelFacts,
  strides: readonly number[],
  anchorsPerCell: number,
  published: { readonly name: string; readonly anchors: Anchors } | null,
): FoundAnchors | null {
  const inGraph = anchorsInGraph(model, strides, anchorsPerCell);
  if (inGraph !== null) {
    return {
      anchors: inGraph,
      evidence: [`The anchors are constants of the graph: ${listAnchors(inGraph)}.`],
      warnings: [],
    };
  }
  const listed = anchorsInMetadata(model, strides, anchorsPerCell);
  if (listed !== null) {
    return { anchors: listed, evidence: [`The metadata list the anchors: ${listAnchors(listed)}.`], warnings: [] };
  }
  const fits =
    published?.anchors.length === strides.length && published.anchors.every((level) => level.length === anchorsPerCell);
  if (published === null || !fits) return null;
  return {
    anchors: matchStrides(published.anchors, strides),
    evidence: [],
    warnings: [
      `The anchors are not in the file; those ${published.name} was published with are used. If the model was trained with others, its boxes have wrong sizes: give them in the specification.`,
    ],
  };
}

function listAnchors(anchors: Anchors): string {
  return anchors
    .map((level) => level.map(([width, height]) => `${round(width)} x ${round(height)}`).join(', '))
    .join('; ');
}

const round = (value: number) => Number(value.toPrecision(4));

/** Levels are listed finest first; strides may run the other way. */
function matchStrides(finestFirst: Anchors, strides: readonly number[]): Anchors {
  return (strides[0] ?? 0) > (strides.at(-1) ?? 0) ? finestFirst.toReversed() : finestFirst;
}

/**
 * Constants that multiply an exponential, a square or a product of a sigmoid with itself, one per level: A widths and heights,
 * perhaps repeated for every cell.
 */
export function anchorsInGraph(model: ModelFacts, strides: readonly number[], anchorsPerCell: number): Anchors | null {
  const found: { readonly pairs: Anchors[number]; readonly inCells: boolean }[] = [];
  for (const node of model.index.producers.values()) {
    if (node.opType !== 'Mul' || found.length > 4 * strides.length) continue;
    const constant = node.input
      .map((name) => ({ name, tensor: constantBehind(model, name) }))
      .find(({ tensor }) => tensor);
    const other = node.input.find((name) => name !== constant?.name);
    if (constant?.tensor === undefined || other === undefined || !isGrowth(model, other)) continue;
    const pairs = distinctPairs(constant.tensor, anchorsPerCell);
    if (pairs !== null) found.push({ pairs, inCells: Math.max(...pairs.flat()) < largestInCells });
  }
  if (found.length !== strides.length) return null;
  const inCells = found.every((level) => level.inCells);
  const ordered = found.map(({ pairs }) => pairs);
  // In pixels, coarser levels have larger anchors; in cells their order in the graph is that of the levels.
  if (!inCells) ordered.sort((a, b) => areaOf(a) - areaOf(b));
  const sorted = inCells ? ordered : matchStrides(ordered, strides);
  return sorted.map((level, index) =>
    level.map(([width, height]) => {
      const unit = inCells ? (strides[index] ?? 1) : 1;
      return [width * unit, height * unit] as const;
    }),
  );
}

const areaOf = (level: Anchors[number]) => level.reduce((sum, [width, height]) => sum + width * height, 0);

/** The constant a tensor is, perhaps reshaped, tiled or sliced. */
function constantBehind({ index, constants }: ModelFacts, tensor: string): TensorProto | undefined {
  let name = tensor;
  for (let step = 0; step < 6; step += 1) {
    const constant = constants.get(name);
    if (constant !== undefined) return isFloat(constant) ? constant : undefined;
    const node = index.producers.get(name);
    if (node === undefined || !/^(Reshape|Unsqueeze|Expand|Tile|Cast|Identity|Transpose|Squeeze)$/.test(node.opType)) {
      return undefined;
    }
    name = node.input[0] ?? '';
  }
  return undefined;
}

const isFloat = (tensor: TensorProto) => /^(float|float16|double)$/.test(elementTypeName(tensor.dataType));

/** Whether a tensor is an exponential, a power, or something times itself, perhaps moved about. */
function isGrowth({ index }: ModelFacts, tensor: string): boolean {
  let node: NodeProto | undefined = index.producers.get(tensor);
  for (let step = 0; step < 6 && node !== undefined; step += 1) {
    if (node.opType === 'Exp' || node.opType === 'Pow') return true;
    if (node.opType === 'Mul' && node.input[0] === node.input[1]) return true;
    if (!/^(Slice|Split|Reshape|Transpose|Cast|Identity|Mul|StridedSlice|Gather)$/.test(node.opType)) return false;
    node = index.producers.get(node.input[0] ?? '');
  }
  return false;
}

/** A widths and heights in the order in which they first appear; null where a constant holds anything else. */
function distinctPairs(tensor: TensorProto, count: number): Anchors[number] | null {
  const dims = dimsOf(tensor);
  const total = elementCount(tensor);
  if (total < 2 * count || total > mostValues || total % (2 * count) !== 0) return null;
  const values = floatsOf(tensor);
  const channelFirst = dims.at(-1) !== 2;
  if (channelFirst && total !== 2 * count) return null;
  const pairs: (readonly [number, number])[] = [];
  for (let at = 0; at < total; at += 2) {
    const [width = 0, height = 0] = [values[at], values[at + 1]];
    if (!(width > 0 && height > 0)) return null;
    if (pairs.some(([a, b]) => a === width && b === height)) continue;
    pairs.push([width, height]);
    if (pairs.length > count) return null;
  }
  return pairs.length === count ? pairs : null;
}

/** `anchors` as a list of numbers, in pixels, finest level first. */
function anchorsInMetadata(model: ModelFacts, strides: readonly number[], anchorsPerCell: number): Anchors | null {
  const text = model.metadata.get('anchors')?.slice(0, 10_000);
  const numbers = (text?.match(/\d+(\.\d+)?([eE][+-]?\d+)?/g) ?? []).map(Number);
  if (numbers.length !== 2 * strides.length * anchorsPerCell || numbers.some((value) => !(value > 0))) return null;
  const levels = strides.map((_, level) =>
    Array.from({ length: anchorsPerCell }, (_, anchor) => {
      const at = 2 * (level * anchorsPerCell + anchor);
      return [numbers[at] ?? 0, numbers[at + 1] ?? 0] as const;
    }),
  );
  const coarsestFirst = areaOf(levels[0] ?? []) > areaOf(levels.at(-1) ?? []);
  return matchStrides(coarsestFirst ? levels.toReversed() : levels, strides);
}
