import type { Command } from 'commander';
import type { VerifyReport } from '../../types.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';

/** The checks of a bundle, one a line. */
export function renderVerify(report: VerifyReport, style: Style): string {
  const table = renderTable(
    [
      { title: '', align: 'left' },
      { title: '', align: 'left' },
      { title: '', align: 'left' },
    ],
    report.checks.map((check) => [check.ok ? style.good('ok') : style.bad('FAILED'), check.name, check.detail]),
  );
  return `${table}${report.ok ? style.good('The bundle is good.') : style.bad('The bundle is not good.')}\n`;
}

export function addVerify(program: Command, host: CommandHost): void {
  const command = program
    .command('verify')
    .description('Check a bundle: its archive, its hashes, and whether it still finds what it should')
    .argument('<bundle>', 'zip file made by boxwright export');
  addCommonOptions(command, ['verify yolov8n.zip', 'verify yolov8n.zip --json']);
  command.action((bundle: string, flags: CommonFlags) =>
    host.run('verify', () => ({ bundle }), flags, {
      render: renderVerify,
      exitCode: (report) => (report.ok ? exitCodes.done : exitCodes.gate),
      complaint: (report) => `${report.checks.filter((check) => !check.ok).length} checks failed.`,
    }),
  );
}
