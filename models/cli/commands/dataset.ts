import type { Command } from 'commander';
import type { CommandHost } from '../host.ts';
import { addDatasetCheck } from './datasetCheck.ts';
import { addDatasetConvert } from './datasetConvert.ts';
import { addDatasetSplit } from './datasetSplit.ts';

export function addDataset(program: Command, host: CommandHost): void {
  const command = program
    .command('dataset')
    .description('Check a dataset in place, convert its labels, divide it anew')
    .addHelpText(
      'after',
      [
        '\nExamples:',
        '  $ boxwright dataset check data.yaml',
        '  $ boxwright dataset convert VOC2012/ --to coco -o voc-as-coco/',
        '  $ boxwright dataset split data.yaml --ratios 0.8,0.1,0.1 --seed 7 -o divided/',
      ].join('\n'),
    );
  addDatasetCheck(command, host);
  addDatasetConvert(command, host);
  addDatasetSplit(command, host);
}
