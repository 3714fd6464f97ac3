import { type AxisIds, tieAxes } from '../channelIds.ts';
import { type ChannelRule, type ChannelRules, describeNode, type Followed, type Operand, type Visit } from '../rule.ts';

/** The output's channels are the first input's. */
const pass: ChannelRule = {
  follow: (visit) => {
    const data = visit.input(0);
    return data === undefined ? 'its input is not known' : visit.node.output.map(() => data.axes);
  },
};

/** Unites the axes of all inputs that meet in an element-wise operation with broadcasting. */
function tieBroadcast(visit: Visit, operands: readonly Operand[]): Followed {
  const dims = visit.outputDims(0);
  if (dims === undefined) return 'its sizes are not known';
  const reason = `${describeNode(visit.node)} combines them with channels that cannot change`;
  return [
    dims.map((dim, axis): AxisIds => {
      if (dim === 1) return null;
      const meeting = operands.flatMap((operand) => {
        const own = axis - dims.length + operand.dims.length;
        // A size of 1 is spread over all channels, whichever are left.
        return own < 0 || operand.dims[own] === 1 ? [] : [operand.axes[own] ?? null];
      });
      return tieAxes(visit.channels, meeting, reason);
    }),
  ];
}

const broadcast: ChannelRule = {
  follow: (visit) =>
    tieBroadcast(
      visit,
      visit.node.input.flatMap((_, index) => visit.input(index) ?? []),
    ),
};

/** One number for each channel in every input after the first. */
function perChannel(scaleIndex: number): ChannelRule {
  return {
    follow: (visit) => {
      const data = visit.input(0);
      if (data === undefined) return 'its input is not known';
      const tables = visit.node.input.slice(1).flatMap((_, index) => visit.input(index + 1) ?? []);
      const reason = `${describeNode(visit.node)} combines them with channels that cannot change`;
      const ids = tieAxes(
        visit.channels,
        [data.axes[1] ?? null, ...tables.flatMap((table) => (table.dims[0] === 1 ? [] : [table.axes[0] ?? null]))],
        reason,
      );
      const scale = visit.input(scaleIndex);
      if (scale !== undefined) visit.noteImportance({ tensor: scale.name, axis: 0 });
      return visit.node.output.map((_, output) =>
        output === 0 ? data.axes.map((axis, index) => (index === 1 ? ids : axis)) : [],
      );
    },
  };
}

const unaryNames = [
  ...['Relu', 'Sigmoid', 'Tanh', 'Exp', 'Log', 'Reciprocal', 'Erf', 'LeakyRelu', 'Elu', 'Selu', 'Celu', 'Gelu'],
  ...['Mish', 'HardSigmoid', 'HardSwish', 'Swish', 'Softplus', 'Softsign', 'ThresholdedRelu', 'Identity', 'Neg', 'Abs'],
  ...['Floor', 'Ceil', 'Round', 'Sqrt', 'Sign', 'Not', 'IsNaN', 'IsInf', 'Sin', 'Cos', 'Cast', 'Clip', 'Dropout'],
  ...['QuickGelu', 'FastGelu'],
];
const broadcastNames = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Sum', 'Mean', 'Mod', 'PRelu', 'Where', 'Equal', 'Greater'],
  ...['GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor'],
];

/** Operators that work element by element, and those with a table of one number a channel. */
export const elementwiseRules: ChannelRules = {
  ...Object.fromEntries(unaryNames.map((name) => [name, pass])),
  ...Object.fromEntries(broadcastNames.map((name) => [name, broadcast])),
  BatchNormalization: perChannel(1),
  InstanceNormalization: perChannel(1),
};
