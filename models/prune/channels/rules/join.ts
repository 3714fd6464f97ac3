import { attributeInt } from '../../../graph/nodes.ts';
import { positiveAxis } from '../../../graph/shapeRules/facts.ts';
import { type AxisIds, freshIds, protectIds, tieAxes } from '../channelIds.ts';
import { type ChannelRules, describeNode, type Followed, type Operand, type Visit } from '../rule.ts';

/** Ids one after the other. Inputs without any get ids that stay. */
function joinIds({ channels, node }: Visit, operands: readonly Operand[], axis: number): AxisIds {
  if (operands.every((operand) => operand.axes[axis] == null)) return null;
  const parts = operands.map((operand) => {
    const own = operand.axes[axis];
    if (own != null) return own;
    const fixed = freshIds(channels, operand.dims[axis] ?? 0);
    protectIds(channels, fixed, `${describeNode(node)} takes them from channels that cannot change`);
    return fixed;
  });
  const joined = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function followConcat(visit: Visit): Followed {
  const operands = visit.node.input.flatMap((_, index) => visit.input(index) ?? []);
  const [first] = operands;
  if (first === undefined) return 'its inputs are not known';
  const joined = positiveAxis(attributeInt(visit.node, 'axis', 1), first.dims.length);
  const reason = `${describeNode(visit.node)} lays them beside channels that cannot change`;
  return [
    first.dims.map((_, axis) =>
      axis === joined
        ? joinIds(visit, operands, axis)
        : tieAxes(
            visit.channels,
            operands.map((operand) => operand.axes[axis] ?? null),
            reason,
          ),
    ),
  ];
}

/** Operators that lay tensors one after the other. */
export const joinRules: ChannelRules = { Concat: { follow: followConcat } };
