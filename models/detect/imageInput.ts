import type { GraphProto } from 'onnx-buf';
import { elementTypeName } from '../graph/elementTypes.ts';
import type { DetectorSpec } from '../types.ts';
import { parseIntegers } from './classNames.ts';
import { formatDims } from './formatDims.ts';

/** What the graph's input says of itself. */
export type ImageInput = Pick<DetectorSpec['input'], 'name' | 'layout' | 'type' | 'size' | 'batch' | 'dynamicSize'> & {
  readonly evidence: readonly string[];
};

/** Side of the input where neither the graph nor the metadata gives one; most YOLO models are trained at it. */
const usualSide = 640;
/** Larger inputs are taken for a mistake in the file rather than for a picture. */
const maximumSide = 16_384;

/** Finds the one picture a graph takes, or says in a sentence why it takes none. */
export function findImageInput(
  graph: GraphProto,
  metadata: ReadonlyMap<string, string>,
): ImageInput | { readonly reason: string } {
  const weights = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !weights.has(input.name));
  const [input, second] = inputs;
  if (input === undefined) return { reason: 'it has no inputs' };
  if (second !== undefined) {
    return { reason: `it takes ${inputs.length} inputs ("${input.name}", "${second.name}" ...), not one picture` };
  }
  if (input.type?.value.case !== 'tensorType') return { reason: `its input "${input.name}" is not a tensor` };
  const { elemType, shape } = input.type.value.value;
  const dims = (shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null,
  );
  const says = `its input "${input.name}" ${formatDims(dims)}`;
  const type = inputTypes[elementTypeName(elemType)];
  if (dims.length !== 4) return { reason: `${says} is not a picture: [1, 3, height, width] is needed` };
  if (type === undefined)
    return { reason: `${says} holds ${elementTypeName(elemType)} values, which no picture input does` };
  const [batch, first, , last] = dims;
  const layout = first === 3 || (first === null && last !== 3) ? 'NCHW' : last === 3 ? 'NHWC' : null;
  if (layout === null) {
    const channels =
      first === 1 || last === 1 ? 'takes grey pictures; colour models' : 'has no three colour channels; these';
    return { reason: `${says} ${channels} are supported alone` };
  }
  if (batch !== 1 && batch !== null) {
    return { reason: `${says} is fixed to batches of ${batch}; export it with batch 1 or a dynamic batch` };
  }
  const [height = null, width = null] = layout === 'NCHW' ? dims.slice(2) : dims.slice(1, 3);
  const chosen = chooseSize(height, width, metadata);
  if (Math.max(...chosen.size) > maximumSide) return { reason: `${says} is larger than any picture should be` };
  return { name: input.name, layout, type, batch: 1, ...chosen };
}

const inputTypes: Readonly<Record<string, DetectorSpec['input']['type']>> = {
  float: 'float32',
  float16: 'float16',
  uint8: 'uint8',
};

/** The size to run at: the graph's own, else the metadata's, else the usual one, in whole strides. */
function chooseSize(height: number | null, width: number | null, metadata: ReadonlyMap<string, string>) {
  if (height !== null && width !== null) return { size: [height, width], dynamicSize: false, evidence: [] } as const;
  const stride = Math.max(32, ...parseIntegers(metadata.get('stride')));
  const sides = parseIntegers(metadata.get('imgsz')).filter((side) => side > 0);
  const [imageHeight = usualSide, imageWidth = imageHeight] = sides;
  const inStrides = (side: number) => Math.ceil(side / stride) * stride;
  const size = [height ?? inStrides(imageHeight), width ?? inStrides(imageWidth)] as const;
  const source = sides.length > 0 ? 'the metadata give' : 'the metadata give none, and most models are made for';
  return {
    size,
    dynamicSize: true,
    evidence: [`The input leaves its size open; ${source} ${size[1]} x ${size[0]}.`],
  } as const;
}
