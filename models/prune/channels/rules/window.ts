import { attributeInts } from '../../../graph/nodes.ts';
import { protectIds } from '../channelIds.ts';
import {
  type Adaptation,
  type ChannelRule,
  type ChannelRules,
  describeNode,
  type Followed,
  leftCount,
  type Visit,
} from '../rule.ts';

/** Every channel by itself; the window runs over the axes after the second. */
const pool: ChannelRule = {
  follow: (visit) => {
    const data = visit.input(0);
    if (data === undefined) return 'its input is not known';
    for (const ids of data.axes.slice(2)) {
      protectIds(visit.channels, ids, `${describeNode(visit.node)} slides over them`);
    }
    return visit.node.output.map(() => data.axes.map((ids, axis) => (axis < 2 ? ids : null)));
  },
};

/** Channels pass along the axes that keep their size. */
function followSameSize(visit: Visit): Followed {
  const data = visit.input(0);
  const dims = visit.outputDims(0);
  if (data === undefined || dims === undefined) return 'its sizes are not known';
  return [
    data.axes.map((ids, axis) => {
      if (data.dims[axis] === dims[axis]) return ids;
      protectIds(visit.channels, ids, `${describeNode(visit.node)} changes their number`);
      return null;
    }),
  ];
}

function followResize(visit: Visit): Followed {
  const data = visit.input(0);
  const isMoved = data?.axes.some((ids) => ids !== null) ?? false;
  const hasSizes = (visit.node.input[3] ?? '') !== '';
  if (isMoved && hasSizes && visit.integers(3) === undefined) return 'its sizes are computed while it runs';
  return followSameSize(visit);
}

/** Sizes, where they are given, name the channels too. */
function adaptResize(adaptation: Adaptation): void {
  const result = adaptation.output(0);
  const sizes = adaptation.integers(3);
  if (result === undefined || sizes === undefined || sizes.length === 0) return;
  const axes = attributeInts(adaptation.node, 'axes') ?? sizes.map((_, axis) => axis);
  if (axes.every((axis) => result.axes[axis] == null)) return;
  adaptation.setIntegers(
    3,
    axes.map((axis) => leftCount(adaptation, result, axis)),
  );
}

const sameSize: ChannelRule = { follow: followSameSize };

/** Operators that work on each channel by itself. */
export const windowRules: ChannelRules = {
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: pool,
  GlobalMaxPool: pool,
  Resize: { follow: followResize, adapt: adaptResize },
  Upsample: sameSize,
  Pad: sameSize,
};
