import type { Command } from 'commander';
import { Option } from 'commander';
import { formatBytes } from '../../format.ts';
import type { ExportReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { renderVerify } from './verify.ts';
import { renderWarnings } from './warnings.ts';

interface ExportFlags extends CommonFlags, SpecFlags {
  readonly output: string;
  readonly target: 'node';
  readonly images?: string[];
  readonly license?: string;
}

/** What `boxwright export` prints for people. */
function renderExport(report: ExportReport, style: Style): string {
  const files = renderTable(
    [
      { title: 'file', align: 'left' },
      { title: 'size', align: 'right' },
    ],
    report.files.map((file) => [file.path, formatBytes(file.bytes)]),
  );
  const bundle = `${style.bold(report.out)}  ${formatBytes(report.bytes)}\n`;
  return `${files}\n${renderVerify(report.verify, style)}${renderWarnings(report.warnings, style)}${bundle}`;
}

export function addExport(program: Command, host: CommandHost): void {
  const command = program
    .command('export')
    .description('Pack a model with everything that is needed to run it right, and prove it')
    .argument('<model>', 'ONNX file')
    .addOption(new Option('--target <name>', 'where it will run').choices(['node']).default('node'))
    .requiredOption('-o, --output <file>', 'where to write the zip')
    .option('--images <paths...>', "golden pictures; default: the sample's")
    .option('--license <text>', 'licence of the model, such as MIT');
  addSpecOption(command);
  addCommonOptions(command, [
    'export yolov8n.onnx --target node -o yolov8n.zip --images photos/',
    'export int8.onnx --target node -o int8.zip --images photos/ --license Apache-2.0',
  ]);
  command.action((model: string, flags: ExportFlags) =>
    host.run(
      'export',
      async () => ({
        model,
        ...specOf(flags),
        target: flags.target,
        out: flags.output,
        images: await host.expandPaths(flags.images ?? []),
        ...(flags.license === undefined ? {} : { license: flags.license }),
      }),
      flags,
      { render: renderExport },
    ),
  );
}
