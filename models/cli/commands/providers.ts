import type { Command } from 'commander';
import { formatQuantity } from '../../format.ts';
import type { ProvidersReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';

/** What `boxwright providers` prints for people. */
function renderProviders(report: ProvidersReport, style: Style): string {
  const { cpu } = report;
  const features = cpu.features.length === 0 ? '' : ` (${cpu.features.join(', ')})`;
  const table = renderTable(
    [
      { title: 'provider', align: 'left' },
      { title: 'available', align: 'left' },
      { title: '', align: 'left' },
    ],
    report.providers.map((provider) => [
      provider.name,
      provider.available ? style.good('yes') : style.dim('no'),
      provider.device ?? provider.why ?? '',
    ]),
  );
  return `${style.bold(cpu.model)}, ${formatQuantity(cpu.cores, 'core')}${features}\n\n${table}`;
}

export function addProviders(program: Command, host: CommandHost): void {
  const command = program.command('providers').description('Show where models can run on this machine, and why not');
  addCommonOptions(command, ['providers', 'providers --json']);
  command.action((flags: CommonFlags) => host.run('providers', () => ({}), flags, { render: renderProviders }));
}
