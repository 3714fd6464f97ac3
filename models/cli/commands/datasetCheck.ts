import type { Command } from 'commander';
import type { DatasetCheckReport, DatasetFinding, DatasetFindingKind } from '../../types.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';

interface CheckFlags extends CommonFlags {
  readonly split?: string;
  readonly decode: boolean;
  readonly strict?: boolean;
  readonly all?: boolean;
}

/** Findings of a kind that are shown without `--all`. */
const shownOfKind = 5;

/** One and many, for a heading. */
const headings: Readonly<Record<DatasetFindingKind, readonly [one: string, many: string]>> = {
  'unreadable-image': ['picture cannot be read', 'pictures cannot be read'],
  'unreadable-label': ['label cannot be read', 'labels cannot be read'],
  'unknown-class': ['label has an unknown class', 'labels have unknown classes'],
  'labels-without-image': ['label file or annotation has no picture', 'label files or annotations have no picture'],
  'image-without-labels': ['picture has no labels', 'pictures have no labels'],
  'size-differs': ['picture has another size than its labels say', 'pictures have another size than their labels say'],
  'empty-box': ['box has no area', 'boxes have no area'],
  'outside-image': ['box reaches out of its picture', 'boxes reach out of their pictures'],
  'duplicate-box': ['box is there twice', 'boxes are there twice'],
  'duplicate-image': ['picture has the content of another', 'pictures have the content of others'],
  'similar-images': ['picture looks like another', 'pictures look like others'],
};

const whole = (count: number) => count.toLocaleString('en-US');

function renderCounts({ splits, classes }: DatasetCheckReport): string {
  const splitTable = renderTable(
    [
      { title: 'split', align: 'left' },
      { title: 'pictures', align: 'right' },
      { title: 'without objects', align: 'right' },
      { title: 'objects', align: 'right' },
    ],
    splits.map(({ name, images, backgrounds, objects }) => [name, whole(images), whole(backgrounds), whole(objects)]),
  );
  const present = classes.filter(({ objects }) => objects > 0);
  const classTable = renderTable(
    [
      { title: 'class', align: 'left' },
      { title: 'objects', align: 'right' },
      { title: 'in pictures', align: 'right' },
    ],
    present.map(({ className, objects, images }) => [printable(className), whole(objects), whole(images)]),
  );
  const absent = classes.filter(({ objects }) => objects === 0).map(({ className }) => printable(className));
  const rest = absent.length === 0 ? '' : `without objects: ${absent.join(', ')}\n`;
  return present.length === 0 ? splitTable : `${splitTable}\n${classTable}${rest}`;
}

/** A finding on one line; many messages begin with the path themselves. */
function renderFinding({ path, message }: DatasetFinding, style: Style): string {
  if (message.startsWith(path)) return `  ${printable(message)}\n`;
  return `  ${printable(path)}: ${style.dim(printable(message))}\n`;
}

function renderKind(kind: DatasetFindingKind, report: DatasetCheckReport, limit: number, style: Style): string {
  const count = report.counts[kind];
  const found = report.findings.filter((finding) => finding.kind === kind).slice(0, limit);
  const heading = `${whole(count)} ${headings[kind][count === 1 ? 0 : 1]}`;
  const lines = found.map((finding) => renderFinding(finding, style));
  const more = count > found.length ? `  ${style.dim(`and ${whole(count - found.length)} more`)}\n` : '';
  return `\n${style.warn(heading)}\n${lines.join('')}${more}`;
}

function countAll({ counts }: DatasetCheckReport): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** What `boxwright dataset check` prints for people. */
function renderCheck(report: DatasetCheckReport, style: Style, all: boolean): string {
  const kinds = [...new Set(report.findings.map(({ kind }) => kind))];
  const limit = all ? Number.POSITIVE_INFINITY : shownOfKind;
  const notes = report.notes.map((note) => `\n${style.warn('Note:')} ${printable(note)}\n`);
  const found = kinds.map((kind) => renderKind(kind, report, limit, style));
  const none = countAll(report) === 0 ? `\n${style.good('Nothing is wrong.')}\n` : '';
  return `${style.bold(printable(report.path))}  ${report.format}\n\n${renderCounts(report)}${notes.join('')}${found.join('')}${none}`;
}

export function addDatasetCheck(dataset: Command, host: CommandHost): void {
  const command = dataset
    .command('check')
    .description('List what is wrong with pictures and labels')
    .argument('<dataset>', 'data.yaml, COCO .json, or a folder with one, VOC annotations or YOLO labels')
    .option('--split <name>', 'only this split')
    .option('--no-decode', 'read only the headers of pictures, and do not look for those that look alike')
    .option('--all', 'show every finding, not the first five of a kind')
    .option('--strict', 'end with exit code 3 where anything is wrong');
  addCommonOptions(command, [
    'dataset check data.yaml',
    'dataset check annotations/instances_val2017.json --no-decode',
    'dataset check VOC2012/ --strict --json',
  ]);
  command.action((path: string, flags: CheckFlags) =>
    host.run(
      'checkDataset',
      () => ({ dataset: path, decode: flags.decode, ...(flags.split === undefined ? {} : { split: flags.split }) }),
      flags,
      {
        render: (report, style) => renderCheck(report, style, flags.all === true),
        exitCode: (report) => (flags.strict === true && countAll(report) > 0 ? exitCodes.gate : exitCodes.done),
        complaint: (report) => `${whole(countAll(report))} findings.`,
      },
    ),
  );
}
