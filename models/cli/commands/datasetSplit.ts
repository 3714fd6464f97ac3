import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatPercent } from '../../format.ts';
import type { DatasetSplitReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, integerBetween } from '../options.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';

interface SplitFlags extends CommonFlags {
  readonly out: string;
  readonly ratios: number[];
  readonly seed: number;
  readonly stratify?: boolean;
  readonly similar: boolean;
}

function readRatios(text: string): number[] {
  const ratios = text.split(',').map(Number);
  const isSound = ratios.length >= 2 && ratios.length <= 3 && ratios.every((ratio) => ratio >= 0);
  if (!isSound || text.includes(',,') || text.endsWith(',')) {
    throw new InvalidArgumentError('It must be two or three numbers with commas between: train,val,test.');
  }
  return ratios;
}

/** What `boxwright dataset split` prints for people. */
function renderSplits(report: DatasetSplitReport, style: Style): string {
  const whole = (count: number) => count.toLocaleString('en-US');
  const table = renderTable(
    [
      { title: 'split', align: 'left' },
      { title: 'pictures', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'objects', align: 'right' },
    ],
    report.splits.map(({ name, images, share, objects }) => [
      name,
      whole(images),
      formatPercent(share),
      whole(objects),
    ]),
  );
  const { count, images } = report.groups;
  const together =
    count === 0 ? '' : `${whole(images)} pictures that look alike were kept together, in ${whole(count)} groups.\n`;
  const notes = report.notes.map((note) => `${style.warn('Note:')} ${printable(note)}\n`);
  const opens = report.opens.map((path) => `open  ${printable(path)}\n`);
  return `${table}${together}${notes.join('')}${opens.join('')}`;
}

export function addDatasetSplit(dataset: Command, host: CommandHost): void {
  const command = dataset
    .command('split')
    .description('Divide the pictures anew and write lists of them; pictures and labels stay where they are')
    .argument('<dataset>', 'data.yaml, COCO .json, or a folder with one, VOC annotations or YOLO labels')
    .requiredOption('-o, --out <folder>', 'new or empty folder')
    .addOption(
      new Option('--ratios <shares>', 'of train,val,test')
        .argParser(readRatios)
        .default([0.8, 0.1, 0.1], '0.8,0.1,0.1'),
    )
    .addOption(
      new Option('--seed <number>', 'the same seed gives the same splits')
        .argParser(integerBetween(0, 2 ** 32 - 1))
        .default(0),
    )
    .option('--stratify', 'give every split its share of each class too')
    .option('--no-similar', 'do not look for pictures that look alike, to keep them in one split');
  addCommonOptions(command, [
    'dataset split data.yaml --ratios 0.8,0.1,0.1 --seed 7 -o divided/',
    'dataset split labels.json --ratios 0.9,0.1 --stratify -o divided/ --json',
  ]);
  command.action((path: string, { out, ratios, seed, stratify, similar, ...flags }: SplitFlags) =>
    host.run(
      'splitDataset',
      () => ({ dataset: path, out, ratios, seed, stratify: stratify === true, groupSimilar: similar }),
      flags,
      { render: renderSplits },
    ),
  );
}
