import type { NodeProto } from 'onnx-buf';
import { elementCount } from '../../graph/tensors.ts';
import type { DetectorSpec, RowLayout } from '../../types.ts';
import type { BoxRule } from './grid.ts';
import type { ModelFacts } from './head.ts';
import { followValues, joinedColumns, numbersOf, relativeBox } from './valueOrigin.ts';

type Form = 'x1y1x2y2' | 'centre-size';

/** How the graph writes boxes that it has decoded; `form` is null where it does not show. */
export interface DecodedBoxes {
  readonly form: Form | null;
  readonly units: RowLayout['units'];
  readonly evidence: readonly string[];
}

/** Reads boxes that the graph has decoded: centre and size in input pixels unless `rows` says otherwise. */
export function decodedBoxRule({ rows, input }: Pick<DetectorSpec, 'rows' | 'input'>): BoxRule {
  const read = rows?.box === 'x1y1x2y2' ? readCorners : readCentredBox;
  if (rows?.units !== 'relative') return read;
  const [height, width] = input.size;
  return (data, at, step, cell, box) => {
    read(data, at, step, cell, box);
    for (let side = 0; side < 4; side += 1) box[side] = (box[side] ?? 0) * (side % 2 === 0 ? width : height);
  };
}

const readCentredBox: BoxRule = (data, at, step, _cell, box) => {
  const x = data[at] ?? 0;
  const y = data[at + step] ?? 0;
  const halfWidth = (data[at + 2 * step] ?? 0) / 2;
  const halfHeight = (data[at + 3 * step] ?? 0) / 2;
  box[0] = x - halfWidth;
  box[1] = y - halfHeight;
  box[2] = x + halfWidth;
  box[3] = y + halfHeight;
};

const readCorners: BoxRule = (data, at, step, _cell, box) => {
  for (let side = 0; side < 4; side += 1) box[side] = data[at + side * step] ?? 0;
};

/**
 * Form and units of decoded boxes, from the parts that the graph joins to four values: corners are the middle less and plus
 * the distances; centre and size are a sum and a difference of corners, or a place and an exponential.
 * @param tensor four values of every prediction, and perhaps others behind them
 */
export function readDecodedBoxes(model: ModelFacts, tensor: string): DecodedBoxes {
  const form = boxForm(model, tensor);
  const sigmoids = relativeBox(model, tensor);
  const divided = sigmoids === null && isDividedBySize(model, tensor);
  return {
    form: form ?? sigmoids,
    units: sigmoids !== null || divided ? 'relative' : 'pixels',
    evidence: [
      ...(form === null
        ? []
        : [`The graph makes ${form === 'centre-size' ? 'centre and size' : 'corners'} of the boxes.`]),
      ...(divided ? ['The graph divides boxes by the size of the input: they are shares of it.'] : []),
      ...(sigmoids === null
        ? []
        : ['Boxes come from a sigmoid and nothing scales them: they are shares of the input size.']),
    ],
  };
}

/** `rows` of a specification whose boxes are decoded; absent for centre and size in pixels, as most graphs write them. */
export function rowsOf(form: Form, units: RowLayout['units']): Pick<DetectorSpec, 'rows'> {
  return form === 'centre-size' && units === 'pixels' ? {} : { rows: { columns: [], box: form, units } };
}

function boxForm(model: ModelFacts, tensor: string): Form | null {
  const parts = joinedColumns(model, tensor, 4) ?? [];
  const behind = parts.map((part) => arithmeticBehind(model, part.tensor));
  const [first, second] = parts.length === 2 ? behind : [behind[0], behind[2]];
  const isPaired = parts.length === 2 ? parts[0]?.width === 2 : first === behind[1] && second === behind[3];
  if (!isPaired || (parts.length !== 2 && parts.length !== 4)) return null;
  if (first === 'Sub' && second === 'Add') return 'x1y1x2y2';
  const isPlace = first === 'Div' || first === 'Add' || first === 'Sub';
  const isSize = second === 'Exp' || second === 'Pow' || (second === 'Sub' && first !== 'Sub');
  return isPlace && isSize ? 'centre-size' : null;
}

const passed = /^(Mul|Reshape|Transpose|Cast|Slice|Split|Identity|Squeeze|Unsqueeze|Clip|Max|Min|Relu|Gather)$/;

/** The operator that gives values their place or size: scaling, rearranging and limits are passed over. */
function arithmeticBehind(model: ModelFacts, tensor: string): string | null {
  const { index, constants } = model;
  let node: NodeProto | undefined = index.producers.get(tensor);
  for (let step = 0; step < 10 && node !== undefined; step += 1) {
    const { opType } = node;
    // Paddle writes a - b as -b + a.
    if (opType === 'Add') return node.input.some((name) => isNegated(model, name)) ? 'Sub' : 'Add';
    if (/^(Sub|Exp|Pow)$/.test(opType)) return opType;
    const divisor = opType === 'Div' ? constants.get(node.input[1] ?? '') : undefined;
    // Halves make a middle; any other division scales.
    if (opType === 'Div' && (divisor === undefined || numbersOf(divisor).every((value) => value === 2))) return 'Div';
    if (opType !== 'Div' && !passed.test(opType)) return null;
    const data: string | undefined = node.input.find((name) => !constants.has(name));
    node = index.producers.get(data ?? '');
  }
  return null;
}

function isNegated({ index, constants }: ModelFacts, tensor: string): boolean {
  const node = index.producers.get(tensor);
  if (node?.opType === 'Neg') return true;
  const factor = node?.opType === 'Mul' ? node.input.map((name) => constants.get(name)).find((one) => one) : undefined;
  return factor !== undefined && numbersOf(factor).every((value) => value === -1);
}

/** Constants with more values than these are grids, not sizes. */
const mostSides = 4;

/** Whether a last division by width and height makes shares of the input of the boxes. */
function isDividedBySize(model: ModelFacts, tensor: string): boolean {
  let isShare = false;
  followValues(model, tensor, ({ opType, input }) => {
    const factor =
      opType === 'Mul' || opType === 'Div'
        ? input.map((name) => model.constants.get(name)).find((one) => one)
        : undefined;
    if (factor !== undefined && elementCount(factor) <= mostSides) {
      const sides = numbersOf(factor).map((value) => (opType === 'Div' ? value : 1 / value));
      isShare ||= sides.every((side) => model.size.some((known) => Math.abs(side - known) < known * 1e-4));
    }
    return /^(Mul|Div|Concat|Reshape|Transpose|Identity|Cast|Slice|Split|Unsqueeze|Squeeze|Clip)$/.test(opType)
      ? 'go on'
      : 'stop';
  });
  return isShare;
}
