import type { GraphProto } from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import { dimsOf } from '../graph/tensors.ts';
import { parseIntegers } from './classNames.ts';
import { findStrides } from './levels.ts';

/** Side of the input where nothing gives one; most YOLO models are trained at it. */
const usualSide = 640;
/** Sides that baked-in cells are looked for at: smaller ones have counts that channels have as well. */
const smallestSide = 128;
const largestSide = 2048;
const usualStrides = '8,16,32';

/** Coarsest stride of nearly every model: sizes that are no multiple of it do not pass through the graph. */
export const usualStride = 32;

/**
 * The size to run at where the graph leaves height or width open: the metadata's; else the one that constants of the graph are
 * made for; else the usual one; in whole strides.
 * @returns [height, width] and how it was found
 */
export function chooseOpenSize(
  graph: GraphProto,
  [height, width]: readonly [number | null, number | null],
  metadata: ReadonlyMap<string, string>,
): { readonly size: readonly [number, number]; readonly evidence: string } {
  const [stride = usualStride] = parseIntegers(metadata.get('stride')).filter((value) => value > 0);
  const step = Math.max(stride, usualStride);
  const sides = parseIntegers(metadata.get('imgsz')).filter((side) => side > 0);
  const baked = sides.length > 0 ? null : bakedSide(graph);
  const [imageHeight = baked ?? usualSide, imageWidth = imageHeight] = sides;
  const inStrides = (side: number) => Math.ceil(side / step) * step;
  const size = [height ?? inStrides(imageHeight), width ?? inStrides(imageWidth)] as const;
  const source =
    sides.length > 0
      ? 'the metadata give'
      : baked !== null
        ? 'constants of the graph are made for'
        : 'the metadata give none, and most models are made for';
  return { size, evidence: `The input leaves its size open; ${source} ${size[1]} x ${size[0]}.` };
}

/**
 * The square size whose cells the graph has constants for: exporters may open the input while grids and anchors stay those of
 * the size they were traced with. Null where no constant or declared output shows one.
 */
function bakedSide(graph: GraphProto): number | null {
  const counts = new Set<number>();
  for (const { type } of graph.output) {
    if (type?.value.case !== 'tensorType') continue;
    for (const { value } of type.value.value.shape?.dim ?? []) {
      if (value.case === 'dimValue') counts.add(Number(value.value));
    }
  }
  for (const tensor of constantsOf(graph).values()) {
    // Positions or strides of all cells: [1, N], [2, N], [1, N, 2], [1, 2, N] ... A list alone may be anything.
    const dims = dimsOf(tensor);
    const long = dims.filter((dim) => dim > 2);
    if (long.length === 1 && (dims.length === 2 || dims.length === 3)) counts.add(long[0] ?? 0);
  }
  for (let side = smallestSide; side <= largestSide; side += usualStride) {
    // Only the usual strides: others have counts that channels have as well, such as 84.
    const fits = (count: number) =>
      [1, 3].some((anchors) => findStrides([side, side], count, anchors)?.join() === usualStrides);
    if ([...counts].some(fits)) return side;
  }
  return null;
}
