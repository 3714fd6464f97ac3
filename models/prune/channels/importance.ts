import type { TensorProto } from 'onnx-buf';
import { TensorProto_DataType as DataType } from 'onnx-buf';
import { dimsOf, floatsOf } from '../../graph/tensors.ts';
import type { ChannelGraph } from './followChannels.ts';
import { type ChannelGroup, membersAlong } from './groups.ts';

const floatTypes = new Set<number>([DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE]);

/** Sums of squares of what lies at each position of an axis. */
function squaresAlong(tensor: TensorProto, values: Float32Array, axis: number): Float64Array {
  const dims = dimsOf(tensor);
  const size = dims[axis] ?? 1;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const sums = new Float64Array(size);
  for (let start = 0, position = 0; start < values.length; start += inner, position += 1) {
    if (position === size) position = 0;
    let sum = 0;
    for (let index = start; index < start + inner; index += 1) {
      const value = values[index] ?? 0;
      sum += value * value;
    }
    sums[position] = (sums[position] ?? 0) + sum;
  }
  return sums;
}

/**
 * How much every channel that may go matters: the L2 norm of what it has in each table of weights (the filter that makes it,
 * the slices of all filters that read it, its BatchNorm scale), the mean over those tables, divided by the mean of its group,
 * so that groups can be compared (Fang et al., DepGraph, CVPR 2023).
 */
export function channelImportance(graph: ChannelGraph, groups: readonly ChannelGroup[]): Map<number, number> {
  const sums = new Map<number, { total: number; tables: number }>();
  const decoded = new Map<TensorProto, Float32Array>();
  for (const weights of graph.importance) {
    const tensor = graph.constants.get(weights.tensor);
    if (tensor === undefined || !floatTypes.has(tensor.dataType)) continue;
    const values = decoded.get(tensor) ?? floatsOf(tensor);
    decoded.set(tensor, values);
    const squares = squaresAlong(tensor, values, weights.axis);
    const own = new Map<number, number>();
    for (const [position, member] of membersAlong(graph, weights).entries()) {
      if (member >= 0) own.set(member, (own.get(member) ?? 0) + (squares[position] ?? 0));
    }
    for (const [member, square] of own) {
      const sum = sums.get(member) ?? { total: 0, tables: 0 };
      sum.total += Math.sqrt(square);
      sum.tables += 1;
      sums.set(member, sum);
    }
  }
  const importance = new Map<number, number>();
  for (const { members } of groups) {
    const means = members.map((member) => {
      const { total, tables } = sums.get(member) ?? { total: 0, tables: 1 };
      return total / tables;
    });
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    for (const [index, member] of members.entries()) {
      // NaN weights count as important: what they do is not known.
      const value = (means[index] ?? 0) / (mean || 1);
      importance.set(member, Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);
    }
  }
  return importance;
}
