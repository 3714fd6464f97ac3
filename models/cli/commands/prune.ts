import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { pruneMethods, pruneScopes, recoveries } from '../../choices.ts';
import { formatBytes, formatCount, formatMilliseconds, formatPercent } from '../../format.ts';
import { type PruneOptions, pruneOptions } from '../../recipeSchema.ts';
import type { ModelFigures, PruneReport, PruneSpeed } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, integerBetween, numberBetween, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { describeAgreement } from './agreementText.ts';
import { renderWarnings } from './warnings.ts';

interface PruneFlags extends CommonFlags, SpecFlags {
  readonly output: string;
  readonly method: PruneOptions['method'];
  readonly amount?: number;
  readonly scope: PruneOptions['scope'];
  readonly roundTo: PruneOptions['roundTo'];
  readonly ratio?: PruneOptions['ratios'];
  readonly keep?: string[];
  readonly check?: string[];
  readonly recover?: NonNullable<PruneOptions['recover']>;
  readonly gate: boolean;
}

/** Reads one more `--ratio`: the share follows the last `=`, since node names may have one too. */
function addRatio(text: string, before: PruneOptions['ratios'] = []): PruneOptions['ratios'] {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be a pattern, = and a share, such as "/model.22/*=0.1".');
  return [...before, { pattern: text.slice(0, at), amount: numberBetween(0, 0.99)(text.slice(at + 1)) }];
}

function readRounding(text: string): PruneOptions['roundTo'] {
  return text === 'auto' ? 'auto' : integerBetween(1, 256)(text);
}

/** What is taken where nothing else is said. */
const usual = pruneOptions.parse({});

/** What is taken unless a share is given: weights cost little, channels much. */
const usualAmount = { magnitude: usual.amount, '2:4': usual.amount, channel: 0.3 };

/** "8.1 → 5.2 ms", and what the roundings came to that were tried. */
function renderSpeed({ before, after, tried = [] }: PruneSpeed): string {
  const trials = tried.map(({ roundTo, p50 }) => `${formatMilliseconds(p50)} at multiples of ${roundTo}`).join(', ');
  return `one run    ${formatMilliseconds(before)} → ${formatMilliseconds(after)}${trials === '' ? '' : ` (${trials})`}\n`;
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
  const speed = report.speed === undefined ? '' : renderSpeed(report.speed);
  const kept = (report.keptLayers ?? [])
    .map(({ name, why }) => `${style.dim('whole')}      ${name}: ${why}\n`)
    .join('');
  const agreement = report.agreement === undefined ? '' : `agreement  ${describeAgreement(report.agreement)}\n`;
  return `${table}${speed}${kept}${agreement}${renderWarnings(report.warnings, style)}${style.bold(report.out)}\n`;
}

export function addPrune(program: Command, host: CommandHost): void {
  const command = program
    .command('prune')
    .description('Set the least important weights to zero, or take the least important channels out')
    .argument('<model>', 'ONNX file')
    .requiredOption('-o, --output <file>', 'where to write the pruned model')
    .addOption(
      new Option('--method <name>', 'zero weights (magnitude, 2:4) or take whole channels out (channel)')
        .choices(pruneMethods)
        .default(usual.method),
    )
    .addOption(
      new Option(
        '--amount <share>',
        `share of the weights to zero (default: ${usual.amount}), or of the channels to take out (default: ${usualAmount.channel})`,
      ).argParser(numberBetween(0, 0.99)),
    )
    .addOption(
      new Option('--scope <scope>', 'rank the weights or channels of all layers together, or of each by itself')
        .choices(pruneScopes)
        .default(usual.scope),
    )
    .addOption(
      new Option(
        '--round-to <count>',
        'channels that stay come in multiples of this; "auto" measures what runs fastest',
      )
        .argParser(readRounding)
        .default(usual.roundTo),
    )
    .addOption(
      new Option('--ratio <pattern=share>', 'another share for layers whose names fit; may be repeated').argParser(
        addRatio,
      ),
    )
    .option('--keep <patterns...>', 'globs on node names that stay untouched')
    .option('--check <images...>', 'pictures to make up for channels on, and to measure agreement with the original')
    .addOption(
      new Option(
        '--recover <how>',
        'how the layers that stay make up for channels that go, on the pictures of --check (default: least-squares)',
      ).choices(recoveries),
    )
    .option('--no-gate', 'write the model also when it has lost its boxes');
  addSpecOption(command);
  addCommonOptions(command, [
    'prune yolov8n.onnx -o pruned.onnx --amount 0.3',
    'prune yolov8n.onnx -o smaller.onnx --method channel --amount 0.3 --check photos/',
    'prune yolov8n.onnx -o smaller.onnx --method channel --round-to auto --ratio "/model.22/*=0.1"',
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
          amount: flags.amount ?? usualAmount[flags.method],
          scope: flags.scope,
          keep: flags.keep ?? [],
          roundTo: flags.roundTo,
          ratios: flags.ratio ?? [],
          ...(flags.recover === undefined ? {} : { recover: flags.recover }),
          gate: flags.gate,
        },
        check: await host.expandPaths(flags.check ?? []),
      }),
      flags,
      { render: renderPrune },
    ),
  );
}
