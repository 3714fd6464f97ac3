import { attributeInt } from '../../../graph/nodes.ts';
import { type AxisIds, tieAxes } from '../channelIds.ts';
import { type ChannelRules, describeNode, type Followed, type Operand, type Visit } from '../rule.ts';

const unsuited = 'it multiplies vectors';

/** Unites what is multiplied and summed; rows come from the left, columns from the right, the axes before meet as always. */
function followMatMul(visit: Visit): Followed {
  const { channels, node } = visit;
  const [left, right] = [visit.input(0), visit.input(1)];
  const dims = visit.outputDims(0);
  if (left === undefined || right === undefined || dims === undefined) return 'its sizes are not known';
  if (left.dims.length < 2 || right.dims.length < 2) return unsuited;
  const reason = `${describeNode(node)} multiplies them with channels that cannot change`;
  tieAxes(channels, [left.axes.at(-1) ?? null, right.axes.at(-2) ?? null], reason);
  noteWeights(visit, right, right.dims.length - 2, right.dims.length - 1);
  noteWeights(visit, left, left.dims.length - 1, left.dims.length - 2);
  const around = dims.slice(0, -2).map((dim, axis): AxisIds => {
    const meeting = [left, right].flatMap((operand) => {
      const own = axis - dims.length + operand.dims.length;
      return own < 0 || dim === 1 || operand.dims[own] === 1 ? [] : [operand.axes[own] ?? null];
    });
    return tieAxes(channels, meeting, reason);
  });
  return [[...around, left.axes.at(-2) ?? null, right.axes.at(-1) ?? null]];
}

/** Constant matrices are layers. */
function noteWeights(visit: Visit, { name, isConstant }: Operand, inputAxis: number, outputAxis: number): void {
  if (!isConstant) return;
  visit.noteImportance({ tensor: name, axis: inputAxis });
  visit.noteImportance({ tensor: name, axis: outputAxis });
  visit.noteLayer({ tensor: name, axis: outputAxis }, true);
}

function followGemm(visit: Visit): Followed {
  const { channels, node } = visit;
  const [left, right, bias] = [visit.input(0), visit.input(1), visit.input(2)];
  if (left === undefined || right === undefined) return 'its inputs are not known';
  const [leftInner, rightInner] = [
    attributeInt(node, 'transA', 0) === 1 ? 0 : 1,
    attributeInt(node, 'transB', 0) === 1 ? 1 : 0,
  ];
  const reason = `${describeNode(node)} multiplies them with channels that cannot change`;
  tieAxes(channels, [left.axes[leftInner] ?? null, right.axes[rightInner] ?? null], reason);
  noteWeights(visit, right, rightInner, 1 - rightInner);
  let rows = left.axes[1 - leftInner] ?? null;
  let columns = right.axes[1 - rightInner] ?? null;
  if (bias !== undefined) {
    const [biasRows, biasColumns] = bias.dims.length < 2 ? [undefined, 0] : [0, 1];
    if (bias.dims[biasColumns] !== 1 && bias.dims.length > 0) {
      columns = tieAxes(channels, [columns, bias.axes[biasColumns] ?? null], reason);
    }
    if (biasRows !== undefined && bias.dims[biasRows] !== 1) {
      rows = tieAxes(channels, [rows, bias.axes[biasRows] ?? null], reason);
    }
  }
  return [[rows, columns]];
}

/** Matrix products, also those of attention. */
export const matrixRules: ChannelRules = { MatMul: { follow: followMatMul }, Gemm: { follow: followGemm } };
