import type { Command } from 'commander';
import type { DemoReport } from '../../types.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import type { Style } from '../style.ts';
import { renderFacts } from '../table.ts';
import { renderCompare } from './compare.ts';
import { renderVerify } from './verify.ts';

interface DemoFlags extends CommonFlags {
  readonly out?: string;
}

/** What `boxwright demo` prints for people. */
function renderDemo(report: DemoReport, style: Style): string {
  const files = renderFacts([
    ['pruned', report.pruned],
    ['quantized', report.quantized],
    ['report', style.bold(report.report)],
    ['bundle', style.bold(report.bundle)],
  ]);
  const { report: _html, csv: _csv, ...figures } = report.compare;
  return `${renderCompare(figures, style)}\n${renderVerify(report.verify, style)}\n${files}`;
}

export function addDemo(program: Command, host: CommandHost): void {
  const command = program
    .command('demo')
    .description('The whole job on the sample: inspect, prune, quantize, compare, report, bundle, verify')
    .option('-o, --out <folder>', 'folder for the results (default: boxwright-demo)');
  addCommonOptions(command, ['demo', 'demo --out results/']);
  command.action((flags: DemoFlags) =>
    host.run('demo', () => (flags.out === undefined ? {} : { out: flags.out }), flags, {
      render: renderDemo,
      exitCode: (report) => (report.verify.ok ? exitCodes.done : exitCodes.gate),
      complaint: () => 'the bundle did not pass its checks.',
    }),
  );
}
