import { attributeInt, setAttribute } from '../../../graph/nodes.ts';
import { type AxisIds, protectIds, tieAxes, uniteIds } from '../channelIds.ts';
import {
  type Adaptation,
  type ChannelRules,
  describeNode,
  type Followed,
  leftCount,
  type Operand,
  type Visit,
} from '../rule.ts';

/** Channels per group of a convolution, and the axes of its weights that run over them. */
interface Grouping {
  readonly groups: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly inputIds: AxisIds;
  readonly outputIds: AxisIds;
}

/** Joins what has the same key. */
function uniteBy(channels: Visit['channels'], ids: AxisIds, keyOf: (position: number) => number): void {
  if (ids === null) return;
  const firstOf = new Map<number, number>();
  for (const [position, id] of ids.entries()) {
    const key = keyOf(position);
    const first = firstOf.get(key);
    if (first === undefined) firstOf.set(key, id);
    else uniteIds(channels, first, id);
  }
}

/** Every output channel goes with the one input channel it is made from. */
function tieDepthwise({ channels, node }: Visit, { inputs, outputs, inputIds, outputIds }: Grouping): void {
  if (inputIds === null || outputIds === null) {
    protectIds(channels, inputIds ?? outputIds, `${describeNode(node)} ties them to channels that cannot change`);
    return;
  }
  for (const [position, id] of outputIds.entries()) {
    uniteIds(channels, id, inputIds[Math.floor(position / outputs) * inputs] ?? id);
  }
}

/** Whole groups go: all inputs and outputs of a group are one channel. */
function tieWholeGroups(visit: Visit, grouping: Grouping): void {
  const { inputs, outputs, inputIds, outputIds } = grouping;
  uniteBy(visit.channels, inputIds, (position) => Math.floor(position / inputs));
  uniteBy(visit.channels, outputIds, (position) => Math.floor(position / outputs));
  tieDepthwise(visit, grouping);
}

/** The same channels go in every group, so that groups stay of one size. `within` is the weights' axis inside a group. */
function tieAlike({ channels }: Visit, ids: AxisIds, perGroup: number, within: AxisIds): void {
  uniteBy(channels, ids, (position) => position % perGroup);
  if (ids === null || within === null) return;
  for (const [position, id] of within.entries()) uniteIds(channels, id, ids[position] ?? id);
}

/**
 * Ties the channels of a grouped convolution. Groups are removed whole where there are more groups than channels in each, else
 * the same share of every group.
 * @param shared the weights' axis that runs within a group (inputs of a Conv, outputs of a ConvTranspose)
 */
function tieGrouped(visit: Visit, grouping: Grouping, shared: AxisIds, sharedIs: 'inputs' | 'outputs'): void {
  const { groups, inputs, outputs, inputIds, outputIds } = grouping;
  const reason = `${describeNode(visit.node)} has groups of a fixed size`;
  if (inputs === 1 && outputs === 1) {
    tieDepthwise(visit, grouping);
  } else if (groups > Math.max(inputs, outputs)) {
    tieWholeGroups(visit, grouping);
    protectIds(visit.channels, shared, reason);
  } else if (inputIds === null || outputIds === null) {
    for (const ids of [inputIds, outputIds, shared]) protectIds(visit.channels, ids, reason);
  } else {
    tieAlike(visit, inputIds, inputs, sharedIs === 'inputs' ? shared : null);
    tieAlike(visit, outputIds, outputs, sharedIs === 'outputs' ? shared : null);
  }
}

/** @param inputAxis the axis of the weights that runs over input channels; the other of the first two runs over outputs */
function followConvolution(visit: Visit, inputAxis: 0 | 1): Followed {
  const { channels, node } = visit;
  const [data, weights, bias] = [visit.input(0), visit.input(1), visit.input(2)];
  const outputDims = visit.outputDims(0);
  if (data === undefined || weights === undefined || outputDims === undefined) return 'its sizes are not known';
  for (const ids of data.axes.slice(2)) protectIds(channels, ids, `${describeNode(node)} slides over them`);
  const outputAxis = inputAxis === 0 ? 1 : 0;
  const groups = attributeInt(node, 'group', 1);
  const dataIds = data.axes[1] ?? null;
  const reason = `${describeNode(node)} reads them beside channels that cannot change`;
  let outputIds: AxisIds;
  if (groups === 1) {
    tieAxes(channels, [dataIds, weights.axes[inputAxis] ?? null], reason);
    outputIds = weights.axes[outputAxis] ?? null;
    visit.noteImportance({ tensor: weights.name, axis: inputAxis });
  } else {
    outputIds = followGroups(visit, { data, weights, groups, inputAxis, outputs: outputDims[1] ?? 1 });
  }
  const layer = { tensor: weights.name, axis: groups === 1 ? outputAxis : 0 };
  visit.noteImportance(layer);
  visit.noteLayer(layer, groups === 1);
  if (bias !== undefined) outputIds = tieAxes(channels, [outputIds, bias.axes[0] ?? null], reason);
  return [[data.axes[0] ?? null, outputIds, ...outputDims.slice(2).map(() => null)]];
}

function followGroups(
  visit: Visit,
  {
    data,
    weights,
    groups,
    inputAxis,
    outputs,
  }: { data: Operand; weights: Operand; groups: number; inputAxis: 0 | 1; outputs: number },
): AxisIds {
  const { channels, node } = visit;
  const reason = `${describeNode(node)} reads them beside channels that cannot change`;
  const dataIds = data.axes[1] ?? null;
  const inputs = (data.dims[1] ?? 1) / groups;
  if (inputAxis === 1) {
    const outputIds = weights.axes[0] ?? null;
    const grouping = { groups, inputs, outputs: outputs / groups, inputIds: dataIds, outputIds };
    tieGrouped(visit, grouping, weights.axes[1] ?? null, 'inputs');
    return outputIds;
  }
  const inputIds = tieAxes(channels, [dataIds, weights.axes[0] ?? null], reason);
  // The weights of a grouped ConvTranspose have no axis over all outputs; with one output a group its inputs stand for them.
  if (outputs === groups && inputs === 1) return inputIds;
  protectIds(channels, inputIds, `${describeNode(node)} is a grouped transposed convolution`);
  protectIds(channels, weights.axes[1] ?? null, `${describeNode(node)} is a grouped transposed convolution`);
  return null;
}

/** The number of groups follows from the channels that are left. */
function adaptGroups(adaptation: Adaptation, inputAxis: 0 | 1): void {
  const { node } = adaptation;
  const [data, weights] = [adaptation.input(0), adaptation.input(1)];
  if (attributeInt(node, 'group', 1) === 1 || data === undefined || weights === undefined) return;
  const perGroup = inputAxis === 1 ? leftCount(adaptation, weights, 1) : 1;
  setAttribute(node, 'group', { int: leftCount(adaptation, data, 1) / perGroup });
}

const convolution = {
  follow: (visit: Visit) => followConvolution(visit, 1),
  adapt: (adaptation: Adaptation) => adaptGroups(adaptation, 1),
};

/** Convolutions of every kind: plain, depthwise, grouped and transposed. */
export const convolutionRules: ChannelRules = {
  Conv: convolution,
  FusedConv: convolution,
  ConvTranspose: {
    follow: (visit) => followConvolution(visit, 0),
    adapt: (adaptation) => adaptGroups(adaptation, 0),
  },
};
