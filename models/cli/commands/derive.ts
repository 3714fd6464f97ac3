import type { Command } from 'commander';
import { formatBytes, formatCount, formatDuration } from '../../format.ts';
import { describeStep } from '../../recipe/describeStep.ts';
import type { DeriveReport, ModelFigures } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { describeAgreement } from './agreementText.ts';
import { renderWarnings } from './warnings.ts';

interface DeriveFlags extends CommonFlags, SpecFlags {
  readonly recipe: string;
  readonly output: string;
  readonly data?: string[];
  readonly recalibrate?: boolean;
  readonly gate: boolean;
}

function figures({ parameters, macs, bytes }: ModelFigures): string[] {
  return [formatCount(parameters), macs === null ? 'unknown' : formatCount(macs), formatBytes(bytes)];
}

/** What `boxwright derive` prints for people. */
function renderDerive(report: DeriveReport, style: Style): string {
  const table = renderTable(
    [
      { title: 'step', align: 'left' },
      { title: 'parameters', align: 'right' },
      { title: 'MACs', align: 'right' },
      { title: 'file', align: 'right' },
      { title: 'F1', align: 'right' },
      { title: 'time', align: 'right' },
    ],
    [
      ['original', ...figures(report.before), '', ''],
      ...report.steps.map(({ step, after, agreement, seconds }) => [
        describeStep(step),
        ...figures(after),
        agreement?.f1.toFixed(3) ?? '',
        formatDuration(seconds),
      ]),
    ],
  );
  const agreement = report.agreement === undefined ? '' : `with the original: ${describeAgreement(report.agreement)}\n`;
  const warnings = [...new Set([...report.steps.flatMap((step) => step.warnings), ...report.warnings])];
  return `${table}${agreement}${renderWarnings(warnings, style)}${style.bold(report.out)}\n`;
}

export function addDerive(program: Command, host: CommandHost): void {
  const command = program
    .command('derive')
    .description('Apply a recipe step by step: merge, prune, quantize; exit with 3 where a step loses the boxes')
    .argument('<model>', 'ONNX file')
    .requiredOption('--recipe <file>', 'recipe (JSON), or a variant that was derived by one (ONNX)')
    .requiredOption('-o, --output <file>', 'where to write the result')
    .option('--data <paths...>', 'pictures to calibrate and compare on: files, folders or a data.yaml')
    .option('--recalibrate', 'use these pictures also where the recipe names others')
    .option('--no-gate', 'write the file even if it has lost the boxes');
  addSpecOption(command);
  addCommonOptions(command, [
    'derive yolov8n.onnx --recipe recipe.json -o small.onnx --data photos/',
    'derive yolov8s.onnx --recipe yolov8n-int8.onnx -o yolov8s-int8.onnx --data photos/ --recalibrate',
  ]);
  command.action((model: string, flags: DeriveFlags) =>
    host.run(
      'derive',
      async () => ({
        model,
        ...specOf(flags),
        recipe: flags.recipe,
        out: flags.output,
        data: await host.expandPaths(flags.data ?? []),
        recalibrate: flags.recalibrate === true,
        gate: flags.gate,
      }),
      flags,
      { render: renderDerive },
    ),
  );
}
