import type { NodeProto, TensorProto } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import {
  attributeFloat,
  attributeFloats,
  attributeInt,
  attributeInts,
  attributeString,
  makeNode,
  setAttribute,
} from './nodes.ts';
import { floatsOf, makeFloat16Tensor, makeFloatTensor, makeInt64Tensor } from './tensors.ts';

/** What a rewrite may ask of the graph, and add to it. */
export interface Conversion {
  /** Adds a constant to the graph and gives its name. */
  readonly constant: (base: string, make: (name: string) => TensorProto) => string;
  readonly fresh: (base: string) => string;
  /** Number of dimensions of a tensor, where shape inference knows it. */
  readonly rankOf: (tensor: string) => number | undefined;
  readonly typeOf: (tensor: string) => string | undefined;
  readonly constantOf: (tensor: string) => TensorProto | undefined;
}

/** One incompatible change of one operator: nodes below `since` are rewritten to mean the same from there on. */
export interface Change {
  readonly operators: readonly string[];
  readonly since: number;
  readonly rewrite: (node: NodeProto, conversion: Conversion) => NodeProto[];
}

/**
 * Every change between opset 7 and 13 that alters what an existing node means; additions (new types, new attributes with
 * defaults) need nothing. Source: the change log of the ONNX operators.
 */
export const opsetChanges: readonly Change[] = [
  { operators: ['Upsample'], since: 9, rewrite: scalesBecomeInput },
  { operators: ['BatchNormalization'], since: 9, rewrite: dropSpatial },
  { operators: ['Scan'], since: 9, rewrite: (node) => refuse(node, 'its batch dimension was removed in opset 9') },
  { operators: ['Upsample'], since: 10, rewrite: upsampleBecomesResize },
  { operators: ['Slice'], since: 10, rewrite: sliceBoundsBecomeInputs },
  { operators: ['TopK'], since: 10, rewrite: countBecomesInput },
  { operators: ['Resize'], since: 11, rewrite: resizeSaysItsCoordinates },
  { operators: ['Clip'], since: 11, rewrite: clipBoundsBecomeInputs },
  { operators: ['Pad'], since: 11, rewrite: padsBecomeInput },
  { operators: ['Scatter'], since: 11, rewrite: scatterIsRenamed },
  { operators: ['Dropout'], since: 12, rewrite: dropRatio },
  { operators: ['Resize'], since: 13, rewrite: refuseRemovedCoordinates },
  { operators: ['Split'], since: 13, rewrite: splitSizesBecomeInput },
  { operators: ['Squeeze', 'Unsqueeze', 'ReduceSum'], since: 13, rewrite: axesBecomeInput },
  { operators: ['Softmax', 'LogSoftmax', 'Hardmax'], since: 13, rewrite: softmaxWorksOnOneAxis },
];

function refuse(node: NodeProto, why: string): never {
  throw new StudioError('model-unsupported', `Node "${node.name}" (${node.opType}) cannot be converted: ${why}.`, {
    hint: 'Export the model again with opset 13 or later.',
  });
}

function removeAttributes(node: NodeProto, ...names: string[]): void {
  node.attribute = node.attribute.filter((attribute) => !names.includes(attribute.name));
}

/** Puts a constant list of integers in the place of an input. */
function setIntegersInput(
  node: NodeProto,
  index: number,
  base: string,
  values: number[],
  conversion: Conversion,
): void {
  while (node.input.length < index) node.input.push('');
  node.input[index] = conversion.constant(`${node.output[0] ?? node.name}_${base}`, (name) =>
    makeInt64Tensor(name, [values.length], values),
  );
}

/** Puts a constant scalar of the type of the node's first input in the place of an input. */
function setScalarInput(node: NodeProto, index: number, base: string, value: number, conversion: Conversion): void {
  while (node.input.length < index) node.input.push('');
  const half = conversion.typeOf(node.input[0] ?? '') === 'float16';
  node.input[index] = conversion.constant(`${node.output[0] ?? node.name}_${base}`, (name) =>
    half ? makeFloat16Tensor(name, [], [value]) : makeFloatTensor(name, [], [value]),
  );
}

function scalesBecomeInput(node: NodeProto, conversion: Conversion): NodeProto[] {
  const scales = attributeFloats(node, 'scales') ?? refuse(node, 'it has no scales');
  removeAttributes(node, 'scales');
  node.input[1] = conversion.constant(`${node.output[0] ?? node.name}_scales`, (name) =>
    makeFloatTensor(name, [scales.length], scales),
  );
  return [node];
}

function dropSpatial(node: NodeProto): NodeProto[] {
  if (attributeInt(node, 'spatial', 1) !== 1) return refuse(node, 'spatial=0 was removed in opset 9');
  removeAttributes(node, 'spatial');
  return [node];
}

function upsampleBecomesResize(node: NodeProto): NodeProto[] {
  node.opType = 'Resize';
  return [node];
}

function sliceBoundsBecomeInputs(node: NodeProto, conversion: Conversion): NodeProto[] {
  const starts = attributeInts(node, 'starts') ?? refuse(node, 'it has no starts');
  const ends = attributeInts(node, 'ends') ?? refuse(node, 'it has no ends');
  const axes = attributeInts(node, 'axes') ?? starts.map((_, index) => index);
  removeAttributes(node, 'starts', 'ends', 'axes');
  setIntegersInput(node, 1, 'starts', starts, conversion);
  setIntegersInput(node, 2, 'ends', ends, conversion);
  setIntegersInput(node, 3, 'axes', axes, conversion);
  return [node];
}

function countBecomesInput(node: NodeProto, conversion: Conversion): NodeProto[] {
  const count = attributeInt(node, 'k') ?? refuse(node, 'it has no k');
  removeAttributes(node, 'k');
  setIntegersInput(node, 1, 'k', [count], conversion);
  return [node];
}

/** Before opset 11 Resize always mapped coordinates as out / scale, rounding down when it enlarges. */
function resizeSaysItsCoordinates(node: NodeProto, conversion: Conversion): NodeProto[] {
  const [data = '', scales = ''] = node.input;
  const known = conversion.constantOf(scales);
  const reduces = known !== undefined && floatsOf(known).some((scale) => scale < 1);
  node.input = [data, '', scales];
  setAttribute(node, 'coordinate_transformation_mode', { string: 'asymmetric' });
  if (attributeString(node, 'mode', 'nearest') === 'nearest') {
    setAttribute(node, 'nearest_mode', { string: reduces ? 'ceil' : 'floor' });
  }
  return [node];
}

function clipBoundsBecomeInputs(node: NodeProto, conversion: Conversion): NodeProto[] {
  const low = attributeFloat(node, 'min');
  const high = attributeFloat(node, 'max');
  removeAttributes(node, 'min', 'max');
  if (low !== undefined) setScalarInput(node, 1, 'min', low, conversion);
  if (high !== undefined) setScalarInput(node, 2, 'max', high, conversion);
  return [node];
}

function padsBecomeInput(node: NodeProto, conversion: Conversion): NodeProto[] {
  const pads = attributeInts(node, 'pads') ?? refuse(node, 'it has no pads');
  const value = attributeFloat(node, 'value', 0);
  removeAttributes(node, 'pads', 'value');
  setIntegersInput(node, 1, 'pads', pads, conversion);
  if (value !== 0) setScalarInput(node, 2, 'value', value, conversion);
  return [node];
}

function scatterIsRenamed(node: NodeProto): NodeProto[] {
  node.opType = 'ScatterElements';
  return [node];
}

/** At inference Dropout passes its input on whatever the ratio. */
function dropRatio(node: NodeProto): NodeProto[] {
  removeAttributes(node, 'ratio');
  return [node];
}

function refuseRemovedCoordinates(node: NodeProto): NodeProto[] {
  if (attributeString(node, 'coordinate_transformation_mode') === 'tf_half_pixel_for_nn') {
    return refuse(node, 'tf_half_pixel_for_nn was removed in opset 13');
  }
  return [node];
}

function splitSizesBecomeInput(node: NodeProto, conversion: Conversion): NodeProto[] {
  const sizes = attributeInts(node, 'split');
  removeAttributes(node, 'split');
  if (sizes !== undefined) setIntegersInput(node, 1, 'split', sizes, conversion);
  return [node];
}

function axesBecomeInput(node: NodeProto, conversion: Conversion): NodeProto[] {
  const axes = attributeInts(node, 'axes');
  removeAttributes(node, 'axes');
  if (axes !== undefined) setIntegersInput(node, 1, 'axes', axes, conversion);
  return [node];
}

/**
 * Before opset 13 the input was flattened to two dimensions at `axis` (default 1) and the operator worked on the second; since
 * then it works on `axis` alone. The two agree on the last axis; anything else is flattened and given its shape back.
 */
function softmaxWorksOnOneAxis(node: NodeProto, conversion: Conversion): NodeProto[] {
  const [data = ''] = node.input;
  const [result = ''] = node.output;
  const axis = attributeInt(node, 'axis', 1);
  const rank = conversion.rankOf(data);
  if (axis === -1 || axis + 1 === rank) {
    setAttribute(node, 'axis', { int: -1 });
    return [node];
  }
  const shape = conversion.fresh(`${result}_shape`);
  const flat = conversion.fresh(`${result}_flat`);
  const flatResult = conversion.fresh(`${result}_flat_result`);
  setAttribute(node, 'axis', { int: -1 });
  node.input = [flat];
  node.output = [flatResult];
  return [
    makeNode('Shape', [data], [shape], { name: conversion.fresh(`${node.name}/Shape`) }),
    makeNode('Flatten', [data], [flat], {
      name: conversion.fresh(`${node.name}/Flatten`),
      attributes: { axis: { int: axis } },
    }),
    node,
    makeNode('Reshape', [flatResult, shape], [result], { name: conversion.fresh(`${node.name}/Reshape`) }),
  ];
}
