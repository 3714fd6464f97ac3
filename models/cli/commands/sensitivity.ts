import type { Command } from 'commander';
import { Option } from 'commander';
import { formatCount, formatPercent } from '../../format.ts';
import type { PruneSensitivity, QuantizeSensitivity, SensitivityReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, integerBetween, numberBetween, type SpecFlags, specOf } from '../options.ts';
import { renderTable } from '../table.ts';

interface SensitivityFlags extends CommonFlags, SpecFlags {
  readonly data: string[];
  readonly for: 'quantize' | 'prune';
  readonly samples: number;
  readonly amounts?: number[];
  readonly worst?: number;
}

const layerColumns = [
  { title: 'layer', align: 'left' },
  { title: 'operator', align: 'left' },
] as const;

function renderQuantize({ layers }: QuantizeSensitivity): string {
  const rows = layers.map(({ name, operator, sqnr, drop }) => [
    name,
    operator,
    `${sqnr.toFixed(1)} dB`,
    drop === undefined ? '' : formatPercent(drop),
  ]);
  return renderTable([...layerColumns, { title: 'SQNR', align: 'right' }, { title: 'drop', align: 'right' }], rows);
}

/** One column of drops for every amount; empty where no channel goes. The MACs are those at the largest amount. */
function renderPrune({ layers }: PruneSensitivity): string {
  const amounts = [...new Set(layers.flatMap(({ costs }) => costs.map(({ amount }) => amount)))].sort((a, b) => a - b);
  if (amounts.length === 0) return 'No layer loses a channel at these amounts.\n';
  const rows = layers.map(({ name, operator, channels, costs }) => {
    const macs = costs.at(-1)?.macs ?? null;
    const drops = amounts.map((amount) => costs.find((cost) => cost.amount === amount)?.drop);
    return [
      name,
      operator,
      String(channels),
      ...drops.map((drop) => (drop === undefined ? '' : formatPercent(drop))),
      macs === null ? 'unknown' : formatCount(macs),
    ];
  });
  return renderTable(
    [
      ...layerColumns,
      { title: 'channels', align: 'right' },
      ...amounts.map((amount) => ({ title: `drop at ${formatPercent(amount)}`, align: 'right' }) as const),
      { title: 'MACs', align: 'right' },
    ],
    rows,
  );
}

/** What `boxwright sensitivity` prints for people. */
function renderSensitivity(report: SensitivityReport): string {
  switch (report.for) {
    case 'quantize':
      return renderQuantize(report);
    case 'prune':
      return renderPrune(report);
  }
}

/** What belongs to one step alone; the rest is left to the operation. */
function stepInput({ for: step, samples, amounts, worst }: SensitivityFlags) {
  const more = worst === undefined ? {} : { worst };
  switch (step) {
    case 'quantize':
      return { for: step, options: { samples }, ...more };
    case 'prune':
      return { for: step, ...(amounts === undefined ? {} : { amounts }), ...more };
  }
}

export function addSensitivity(program: Command, host: CommandHost): void {
  const command = program
    .command('sensitivity')
    .description('Show what each layer loses when it alone is changed, worst first')
    .argument('<model>', 'ONNX file')
    .requiredOption('--data <paths...>', 'pictures: files, folders or a data.yaml')
    .addOption(
      new Option('--for <step>', 'what is to be done to the layers').choices(['quantize', 'prune']).default('quantize'),
    )
    .addOption(
      new Option('--samples <count>', 'quantize: most pictures to measure on')
        .argParser(integerBetween(1, 100_000))
        .default(300),
    )
    .option(
      '--amounts <shares...>',
      'prune: shares of the channels of a layer that are taken out (default: 0.1 0.3 0.5)',
      (text: string, before: number[] = []) => [...before, numberBetween(0.01, 0.99)(text)],
    )
    .addOption(
      new Option(
        '--worst <count>',
        'quantize: measure the drop in agreement of this many of the worst layers (default: 3); prune: measure this many of those that save most (default: 24)',
      ).argParser(integerBetween(0, 1000)),
    );
  addSpecOption(command);
  addCommonOptions(command, [
    'sensitivity yolov8n.onnx --data photos/',
    'sensitivity yolov8n.onnx --data data.yaml --json',
    'sensitivity yolov8n.onnx --for prune --data photos/ --amounts 0.3 --worst 12',
  ]);
  command.action((model: string, flags: SensitivityFlags) =>
    host.run(
      'sensitivity',
      async () => ({
        ...stepInput(flags),
        model,
        ...specOf(flags),
        data: await host.expandPaths(flags.data),
      }),
      flags,
      { render: renderSensitivity },
    ),
  );
}
