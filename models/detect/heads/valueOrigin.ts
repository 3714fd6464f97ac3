import type { NodeProto, TensorProto } from 'onnx-buf';
import { elementTypeName } from '../../graph/elementTypes.ts';
import { attributeInt } from '../../graph/nodes.ts';
import { elementCount, floatsOf, integersOf } from '../../graph/tensors.ts';
import { isLayer } from '../graphTail.ts';
import type { ModelFacts } from './head.ts';

/** Nodes looked at when following values back. */
const maximumSteps = 400;

/** Operators that move values about: of their inputs, only the first holds values. */
const rearranging = new Set([
  'Cast',
  'DequantizeLinear',
  'Expand',
  'Flatten',
  'Gather',
  'GatherElements',
  'GatherND',
  'Identity',
  'Pad',
  'QuantizeLinear',
  'Reshape',
  'Slice',
  'Split',
  'Squeeze',
  'Tile',
  'TopK',
  'Transpose',
  'Unsqueeze',
]);

/** Whether a node moves values about and leaves them as they are. */
export function isRearranging({ opType }: NodeProto): boolean {
  return rearranging.has(opType);
}

function valueInputs(node: NodeProto): readonly string[] {
  if (rearranging.has(node.opType)) return node.input.slice(0, 1);
  switch (node.opType) {
    case 'Where':
      return node.input.slice(1);
    case 'ScatterND':
    case 'ScatterElements':
      return [node.input[2] ?? '', node.input[0] ?? ''];
    default:
      return node.input;
  }
}

/**
 * Follows values (not the indices and shapes they are picked and arranged with) back from a tensor, breadth first.
 * `visit` says whether to go on behind a node.
 */
export function followValues(
  { index }: Pick<ModelFacts, 'index'>,
  tensor: string,
  visit: (node: NodeProto, output: string) => 'go on' | 'stop',
): void {
  const seen = new Set<string>();
  const queue = [tensor];
  for (let step = 0; step < queue.length && step < maximumSteps; step += 1) {
    const name = queue[step] ?? '';
    const node = index.producers.get(name);
    if (node === undefined || seen.has(name)) continue;
    seen.add(name);
    if (visit(node, name) === 'go on') queue.push(...valueInputs(node));
  }
}

const integerTypes = new Set(['int64', 'int32', 'int16', 'int8', 'uint64', 'uint32', 'uint8']);

/** Whether one value a box is a number of something (class, picture) or a score; null where the graph does not tell. */
export function kindOfValue(model: ModelFacts, tensor: string): 'number' | 'score' | null {
  let kind: 'number' | 'score' | null = null;
  followValues(model, tensor, (node, output) => {
    if (kind !== null) return 'stop';
    const type = model.shapes.get(output)?.type ?? '';
    const plugin = pluginOutputs(node)?.indexOf(output);
    if (integerTypes.has(type) || node.opType === 'ArgMax' || node.opType === 'NonMaxSuppression') kind = 'number';
    else if (plugin !== undefined) kind = plugin === 3 ? 'number' : 'score';
    else if (node.opType === 'TopK') kind = node.output[1] === output ? 'number' : 'score';
    else if (!rearranging.has(node.opType) && node.opType !== 'Concat' && node.opType !== 'Where') kind = 'score';
    return 'go on';
  });
  return kind;
}

/** Count, boxes, scores and classes of the TensorRT plugins, in that order. */
function pluginOutputs(node: NodeProto): readonly string[] | undefined {
  return /^(EfficientNMS|BatchedNMS|EfficientIdxNMS)/.test(node.opType) && node.output.length >= 4
    ? node.output
    : undefined;
}

/** The activation that all of some values come straight from: what the reader need not apply. Null where there is none. */
export function activationOf(model: Pick<ModelFacts, 'index'>, tensor: string): 'sigmoid' | 'softmax' | null {
  const ends = new Set<string>();
  followValues(model, tensor, ({ opType }) => {
    if (rearranging.has(opType) || /^Reduce|^(Concat|Clip)$/.test(opType)) return 'go on';
    ends.add(opType.replace('QLinear', '').replace('Hard', ''));
    return 'stop';
  });
  const [only] = ends;
  if (ends.size !== 1) return null;
  return only === 'Sigmoid' ? 'sigmoid' : only === 'Softmax' ? 'softmax' : null;
}

/**
 * Whether values come by rearrangement alone from layers and activations: nothing has made boxes in pixels of them. False
 * where no layer is reached.
 */
export function isUndecoded({ index }: Pick<ModelFacts, 'index'>, tensor: string): boolean {
  let isRaw = true;
  let reachesLayer = false;
  followValues({ index }, tensor, (node) => {
    if (isLayer(index, node) || /Sigmoid|Softmax|Relu/.test(node.opType)) {
      reachesLayer = true;
      return 'stop';
    }
    if (!rearranging.has(node.opType) && node.opType !== 'Concat') isRaw = false;
    return isRaw ? 'go on' : 'stop';
  });
  return isRaw && reachesLayer;
}

/** Layers and functions that give values of any size. */
const unbounded = /^(Conv|ConvTranspose|Gemm|MatMul|QLinear\w*|\w*Integer|Softmax|Exp|NonMaxSuppression)$/;

/**
 * How boxes are written where every way back from them ends in a sigmoid and nothing of the size of a stride or of the picture
 * multiplies them: as shares of the picture. Such boxes are centre and size, unless the graph adds and subtracts halves to make
 * corners of them. Null for boxes in pixels.
 */
export function relativeBox(model: ModelFacts, tensor: string): 'centre-size' | 'x1y1x2y2' | null {
  const operators = new Set<string>();
  let isBounded = true;
  followValues(model, tensor, (node) => {
    operators.add(node.opType);
    if (node.opType === 'Sigmoid' || node.opType === 'HardSigmoid') return 'stop';
    if (unbounded.test(node.opType)) isBounded = false;
    // A size that is fed, or that of the picture itself, scales them.
    if (valueInputs(node).some((name) => isGraphInput(model, name))) isBounded = false;
    const scales = node.opType === 'Mul' || node.opType === 'Div';
    if (scales && node.input.some((name) => largestConstant(model, name) >= 4)) isBounded = false;
    return isBounded ? 'go on' : 'stop';
  });
  if (!isBounded || !(operators.has('Sigmoid') || operators.has('HardSigmoid'))) return null;
  return operators.has('Sub') && operators.has('Add') ? 'x1y1x2y2' : 'centre-size';
}

function isGraphInput({ index, constants }: ModelFacts, name: string): boolean {
  return name !== '' && !index.producers.has(name) && !constants.has(name);
}

function largestConstant({ constants }: ModelFacts, name: string): number {
  const tensor = constants.get(name);
  if (tensor === undefined) return 0;
  return numbersOf(tensor).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The values of a constant, whole numbers or not. */
export function numbersOf(tensor: TensorProto): readonly number[] {
  return /^(b?float|double)/.test(elementTypeName(tensor.dataType)) ? Array.from(floatsOf(tensor)) : integersOf(tensor);
}

/** The single number behind a tensor: a constant, perhaps reshaped or cast; undefined for anything else. */
export function constantNumber(model: Pick<ModelFacts, 'index' | 'constants'>, tensor: string): number | undefined {
  let name = tensor;
  for (let step = 0; step < 6; step += 1) {
    const constant = model.constants.get(name);
    if (constant !== undefined) {
      return elementCount(constant) === 1 ? numbersOf(constant)[0] : undefined;
    }
    const node = model.index.producers.get(name);
    if (node === undefined || !rearranging.has(node.opType)) return undefined;
    name = node.input[0] ?? '';
  }
  return undefined;
}

/** Tensors that the nearest Concat behind an output joins to rows of `width` values, with their widths; null without. */
export function joinedColumns(
  model: ModelFacts,
  output: string,
  width: number,
): readonly { readonly tensor: string; readonly width: number }[] | null {
  let found: readonly { readonly tensor: string; readonly width: number }[] | null = null;
  followValues(model, output, (node) => {
    if (found !== null) return 'stop';
    if (node.opType === 'Concat' && node.input.length > 1) found = columnsOf(model, node, width);
    return 'go on';
  });
  return found;
}

/**
 * The same for the values of a cell, which may also be the channels of a map, [1, channels, rows, columns].
 * @param cells of the levels, where these may be as many together as a cell has values
 */
export function joinedChannels(
  model: ModelFacts,
  output: string,
  total: number,
  cells: readonly number[] = [],
): ReturnType<typeof joinedColumns> {
  const found: NonNullable<ReturnType<typeof joinedColumns>>[] = [];
  followValues(model, output, (node) => {
    if (found.length > 0) return 'stop';
    const parts = node.opType === 'Concat' && node.input.length > 1 ? columnsOf(model, node, total, [1, 2, 3]) : null;
    const areLevels = parts !== null && parts.map(({ width }) => width).join() === cells.join();
    if (parts !== null && !areLevels) found.push(parts);
    return 'go on';
  });
  return found[0] ?? null;
}

function columnsOf({ shapes }: ModelFacts, node: NodeProto, width: number, places: readonly number[] = [1, 2]) {
  const rank = shapes.get(node.output[0] ?? '')?.dims.length ?? 0;
  const axis = attributeInt(node, 'axis', 0);
  const fromEnd = axis < 0 ? -axis : rank - axis;
  // Rows are the last dimension, or, before a transposition, the one before it.
  if (!places.includes(fromEnd)) return null;
  const columns = node.input.map((tensor) => ({ tensor, width: shapes.get(tensor)?.dims.at(-fromEnd) ?? 0 }));
  const total = columns.reduce((sum, column) => sum + column.width, 0);
  return total === width && columns.every((column) => column.width > 0) ? columns : null;
}
