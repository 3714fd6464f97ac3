import type { NodeProto } from 'onnx-buf';
import type { AxisIds, ChannelIds } from './channelIds.ts';

/** A tensor as a rule sees it. Axes of size 1 have no ids: they cannot become smaller. */
export interface Operand {
  readonly name: string;
  readonly dims: readonly number[];
  readonly axes: readonly AxisIds[];
  readonly isConstant: boolean;
}

/** An axis of a tensor of weights, by name. */
export interface WeightAxis {
  readonly tensor: string;
  readonly axis: number;
}

/** What a rule asks and says while channels are followed through a node. */
export interface Visit {
  readonly node: NodeProto;
  readonly opset: number;
  readonly channels: ChannelIds;
  /** Undefined for an input that is left out. */
  readonly input: (index: number) => Operand | undefined;
  /** Sizes of an output, or undefined where they are not known. */
  readonly outputDims: (index: number) => readonly number[] | undefined;
  /** The values of a constant integer input. */
  readonly integers: (index: number) => readonly number[] | undefined;
  /**
   * Says that the node is a layer whose outputs are the positions of an axis of its weights. A layer either makes channels or,
   * as depthwise convolutions do, only passes them on one by one.
   */
  readonly noteLayer: (outputs: WeightAxis, makes: boolean) => void;
  /** Says that what lies at each position of an axis of weights tells how much a channel matters. */
  readonly noteImportance: (weights: WeightAxis) => void;
}

/** For every output the ids along its axes; or a sentence part that says why the channels cannot be followed. */
export type Followed = readonly (readonly AxisIds[])[] | string;

/** What a rule asks and does while a node is adapted to the channels that are left. */
export interface Adaptation {
  readonly node: NodeProto;
  readonly opset: number;
  /** Sizes and ids of a tensor before anything is removed. */
  readonly input: (index: number) => Operand | undefined;
  readonly output: (index: number) => Operand | undefined;
  /** The positions along an axis of an operand that are left, ascending. */
  readonly left: (operand: Operand, axis: number) => readonly number[];
  readonly integers: (index: number) => readonly number[] | undefined;
  /** Gives the node a constant of its own for an input, shaped as the one it had or, where it had none, a list. */
  readonly setIntegers: (index: number, values: readonly number[]) => void;
}

/** How one operator moves channels, and what must change in it when some are gone. */
export interface ChannelRule {
  readonly follow: (visit: Visit) => Followed;
  readonly adapt?: (adaptation: Adaptation) => void;
}

export type ChannelRules = Readonly<Record<string, ChannelRule>>;

/** A node as messages call it. */
export function describeNode(node: NodeProto): string {
  return node.name === '' ? `a node of type ${node.opType}` : `${node.opType} ${node.name}`;
}

/** The size of an axis after removal. */
export function leftCount(adaptation: Adaptation, operand: Operand, axis: number): number {
  return operand.axes[axis] == null ? (operand.dims[axis] ?? 1) : adaptation.left(operand, axis).length;
}

/** No ids along any axis. */
export function fixedAxes(rank: number): AxisIds[] {
  return new Array<AxisIds>(rank).fill(null);
}
