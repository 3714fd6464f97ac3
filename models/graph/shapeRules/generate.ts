import { constantValue } from '../constants.ts';
import { elementTypeName } from '../elementTypes.ts';
import { attributeInt, attributeTensor } from '../nodes.ts';
import { dimsOfRank, isFollowed, type Known, positiveAxis, product, type ShapeRule, type ShapeRules } from './facts.ts';
import { factOfTensor } from './tensorFact.ts';

const shape: ShapeRule = ({ node, input }) => {
  const dims = input(0)?.dims ?? null;
  if (dims === null) return [{ type: 'int64', dims: [null] }];
  const start = positiveAxis(attributeInt(node, 'start', 0), dims.length);
  const end = positiveAxis(attributeInt(node, 'end', dims.length), dims.length);
  const values = dims.slice(Math.max(0, start), Math.max(0, end));
  return [{ type: 'int64', dims: [values.length], values }];
};

const size: ShapeRule = ({ input }) => {
  const dims = input(0)?.dims ?? null;
  return [{ type: 'int64', dims: [], values: [dims === null ? null : product(dims)] }];
};

const constant: ShapeRule = ({ node }) => {
  const tensor = constantValue(node);
  return [tensor === undefined ? undefined : factOfTensor(tensor)];
};

const constantOfShape: ShapeRule = ({ node, input }) => {
  const fill = attributeTensor(node, 'value');
  const type = fill === undefined ? 'float' : elementTypeName(fill.dataType);
  const value = fill === undefined ? 0 : (factOfTensor(fill).values?.[0] ?? null);
  const dims = input(0)?.values ?? dimsOfRank(input(0)?.dims?.[0]);
  const count = dims === null ? null : product(dims);
  const values = isFollowed(count) ? new Array<Known>(count).fill(value) : undefined;
  return [{ type, dims, values }];
};

const range: ShapeRule = ({ input }) => {
  const type = input(0)?.type ?? '';
  const [start = null, limit = null, delta = null] = [0, 1, 2].map((index) => input(index)?.values?.[0] ?? null);
  if (start === null || limit === null || delta === null || delta === 0) return [{ type, dims: [null] }];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  const values = isFollowed(count) ? Array.from({ length: count }, (_, index) => start + index * delta) : undefined;
  return [{ type, dims: [count], values }];
};

/** Operators that make tensors from nothing or from shapes. */
export const generateRules: ShapeRules = {
  Shape: shape,
  Size: size,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
};
