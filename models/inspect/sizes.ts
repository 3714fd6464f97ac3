import type { ModelProto, ValueInfoProto } from 'onnx-buf';
import type { TensorShape } from '../graph/shapes.ts';

/** Side of the picture where neither the shape nor the metadata gives one: what YOLO models are trained at by default. */
const usualSide = 640;

/** [height, width] from the metadata entry `imgsz`, e.g. "[640, 640]" or "640". */
function metadataSize(proto: ModelProto): [number, number] | undefined {
  const text = proto.metadataProps.find(({ key }) => key === 'imgsz')?.value ?? '';
  const [height, width = height] = (text.match(/\d{1,5}/g) ?? []).map(Number);
  return height === undefined || width === undefined || height === 0 || width === 0 ? undefined : [height, width];
}

interface AssumedSizes {
  /** Input dimensions to count at; undefined where the file fixes all of them. */
  readonly sizes: Record<string, number[]> | undefined;
  /** Pictures in one run. */
  readonly batch: number;
  readonly notes: readonly string[];
}

/** Chooses sizes for dimensions that inputs leave open: batch 1, pictures [N, 3, H, W] or [N, H, W, 3] at `imgsz` or 640. */
export function assumeSizes(
  proto: ModelProto,
  inputs: readonly ValueInfoProto[],
  shapes: ReadonlyMap<string, TensorShape>,
): AssumedSizes {
  const sizes: Record<string, number[]> = {};
  const notes: string[] = [];
  const [height, width] = metadataSize(proto) ?? [usualSide, usualSide];
  for (const { name } of inputs) {
    const dims = shapes.get(name)?.dims;
    if (dims === undefined || !dims.includes(null)) continue;
    const isChannelsLast = dims.length === 4 && dims[3] === 3;
    const sides: Readonly<Record<number, number>> = isChannelsLast ? { 1: height, 2: width } : { 2: height, 3: width };
    const isPicture = dims.length === 4;
    if (isPicture && Object.keys(sides).some((axis) => dims[Number(axis)] === null)) {
      notes.push(`The input ${name} leaves the picture's size open; MACs are counted at ${width} x ${height}.`);
    }
    // The first dimension is the batch; channels left open are RGB's three.
    const filled = dims.map((dim, axis) => dim ?? (axis === 0 ? 1 : isPicture ? (sides[axis] ?? 3) : null));
    const known = filled.filter((dim) => dim !== null);
    if (known.length === filled.length) sizes[name] = known;
  }
  const first = shapes.get(inputs[0]?.name ?? '')?.dims;
  const batch = inputs.length === 1 && first?.length === 4 ? (first[0] ?? 1) : 1;
  return { sizes: Object.keys(sizes).length === 0 ? undefined : sizes, batch: Math.max(1, batch), notes };
}
