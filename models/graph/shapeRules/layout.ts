import { attributeInt, attributeInts } from '../nodes.ts';
import { broadcast } from './broadcast.ts';
import {
  dimsOfRank,
  isFollowed,
  type Known,
  knownValues,
  type NodeFacts,
  positiveAxis,
  product,
  type ShapeRule,
  type ShapeRules,
  withDims,
} from './facts.ts';

/** Fills the one -1 of a target shape. Dimensions copied by 0 cancel out, so they may be unknown. */
function reshaped(source: readonly Known[] | null, target: readonly Known[], allowZero: boolean): Known[] {
  const isCopied = (value: Known) => value === 0 && !allowZero;
  const dims = target.map((value, axis) => (isCopied(value) ? (source?.[axis] ?? null) : value));
  const hole = dims.indexOf(-1);
  if (hole < 0) return dims;
  const total = source === null ? null : product(source.filter((_, axis) => !isCopied(target[axis] ?? null)));
  const others = product(dims.filter((_, axis) => axis !== hole && !isCopied(target[axis] ?? null)));
  dims[hole] = total === null || others === null || others === 0 ? null : total / others;
  return dims;
}

const reshape: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const target = attributeInts(node, 'shape') ?? input(1)?.values;
  if (target === undefined) return [withDims(data, dimsOfRank(input(1)?.dims?.[0]))];
  const dims = reshaped(data?.dims ?? null, target, attributeInt(node, 'allowzero', 0) === 1);
  return [{ type: data?.type ?? '', dims, values: data?.values }];
};

const flatten: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, [null, null])];
  const axis = positiveAxis(attributeInt(node, 'axis', 1), dims.length);
  return [withDims(data, [product(dims.slice(0, axis)), product(dims.slice(axis))])];
};

const transpose: ShapeRule = ({ node, input }) => {
  const data = input(0);
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null)];
  const order = attributeInts(node, 'perm') ?? dims.map((_, axis) => dims.length - 1 - axis);
  return [
    withDims(
      data,
      order.map((axis) => dims[axis] ?? null),
    ),
  ];
};

/** Axes of Squeeze, Unsqueeze: an attribute before opset 13, an input since. `absent` tells that none were given at all. */
function axesOf({ node, input }: NodeFacts): { readonly axes: number[] | undefined; readonly absent: boolean } {
  const axes = attributeInts(node, 'axes') ?? knownValues(input(1));
  return { axes, absent: axes === undefined && input(1) === undefined };
}

const squeeze: ShapeRule = (facts) => {
  const data = facts.input(0);
  const dims = data?.dims ?? null;
  const { axes, absent } = axesOf(facts);
  if (dims === null || (axes === undefined && !absent)) return [withDims(data, null)];
  if (axes === undefined) {
    const isKnown = dims.every((dim) => dim !== null);
    return [{ type: data?.type ?? '', dims: isKnown ? dims.filter((dim) => dim !== 1) : null, values: data?.values }];
  }
  const dropped = new Set(axes.map((axis) => positiveAxis(axis, dims.length)));
  return [{ type: data?.type ?? '', dims: dims.filter((_, axis) => !dropped.has(axis)), values: data?.values }];
};

const unsqueeze: ShapeRule = (facts) => {
  const data = facts.input(0);
  const dims = data?.dims ?? null;
  const { axes } = axesOf(facts);
  if (dims === null || axes === undefined) return [withDims(data, null)];
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => positiveAxis(axis, rank)));
  const rest = [...dims];
  const result = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? null)));
  return [{ type: data?.type ?? '', dims: result, values: data?.values }];
};

const expand: ShapeRule = ({ input }) => {
  const data = input(0);
  const target = input(1)?.values;
  if (target === undefined) return [withDims(data, null)];
  const dims = broadcast([data?.dims ?? null, target]);
  const count = dims === null ? null : product(dims);
  const single = data?.values?.length === 1 ? data.values[0] : undefined;
  const values = single !== undefined && isFollowed(count) ? new Array<Known>(count).fill(single) : undefined;
  return [{ type: data?.type ?? '', dims, values }];
};

const tile: ShapeRule = ({ input }) => {
  const data = input(0);
  const repeats = input(1)?.values;
  const dims = data?.dims ?? null;
  if (dims === null) return [withDims(data, null)];
  return [
    withDims(
      data,
      dims.map((dim, axis) => {
        const repeat = repeats?.[axis] ?? null;
        return dim === null || repeat === null ? null : dim * repeat;
      }),
    ),
  ];
};

/** [N, C, H, W] with blocks moved from channels to space (`inward` false) or back (`inward` true). */
function moveBlocks(inward: boolean): ShapeRule {
  return ({ node, input }) => {
    const data = input(0);
    const [batch = null, channels = null, height = null, width = null] = data?.dims ?? [];
    const block = attributeInt(node, 'blocksize', 1);
    const scale = (dim: Known, factor: number): Known => (dim === null ? null : dim * factor);
    const side = inward ? 1 / block : block;
    return [withDims(data, [batch, scale(channels, 1 / (side * side)), scale(height, side), scale(width, side)])];
  };
}

/** Operators that rearrange elements. */
export const layoutRules: ShapeRules = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Tile: tile,
  DepthToSpace: moveBlocks(false),
  SpaceToDepth: moveBlocks(true),
};
