import type { Command } from 'commander';
import { Option } from 'commander';
import { formatPercent } from '../../format.ts';
import type { SensitivityReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, integerBetween, type SpecFlags, specOf } from '../options.ts';
import { renderTable } from '../table.ts';

interface SensitivityFlags extends CommonFlags, SpecFlags {
  readonly data: string[];
  readonly for: 'quantize';
  readonly samples: number;
  readonly worst: number;
}

/** What `boxwright sensitivity` prints for people. */
function renderSensitivity({ layers }: SensitivityReport): string {
  const rows = layers.map(({ name, operator, sqnr, drop }) => [
    name,
    operator,
    `${sqnr.toFixed(1)} dB`,
    drop === undefined ? '' : formatPercent(drop),
  ]);
  return renderTable(
    [
      { title: 'layer', align: 'left' },
      { title: 'operator', align: 'left' },
      { title: 'SQNR', align: 'right' },
      { title: 'drop', align: 'right' },
    ],
    rows,
  );
}

export function addSensitivity(program: Command, host: CommandHost): void {
  const command = program
    .command('sensitivity')
    .description('Show what each layer loses when it alone is changed, worst first')
    .argument('<model>', 'ONNX file')
    .requiredOption('--data <paths...>', 'pictures: files, folders or a data.yaml')
    .addOption(new Option('--for <step>', 'what is to be done to the layers').choices(['quantize']).default('quantize'))
    .addOption(
      new Option('--samples <count>', 'most pictures to measure on').argParser(integerBetween(1, 100_000)).default(300),
    )
    .addOption(
      new Option('--worst <count>', 'measure the drop in agreement of this many of the worst layers')
        .argParser(integerBetween(0, 1000))
        .default(3),
    );
  addSpecOption(command);
  addCommonOptions(command, [
    'sensitivity yolov8n.onnx --data photos/',
    'sensitivity yolov8n.onnx --data data.yaml --json',
  ]);
  command.action((model: string, flags: SensitivityFlags) =>
    host.run(
      'sensitivity',
      async () => ({
        for: flags.for,
        model,
        ...specOf(flags),
        data: await host.expandPaths(flags.data),
        options: { samples: flags.samples },
        worst: flags.worst,
      }),
      flags,
      { render: renderSensitivity },
    ),
  );
}
