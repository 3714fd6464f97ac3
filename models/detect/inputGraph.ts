import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import { elementTypeName } from '../graph/elementTypes.ts';
import { attributeFloat, attributeInt, attributeInts } from '../graph/nodes.ts';
import { dimsOf, elementCount, floatsOf, integersOf } from '../graph/tensors.ts';
import { type GraphIndex, indexGraph } from '../graph/topology.ts';

/** What a graph does to its picture before the first layer. */
export interface InputArithmetic {
  /** Each channel x becomes `gain * x + offset`: one value for all channels or one for each. */
  readonly gain: readonly number[];
  readonly offset: readonly number[];
  /** Operators that do so, in order. */
  readonly operators: readonly string[];
  /** Whether the order of the channels is reversed. */
  readonly swapsChannels: boolean;
  /** Whether channels are moved from the last place to the second. */
  readonly movesChannels: boolean;
  /** Channels that the first convolution reads, where the picture reaches one. */
  readonly channels: number | null;
}

type Constants = ReadonlyMap<string, TensorProto>;

/** Longest chain that is followed. */
const maximumSteps = 24;

/**
 * Follows the picture through casts, transpositions, arithmetic with constants, BatchNormalization and reversals of the
 * channels up to the first operator of any other kind.
 */
export function followInput(graph: GraphProto, input: string): InputArithmetic {
  const index = indexGraph(graph);
  const constants = constantsOf(graph);
  let found: InputArithmetic = {
    gain: [1],
    offset: [0],
    operators: [],
    swapsChannels: false,
    movesChannels: false,
    channels: null,
  };
  let name = input;
  for (let step = 0; step < maximumSteps; step += 1) {
    // Shapes may be read beside the picture's way.
    const [node, other] = (index.consumers.get(name) ?? []).filter(({ opType }) => opType !== 'Shape');
    if (node === undefined || other !== undefined) return found;
    if (node.opType === 'Conv') return { ...found, channels: channelsOf(node, constants) };
    const next = stepOver(node, name, index, constants);
    if (next === null) return found;
    found = join(found, next);
    name = next.output;
  }
  return found;
}

function channelsOf(node: NodeProto, constants: Constants): number | null {
  const weight = constants.get(node.input[1] ?? '');
  const perGroup = weight === undefined ? undefined : dimsOf(weight)[1];
  return perGroup === undefined ? null : perGroup * attributeInt(node, 'group', 1);
}

/** What one operator does. */
interface Step {
  readonly output: string;
  readonly operator: string;
  readonly gain?: readonly number[];
  readonly offset?: readonly number[];
  readonly swaps?: boolean;
  readonly moves?: boolean;
}

function join(before: InputArithmetic, { operator, gain = [1], offset = [0], swaps, moves }: Step): InputArithmetic {
  const perChannel = Math.max(before.gain.length, before.offset.length, gain.length, offset.length);
  const at = (values: readonly number[], channel: number) => values[values.length === 1 ? 0 : channel] ?? 0;
  const channels = Array.from({ length: perChannel }, (_, channel) => channel);
  const isArithmetic = gain.some((value) => value !== 1) || offset.some((value) => value !== 0);
  return {
    ...before,
    gain: channels.map((channel) => at(gain, channel) * at(before.gain, channel)),
    offset: channels.map((channel) => at(gain, channel) * at(before.offset, channel) + at(offset, channel)),
    operators: isArithmetic ? [...before.operators, operator] : before.operators,
    swapsChannels: before.swapsChannels !== (swaps === true),
    movesChannels: before.movesChannels || moves === true,
  };
}

/** Null where the operator is none of those that prepare a picture. */
function stepOver(node: NodeProto, input: string, index: GraphIndex, constants: Constants): Step | null {
  const output = node.output[0] ?? '';
  const same = { output, operator: node.opType };
  switch (node.opType) {
    case 'Cast':
    case 'Identity':
    case 'QuantizeLinear':
    case 'DequantizeLinear':
      return same;
    case 'Transpose':
      return { ...same, moves: attributeInts(node, 'perm')?.join() === '0,3,1,2' };
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div': {
      const isFirst = node.input[0] === input;
      const values = perChannel(constants.get(node.input[isFirst ? 1 : 0] ?? ''));
      return values === null ? null : calculate(same, node.opType, values, isFirst);
    }
    case 'BatchNormalization': {
      const [scale, bias, mean, variance] = node.input.slice(1, 5).map((name) => perChannel(constants.get(name)));
      if (!scale || !bias || !mean || !variance) return null;
      const epsilon = attributeFloat(node, 'epsilon', 1e-5);
      const gain = scale.map((value, channel) => value / Math.sqrt((variance[channel] ?? 0) + epsilon));
      const offset = bias.map((value, channel) => value - (gain[channel] ?? 0) * (mean[channel] ?? 0));
      return { ...same, gain, offset };
    }
    case 'Gather': {
      const indices = wholeNumbers(constants.get(node.input[1] ?? ''));
      return indices?.join() === '2,1,0' && isChannelAxis(attributeInt(node, 'axis', 0))
        ? { ...same, swaps: true }
        : null;
    }
    case 'Slice': {
      const [axes, steps] = node.input.slice(3, 5).map((name) => wholeNumbers(constants.get(name)));
      return steps?.join() === '-1' && isChannelAxis(axes?.[0] ?? 0) ? { ...same, swaps: true } : null;
    }
    case 'Split':
      return reversedSplit(node, index);
    default:
      return null;
  }
}

const isChannelAxis = (axis: number) => [1, 3, -1, -3].includes(axis);

function calculate(
  same: Step,
  operator: 'Add' | 'Sub' | 'Mul' | 'Div',
  values: readonly number[],
  isFirst: boolean,
): Step | null {
  switch (operator) {
    case 'Add':
      return { ...same, offset: values };
    case 'Sub':
      return isFirst ? { ...same, offset: values.map((value) => -value) } : { ...same, gain: [-1], offset: values };
    case 'Mul':
      return { ...same, gain: values };
    case 'Div':
      return isFirst && values.every((value) => value !== 0)
        ? { ...same, gain: values.map((value) => 1 / value) }
        : null;
  }
}

/** One number for all channels or one for each of three; null for anything else. */
function perChannel(tensor: TensorProto | undefined): readonly number[] | null {
  if (tensor === undefined || ![1, 3].includes(elementCount(tensor))) return null;
  return /^(b?float|double)/.test(elementTypeName(tensor.dataType)) ? [...floatsOf(tensor)] : null;
}

function wholeNumbers(tensor: TensorProto | undefined): readonly number[] | null {
  if (tensor === undefined || elementCount(tensor) > 8) return null;
  return /^u?int/.test(elementTypeName(tensor.dataType)) ? integersOf(tensor) : null;
}

/** Three channels that are split and joined again the other way round. */
function reversedSplit(node: NodeProto, index: GraphIndex): Step | null {
  const [first = '', second, third] = node.output;
  const [reader] = index.consumers.get(first) ?? [];
  if (second === undefined || third === undefined || reader?.opType !== 'Concat') return null;
  if (reader.input.join('\n') !== [third, second, first].join('\n')) return null;
  return { output: reader.output[0] ?? '', operator: 'Concat', swaps: true };
}

/** How pictures must go in, as the graph's own arithmetic shows. */
export interface GraphNormalisation {
  /** Pixel values 0..255 are multiplied by this; nothing else is left to do. */
  readonly scale: number;
  readonly evidence: string;
}

/**
 * What is left to do to pixel values where the graph scales them itself; null where it does not.
 * A graph that divides by 255, or takes away a mean of tens, wants 0..255; one that works on smaller numbers wants 0..1.
 */
export function normalisationOf({ gain, offset, operators }: InputArithmetic): GraphNormalisation | null {
  if (operators.length === 0) return null;
  const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // The mean that is taken away, in the units of the input.
  const mean = largest(offset.map((value, channel) => value / (gain[gain.length === 1 ? 0 : channel] ?? 1)));
  const takesBytes = largest(gain) < 0.1 || (mean > 4 && mean < 256);
  const doing = operators.join(', ');
  return takesBytes
    ? { scale: 1, evidence: `The graph scales pictures itself (${doing}), so they go in as 0..255.` }
    : { scale: 1 / 255, evidence: `The graph normalises pictures itself (${doing}), so they go in as 0..1.` };
}
