import type { Command } from 'commander';
import { Option } from 'commander';
import { datasetFormats } from '../../choices.ts';
import type { DatasetConvertReport, DatasetFormat } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import { printable, type Style } from '../style.ts';
import { renderFacts } from '../table.ts';

interface ConvertFlags extends CommonFlags {
  readonly to: DatasetFormat;
  readonly out: string;
  readonly copyImages?: boolean;
}

/** What `boxwright dataset convert` prints for people. */
function renderConversion(report: DatasetConvertReport, style: Style): string {
  const facts = renderFacts([
    ['pictures', `${report.images.toLocaleString('en-US')}${report.copiedImages > 0 ? ', copied' : ''}`],
    ['objects', report.objects.toLocaleString('en-US')],
    ...report.opens.map((path) => ['open', printable(path)] as const),
  ]);
  const notes = report.notes.map((note) => `${style.warn('Note:')} ${printable(note)}\n`);
  return `${style.bold(`${report.from} to ${report.to}`)}\n${facts}${notes.join('')}`;
}

export function addDatasetConvert(dataset: Command, host: CommandHost): void {
  const command = dataset
    .command('convert')
    .description('Write the labels in another format into a new folder; the dataset stays as it is')
    .argument('<dataset>', 'data.yaml, COCO .json, or a folder with one, VOC annotations or YOLO labels')
    .addOption(new Option('--to <format>', 'what to write').choices(datasetFormats).makeOptionMandatory())
    .requiredOption('-o, --out <folder>', 'new or empty folder')
    .option('--copy-images', 'copy the pictures too');
  addCommonOptions(command, [
    'dataset convert VOC2012/ --to yolo -o voc-as-yolo/ --copy-images',
    'dataset convert data.yaml --to coco -o coco/ --json',
  ]);
  command.action((path: string, { to, out, copyImages, ...flags }: ConvertFlags) =>
    host.run('convertDataset', () => ({ dataset: path, to, out, copyImages: copyImages === true }), flags, {
      render: renderConversion,
    }),
  );
}
