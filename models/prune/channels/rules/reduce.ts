import { attributeInt, attributeInts } from '../../../graph/nodes.ts';
import { positiveAxis } from '../../../graph/shapeRules/facts.ts';
import { protectIds } from '../channelIds.ts';
import { type ChannelRule, type ChannelRules, describeNode, type Followed, type Visit } from '../rule.ts';

/** Channels that are summed away may go; what a mean, an extreme or a norm is taken over must stay, since its number counts. */
function followReduction(visit: Visit, mayReduce: boolean): Followed {
  const { node, channels } = visit;
  const data = visit.input(0);
  const dims = visit.outputDims(0);
  if (data === undefined || dims === undefined) return 'its sizes are not known';
  const given = attributeInts(node, 'axes') ?? visit.integers(1);
  if (given === undefined && (node.input[1] ?? '') !== '') return 'its axes are computed while it runs';
  const reduced = new Set((given ?? [...data.dims.keys()]).map((axis) => positiveAxis(axis, data.dims.length)));
  for (const axis of reduced) {
    if (!mayReduce) protectIds(channels, data.axes[axis] ?? null, `${describeNode(node)} runs over all of them`);
  }
  const axes = data.axes.map((ids, axis) => (reduced.has(axis) ? null : ids));
  const keepsRank = dims.length === data.dims.length;
  return [keepsRank ? axes : axes.filter((_, axis) => !reduced.has(axis))];
}

/** Softmax before opset 13 runs over all axes from the one it names. */
function followSoftmax(visit: Visit): Followed {
  const { node, opset } = visit;
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  const first = positiveAxis(attributeInt(node, 'axis', opset < 13 ? 1 : -1), data.dims.length);
  return protectNormalised(visit, opset < 13 ? data.dims.length : first + 1, first);
}

/** The axes [first, end) are weighed against each other and must stay; the others pass. */
function protectNormalised(visit: Visit, end: number, first: number): Followed {
  const data = visit.input(0);
  if (data === undefined) return 'its input is not known';
  const reason = `${describeNode(visit.node)} weighs them against each other`;
  const axes = data.axes.map((ids, axis) => {
    if (axis < first || axis >= end) return ids;
    protectIds(visit.channels, ids, reason);
    return null;
  });
  return visit.node.output.map((_, output) => (output === 0 ? axes : (visit.outputDims(output) ?? []).map(() => null)));
}

function followLayerNorm(visit: Visit): Followed {
  const rank = visit.input(0)?.dims.length ?? 0;
  const first = positiveAxis(attributeInt(visit.node, 'axis', -1), rank);
  for (const table of [visit.input(1), visit.input(2)]) {
    for (const ids of table?.axes ?? []) {
      protectIds(visit.channels, ids, `${describeNode(visit.node)} weighs them against each other`);
    }
  }
  return protectNormalised(visit, rank, first);
}

const reduction: ChannelRule = { follow: (visit) => followReduction(visit, false) };
const softmax: ChannelRule = { follow: followSoftmax };
const layerNorm: ChannelRule = { follow: followLayerNorm };

/** Operators that run over an axis. */
export const reduceRules: ChannelRules = {
  ...Object.fromEntries(
    ['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceProd', 'ReduceSumSquare'].map((name) => [
      name,
      reduction,
    ]),
  ),
  ReduceSum: { follow: (visit) => followReduction(visit, true) },
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  LayerNormalization: layerNorm,
  RMSNormalization: layerNorm,
  LpNormalization: {
    follow: (visit) => {
      const axis = positiveAxis(attributeInt(visit.node, 'axis', -1), visit.input(0)?.dims.length ?? 0);
      return protectNormalised(visit, axis + 1, axis);
    },
  },
};
