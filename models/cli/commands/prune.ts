import type { Command } from 'commander';
import { Option } from 'commander';
import { formatBytes, formatCount, formatPercent } from '../../format.ts';
import type { ModelFigures, PruneReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, integerBetween, numberBetween, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { describeAgreement } from './agreementText.ts';
import { renderWarnings } from './warnings.ts';

interface PruneFlags extends CommonFlags, SpecFlags {
  readonly output: string;
  readonly method: 'magnitude' | '2:4' | 'channel';
  readonly amount: number;
  readonly scope: 'global' | 'layer';
  readonly roundTo: number;
  readonly keep?: string[];
  readonly check?: string[];
}

function figureRow(title: string, report: PruneReport, value: (figures: ModelFigures) => string): string[] {
  return [title, value(report.before), value(report.after)];
}

/** What `boxwright prune` prints for people. */
function renderPrune(report: PruneReport, style: Style): string {
  const table = renderTable(
    [
      { title: '', align: 'left' },
      { title: 'before', align: 'right' },
      { title: 'after', align: 'right' },
    ],
    [
      figureRow('zero weights', report, (figures) => formatPercent(figures.sparsity)),
      figureRow('parameters', report, (figures) => formatCount(figures.parameters)),
      figureRow('MACs', report, (figures) => (figures.macs === null ? 'unknown' : formatCount(figures.macs))),
      figureRow('file', report, (figures) => formatBytes(figures.bytes)),
      ['compressed', formatBytes(report.compressedBytes.before), formatBytes(report.compressedBytes.after)],
    ],
  );
  const agreement = report.agreement === undefined ? '' : `agreement  ${describeAgreement(report.agreement)}\n`;
  return `${table}${agreement}${renderWarnings(report.warnings, style)}${style.bold(report.out)}\n`;
}

export function addPrune(program: Command, host: CommandHost): void {
  const command = program
    .command('prune')
    .description('Set the least important weights to zero, or take the least important channels out')
    .argument('<model>', 'ONNX file')
    .requiredOption('-o, --output <file>', 'where to write the pruned model')
    .addOption(
      new Option('--method <name>', 'zero weights (magnitude, 2:4) or take whole channels out (channel)')
        .choices(['magnitude', '2:4', 'channel'])
        .default('magnitude'),
    )
    .addOption(
      new Option('--amount <share>', 'share of the weights to zero, or of the channels to take out')
        .argParser(numberBetween(0, 0.99))
        .default(0.5),
    )
    .addOption(
      new Option('--scope <scope>', 'rank the weights of all layers together, or of each by itself')
        .choices(['global', 'layer'])
        .default('global'),
    )
    .addOption(
      new Option('--round-to <count>', 'channels that stay come in multiples of this')
        .argParser(integerBetween(1, 256))
        .default(8),
    )
    .option('--keep <patterns...>', 'globs on node names that stay untouched')
    .option('--check <images...>', 'pictures to measure agreement with the original on');
  addSpecOption(command);
  addCommonOptions(command, [
    'prune yolov8n.onnx -o pruned.onnx --amount 0.3',
    'prune yolov8n.onnx -o smaller.onnx --method channel --amount 0.3 --check photos/',
    'prune yolov8n.onnx -o pruned.onnx --amount 0.5 --keep "/model.22/*" --check photos/',
  ]);
  command.action((model: string, flags: PruneFlags) =>
    host.run(
      'prune',
      async () => ({
        model,
        ...specOf(flags),
        out: flags.output,
        options: {
          method: flags.method,
          amount: flags.amount,
          scope: flags.scope,
          keep: flags.keep ?? [],
          roundTo: flags.roundTo,
        },
        check: await host.expandPaths(flags.check ?? []),
      }),
      flags,
      { render: renderPrune },
    ),
  );
}
