import type { NodeProto } from 'onnx-buf';
import { attributeInt, attributeInts, attributeString } from '../nodes.ts';
import { type Known, type NodeFacts, type ShapeRule, type ShapeRules, type TensorFact, unknownDims } from './facts.ts';

/** How a sliding window moves along the spatial axes. */
interface WindowSettings {
  readonly kernel: readonly Known[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begin of every axis, then end of every axis. */
  readonly pads: readonly number[];
  readonly autoPad: string;
  readonly ceilMode: boolean;
}

function windowSettings(node: NodeProto, kernel: readonly Known[]): WindowSettings {
  const ones = kernel.map(() => 1);
  return {
    kernel,
    strides: attributeInts(node, 'strides') ?? ones,
    dilations: attributeInts(node, 'dilations') ?? ones,
    pads: attributeInts(node, 'pads') ?? [...kernel, ...kernel].map(() => 0),
    autoPad: attributeString(node, 'auto_pad', 'NOTSET'),
    ceilMode: attributeInt(node, 'ceil_mode', 0) === 1,
  };
}

/** Output size along one axis: floor or ceil((in + pads - extent) / stride) + 1, by ONNX's definition of Conv and the pools. */
function slideAlong(size: Known, axis: number, settings: WindowSettings): Known {
  const kernel = settings.kernel[axis] ?? null;
  const stride = settings.strides[axis] ?? 1;
  if (size === null) return null;
  if (settings.autoPad === 'SAME_UPPER' || settings.autoPad === 'SAME_LOWER') return Math.ceil(size / stride);
  if (kernel === null) return null;
  const extent = (kernel - 1) * (settings.dilations[axis] ?? 1) + 1;
  const isValid = settings.autoPad === 'VALID';
  const begin = isValid ? 0 : (settings.pads[axis] ?? 0);
  const end = isValid ? 0 : (settings.pads[axis + settings.kernel.length] ?? 0);
  const steps = (size + begin + end - extent) / stride;
  if (!settings.ceilMode) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // A last window that would begin in the padding behind the data is left out.
  return (count - 1) * stride >= size + begin ? count - 1 : count;
}

/** [N, C, spatial...] of an input and weights [M, C/groups, kernel...] to [N, M, spatial...]. */
function convolve(node: NodeProto, data: TensorFact | undefined, weight: TensorFact | undefined): Known[] | null {
  const dims = data?.dims ?? null;
  if (dims === null) return null;
  const weightDims = weight?.dims ?? null;
  const spatial = dims.slice(2);
  const kernel = attributeInts(node, 'kernel_shape') ?? weightDims?.slice(2) ?? unknownDims(spatial.length);
  const settings = windowSettings(node, kernel);
  return [dims[0] ?? null, weightDims?.[0] ?? null, ...spatial.map((size, axis) => slideAlong(size, axis, settings))];
}

const conv: ShapeRule = ({ node, input }) => [{ type: input(0)?.type ?? '', dims: convolve(node, input(0), input(1)) }];

const convInteger: ShapeRule = ({ node, input }) => [{ type: 'int32', dims: convolve(node, input(0), input(1)) }];

const qLinearConv: ShapeRule = ({ node, input }) => [
  { type: input(7)?.type ?? '', dims: convolve(node, input(0), input(3)) },
];

const convTranspose: ShapeRule = ({ node, input }) => {
  const dims = input(0)?.dims ?? null;
  const weight = input(1)?.dims ?? null;
  if (dims === null) return [{ type: input(0)?.type ?? '', dims: null }];
  const spatial = dims.slice(2);
  const settings = windowSettings(
    node,
    attributeInts(node, 'kernel_shape') ?? weight?.slice(2) ?? unknownDims(spatial.length),
  );
  const outputShape = attributeInts(node, 'output_shape');
  const outputPadding = attributeInts(node, 'output_padding') ?? [];
  const sizes = spatial.map((size, axis) => {
    const given = outputShape?.[outputShape.length - spatial.length + axis];
    if (given !== undefined) return given;
    const kernel = settings.kernel[axis] ?? null;
    const stride = settings.strides[axis] ?? 1;
    if (size === null || kernel === null) return null;
    if (settings.autoPad.startsWith('SAME')) return size * stride;
    const pads =
      settings.autoPad === 'VALID' ? 0 : (settings.pads[axis] ?? 0) + (settings.pads[axis + spatial.length] ?? 0);
    const extent = (kernel - 1) * (settings.dilations[axis] ?? 1) + 1;
    return stride * (size - 1) + (outputPadding[axis] ?? 0) + extent - pads;
  });
  const perGroup = weight?.[1] ?? null;
  const channels = perGroup === null ? null : perGroup * attributeInt(node, 'group', 1);
  return [{ type: input(0)?.type ?? '', dims: [dims[0] ?? null, channels, ...sizes] }];
};

function pool({ node, input }: NodeFacts): TensorFact {
  const data = input(0);
  const dims = data?.dims ?? null;
  const kernel = attributeInts(node, 'kernel_shape');
  if (dims === null || kernel === undefined) return { type: data?.type ?? '', dims: null };
  const settings = windowSettings(node, kernel);
  const spatial = dims.slice(2).map((size, axis) => slideAlong(size, axis, settings));
  return { type: data?.type ?? '', dims: [...dims.slice(0, 2), ...spatial] };
}

/** The optional second output holds the indices of the maxima. */
const maxPool: ShapeRule = (facts) => {
  const output = pool(facts);
  return [output, { type: 'int64', dims: output.dims }];
};

const globalPool: ShapeRule = ({ input }) => {
  const dims = input(0)?.dims ?? null;
  const type = input(0)?.type ?? '';
  return [{ type, dims: dims === null ? null : [...dims.slice(0, 2), ...dims.slice(2).map(() => 1)] }];
};

/** Convolutions and pools: windows sliding over [N, C, spatial...]. */
export const windowRules: ShapeRules = {
  Conv: conv,
  FusedConv: conv,
  ConvInteger: convInteger,
  QLinearConv: qLinearConv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  AveragePool: (facts) => [pool(facts)],
  LpPool: (facts) => [pool(facts)],
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
};
