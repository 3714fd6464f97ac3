import type { Command } from 'commander';
import type { CommandHost } from '../host.ts';
import { addDatasetCheck } from './datasetCheck.ts';

export function addDataset(program: Command, host: CommandHost): void {
  const command = program
    .command('dataset')
    .description('Check a dataset in place, convert its labels, divide it anew')
    .addHelpText(
      'after',
      '\nExamples:\n  $ boxwright dataset check data.yaml\n  $ boxwright dataset check VOC2012/ --json',
    );
  addDatasetCheck(command, host);
}
