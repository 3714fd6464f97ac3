import { elementTypeName } from '../elementTypes.ts';
import { attributeInt } from '../nodes.ts';
import { broadcast, combineValues } from './broadcast.ts';
import type { Known, NodeFacts, ShapeRule, ShapeRules, TensorFact } from './facts.ts';

/** The output is like the first input. */
const sameAsInput: ShapeRule = ({ input }) => {
  const first = input(0);
  return [first === undefined ? undefined : { type: first.type, dims: first.dims }];
};

/** As `sameAsInput`, following values as well. */
function unary(compute: (value: number) => number): ShapeRule {
  return ({ input }) => {
    const first = input(0);
    if (first === undefined) return [undefined];
    const values = first.values?.map((value) => (value === null ? null : compute(value)));
    return [{ type: first.type, dims: first.dims, values }];
  };
}

function allInputs({ node, input }: NodeFacts): (TensorFact | undefined)[] {
  return node.input.map((_, index) => input(index));
}

function broadcastAll(inputs: readonly (TensorFact | undefined)[]): Known[] | null {
  return broadcast(inputs.map((fact) => fact?.dims ?? null));
}

/** Broadcasts all inputs; computes values pair by pair from the left where all are known. */
function arithmetic(compute: (a: number, b: number, isInteger: boolean) => number, type?: string): ShapeRule {
  return (facts) => {
    const inputs = allInputs(facts);
    const operandType = inputs.find((fact) => fact !== undefined && fact.type !== '')?.type ?? '';
    const isInteger = /^u?int/.test(operandType);
    if (inputs.length === 0) return [undefined];
    const values = combineValues(inputs, (operands) =>
      operands.reduce((a, b) => (a === null || b === null ? null : compute(a, b, isInteger))),
    );
    return [{ type: type ?? operandType, dims: broadcastAll(inputs), values }];
  };
}

/** Broadcasts all inputs without following values. */
const broadcastOnly: ShapeRule = (facts) => [
  { type: facts.input(0)?.type ?? '', dims: broadcastAll(allInputs(facts)) },
];

const comparison = (holds: (a: number, b: number) => boolean): ShapeRule =>
  arithmetic((a, b) => (holds(a, b) ? 1 : 0), 'bool');

/** C's remainder (`fmod=1`) or the one that takes the divisor's sign. */
const mod: ShapeRule = (facts) => {
  const truncated = attributeInt(facts.node, 'fmod', 0) === 1;
  return arithmetic((a, b) => (truncated ? a % b : a - b * Math.floor(a / b)))(facts);
};

/** ONNX casts floats to integers by cutting the fraction. */
function castValue(value: Known, type: string): Known {
  if (value === null) return null;
  if (type === 'bool') return value === 0 ? 0 : 1;
  return /^u?int/.test(type) ? Math.trunc(value) : value;
}

const cast: ShapeRule = ({ node, input }) => {
  const first = input(0);
  const type = elementTypeName(attributeInt(node, 'to', 0));
  return [{ type, dims: first?.dims ?? null, values: first?.values?.map((value) => castValue(value, type)) }];
};

const castLike: ShapeRule = ({ input }) => {
  const first = input(0);
  const type = input(1)?.type ?? '';
  return [{ type, dims: first?.dims ?? null, values: first?.values?.map((value) => castValue(value, type)) }];
};

const where: ShapeRule = (facts) => {
  const inputs = allInputs(facts);
  const values = combineValues(inputs, ([condition = null, a, b]) =>
    condition === null ? null : ((condition === 0 ? b : a) ?? null),
  );
  const type = inputs[1]?.type || inputs[2]?.type || '';
  return [{ type, dims: broadcastAll(inputs), values }];
};

/** The second output is the mask, the rest of training-time outputs is unknown. */
const dropout: ShapeRule = ({ input, opset }) => {
  const first = input(0);
  if (first === undefined) return [undefined, undefined];
  return [
    { type: first.type, dims: first.dims },
    { type: opset >= 10 ? 'bool' : first.type, dims: first.dims },
  ];
};

const toBool: ShapeRule = ({ input }) => [{ type: 'bool', dims: input(0)?.dims ?? null }];

const unaryNames = [
  ...['Relu', 'Sigmoid', 'Tanh', 'Exp', 'Log', 'Reciprocal', 'Erf', 'LeakyRelu', 'Elu', 'Selu', 'Celu', 'Gelu', 'Mish'],
  ...[
    'HardSigmoid',
    'HardSwish',
    'Swish',
    'Softplus',
    'Softsign',
    'Softmax',
    'LogSoftmax',
    'Hardmax',
    'ThresholdedRelu',
  ],
  ...[
    'Sin',
    'Cos',
    'Tan',
    'Asin',
    'Acos',
    'Atan',
    'Sinh',
    'Cosh',
    'Asinh',
    'Acosh',
    'Atanh',
    'Sign',
    'Shrink',
    'PRelu',
  ],
  ...['BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'GroupNormalization', 'RMSNormalization'],
  ...['LRN', 'LpNormalization', 'MeanVarianceNormalization', 'CumSum', 'Clip', 'BitShift', 'BitwiseNot'],
  ...['ScatterND', 'ScatterElements', 'Scatter', 'Trilu', 'ReverseSequence', 'QuickGelu', 'FastGelu'],
];

/** Operators that work element by element, and others whose output is shaped like an input. */
export const elementwiseRules: ShapeRules = {
  ...Object.fromEntries(unaryNames.map((name) => [name, sameAsInput])),
  Identity: unary((value) => value),
  Neg: unary((value) => -value),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Round: sameAsInput,
  Not: unary((value) => (value === 0 ? 1 : 0)),
  IsNaN: toBool,
  IsInf: toBool,
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic((a, b, isInteger) => (isInteger ? Math.trunc(a / b) : a / b)),
  Pow: arithmetic((a, b) => a ** b),
  Max: arithmetic((a, b) => Math.max(a, b)),
  Min: arithmetic((a, b) => Math.min(a, b)),
  Sum: arithmetic((a, b) => a + b),
  Mean: broadcastOnly,
  Mod: mod,
  Equal: comparison((a, b) => a === b),
  Greater: comparison((a, b) => a > b),
  GreaterOrEqual: comparison((a, b) => a >= b),
  Less: comparison((a, b) => a < b),
  LessOrEqual: comparison((a, b) => a <= b),
  And: comparison((a, b) => a !== 0 && b !== 0),
  Or: comparison((a, b) => a !== 0 || b !== 0),
  Xor: comparison((a, b) => (a !== 0) !== (b !== 0)),
  BitwiseAnd: broadcastOnly,
  BitwiseOr: broadcastOnly,
  BitwiseXor: broadcastOnly,
  Where: where,
  Cast: cast,
  CastLike: castLike,
  Dropout: dropout,
};
