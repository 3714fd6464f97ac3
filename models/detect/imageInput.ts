import type { GraphProto, ValueInfoProto } from 'onnx-buf';
import { elementTypeName } from '../graph/elementTypes.ts';
import type { DetectorSpec } from '../types.ts';
import { findExtraInputs } from './extraInputs.ts';
import { formatDims } from './formatDims.ts';
import { followInput, type GraphNormalisation, type InputArithmetic, normalisationOf } from './inputGraph.ts';
import { chooseOpenSize } from './openSize.ts';

/** What the graph's inputs say of themselves. */
export type ImageInput = Pick<
  DetectorSpec['input'],
  'name' | 'layout' | 'type' | 'size' | 'batch' | 'dynamicSize' | 'extra'
> & {
  /** What is left to do to pixel values where the graph itself scales them, or takes bytes; null where the head decides. */
  readonly normalisation: GraphNormalisation | null;
  /** Whether the graph reverses the channels, so that they go in the other way round than the network was trained. */
  readonly swapsChannels: boolean;
  readonly evidence: readonly string[];
};

/** Larger inputs are taken for a mistake in the file rather than for a picture. */
const maximumSide = 16_384;
/** More pictures at once would not fit into memory. */
const maximumBatch = 1024;

type Dims = readonly (number | null)[];

/**
 * Finds the one picture a graph takes, or says in a sentence part why it takes none.
 * @param wanted [height, width] to run at where the graph leaves them open
 */
export function findImageInput(
  graph: GraphProto,
  metadata: ReadonlyMap<string, string>,
  wanted?: readonly [number, number],
): ImageInput | { readonly reason: string } {
  const weights = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !weights.has(input.name));
  const input = pictureAmong(inputs);
  if (typeof input === 'string') return { reason: input };
  const dims = dimsOfInput(input);
  const says = `its input "${input.name}" ${formatDims(dims)}`;
  const type = typeOfInput(input);
  if (!isPictureType(type)) return { reason: `${says} ${whyNotPixels(type)}` };
  const arithmetic = followInput(graph, input.name);
  const layout = layoutOf(dims, arithmetic);
  if (layout === null) return { reason: `${says} ${whyNoColours(dims)}` };
  const [batch = null] = dims;
  if (batch !== null && batch > maximumBatch)
    return { reason: `${says} takes more pictures at once than fit into memory` };
  const [height = null, width = null] = layout === 'NCHW' ? dims.slice(2) : dims.slice(1, 3);
  const chosen = chooseSize(graph, height, width, metadata, wanted);
  if (Math.max(...chosen.size) > maximumSide) return { reason: `${says} is larger than any picture should be` };
  const extras = findExtraInputs(graph, input, chosen.size, batch ?? 1);
  if ('reason' in extras) return extras;
  const bytes =
    type === 'uint8' ? { scale: 1, evidence: 'The input takes bytes: pixel values go in as they are.' } : null;
  const normalisation = bytes ?? normalisationOf(arithmetic);
  return {
    name: input.name,
    layout,
    type: type === 'float' ? 'float32' : type,
    batch: batch ?? 1,
    ...chosen,
    ...(extras.extra.length === 0 ? {} : { extra: extras.extra }),
    normalisation,
    swapsChannels: arithmetic.swapsChannels,
    evidence: [
      ...chosen.evidence,
      ...(batch !== null && batch > 1
        ? [`The file fixes batches of ${batch}: every place gets the same picture, and the first result is read.`]
        : []),
      ...(normalisation === null ? [] : [normalisation.evidence]),
      ...(arithmetic.swapsChannels ? ['The graph reverses the channels itself.'] : []),
      ...extras.evidence,
    ],
  };
}

/** The input of four dimensions; with several, the one that could be a picture. */
function pictureAmong(inputs: readonly ValueInfoProto[]): ValueInfoProto | string {
  const [first, second] = inputs;
  if (first === undefined) return 'it has no inputs';
  const pictures = inputs.filter((input) => dimsOfInput(input).length === 4);
  const [picture, another] = pictures;
  if (picture !== undefined && another === undefined) return picture;
  if (second !== undefined) {
    return `it takes ${inputs.length} inputs ("${first.name}", "${second.name}" ...), ${picture === undefined ? 'none of which is' : 'not'} one picture`;
  }
  if (first.type?.value.case !== 'tensorType') return `its input "${first.name}" is not a tensor`;
  return `its input "${first.name}" ${formatDims(dimsOfInput(first))} is not a picture: [1, 3, height, width] is needed`;
}

function dimsOfInput(input: ValueInfoProto): Dims {
  if (input.type?.value.case !== 'tensorType') return [];
  return (input.type.value.value.shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' && value.value > 0n ? Number(value.value) : null,
  );
}

function typeOfInput(input: ValueInfoProto): string {
  return elementTypeName(input.type?.value.case === 'tensorType' ? input.type.value.value.elemType : 0);
}

const pictureTypes = ['float', 'float16', 'uint8'] as const;

function isPictureType(type: string): type is (typeof pictureTypes)[number] {
  return pictureTypes.some((known) => known === type);
}

function whyNotPixels(type: string): string {
  return type === 'int8' || type === 'uint16' || type === 'int16'
    ? `takes ${type} values, and the file does not say how pixels become these; export it with float32, float16 or uint8 input`
    : `holds ${type} values, which no picture input does`;
}

function whyNoColours([, first, , last]: Dims): string {
  return first === 1 || last === 1
    ? 'takes grey pictures; models of three colour channels are supported alone'
    : 'has no three colour channels; these are supported alone';
}

/** Where the channels are: by the dimension of 3, or, where all are open, by what the graph does with them. */
function layoutOf([, first, , last]: Dims, { movesChannels, channels }: InputArithmetic): 'NCHW' | 'NHWC' | null {
  if (first === 3 && !(last === 3 && movesChannels)) return 'NCHW';
  if (last === 3) return 'NHWC';
  if (first !== null) return last === null && movesChannels ? 'NHWC' : null;
  if (movesChannels) return last === null ? 'NHWC' : null;
  return channels === null || channels === 3 ? 'NCHW' : null;
}

function chooseSize(
  graph: GraphProto,
  height: number | null,
  width: number | null,
  metadata: ReadonlyMap<string, string>,
  wanted: readonly [number, number] | undefined,
): { readonly size: readonly [number, number]; readonly dynamicSize: boolean; readonly evidence: readonly string[] } {
  if (height !== null && width !== null) return { size: [height, width], dynamicSize: false, evidence: [] };
  if (wanted !== undefined) {
    const size = [height ?? wanted[0], width ?? wanted[1]] as const;
    return {
      size,
      dynamicSize: true,
      evidence: [`The input leaves its size open; ${size[1]} x ${size[0]} was chosen.`],
    };
  }
  const { size, evidence } = chooseOpenSize(graph, [height, width], metadata);
  return { size, dynamicSize: true, evidence: [evidence] };
}
