import type { Command } from 'commander';
import { Option } from 'commander';
import { StudioError } from '../../errors.ts';
import { formatBytes, formatCount, formatMilliseconds, formatProvider, formatQuantity } from '../../format.ts';
import type { CompareReport, ProviderUse } from '../../types.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import {
  addCommonOptions,
  addRuntimeOptions,
  addSpecOption,
  addThresholds,
  addTimingOptions,
  numberBetween,
  type RuntimeFlags,
  runtimeOf,
  type SpecFlags,
  specOf,
  type ThresholdFlags,
  type TimingFlags,
} from '../options.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { renderWarnings } from './warnings.ts';

interface CompareFlags extends CommonFlags, SpecFlags, ThresholdFlags, RuntimeFlags, TimingFlags {
  readonly images?: string[];
  readonly data?: string[];
  readonly split?: string;
  readonly report?: string;
  readonly csv?: string;
  readonly failUnder?: number;
}

/** A time that is not the provider's is never printed without a mark. */
function markInvalid({ invalidBecause }: ProviderUse, figure: string): string {
  return invalidBecause === undefined ? figure : `invalid ${figure}`;
}

/** What `boxwright compare` prints for people. */
export function renderCompare(report: CompareReport, style: Style): string {
  const measured = report.models.some((model) => model.coco !== undefined);
  const table = renderTable(
    [
      { title: 'model', align: 'left' },
      { title: 'precision', align: 'left' },
      { title: 'size', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'MACs', align: 'right' },
      { title: 'p50', align: 'right' },
      { title: 'p95', align: 'right' },
      { title: 'memory', align: 'right' },
      ...(measured ? [{ title: 'AP', align: 'right' as const }] : []),
      { title: 'F1', align: 'right' },
      { title: 'lost', align: 'right' },
      { title: 'extra', align: 'right' },
    ],
    report.models.map((model) => [
      printable(model.name),
      model.precision,
      formatBytes(model.bytes),
      formatCount(model.parameters),
      model.macs === null ? 'unknown' : formatCount(model.macs),
      markInvalid(model.provider, formatMilliseconds(model.latency.p50)),
      markInvalid(model.provider, formatMilliseconds(model.latency.p95)),
      formatBytes(model.peakMemory),
      ...(measured ? [model.coco?.AP.toFixed(4) ?? ''] : []),
      model.agreement?.f1.toFixed(3) ?? 'baseline',
      model.agreement === undefined ? '' : String(model.agreement.lost),
      model.agreement === undefined ? '' : String(model.agreement.extra),
    ]),
  );
  const invalid = report.models.flatMap(({ name, provider }) =>
    provider.invalidBecause === undefined
      ? []
      : [`${style.warn('invalid')}  ${name}, ${formatProvider(provider)}: ${provider.invalidBecause}\n`],
  );
  const skipped = (report.unreadable ?? [])
    .map((image) => `${style.warn('not read')}  ${printable(image.message)}\n`)
    .join('');
  const harmed = report.images.filter((image) => image.lost + image.extra + image.changedClass > 0).slice(0, 5);
  const worst = renderTable(
    [
      { title: 'most harmed pictures', align: 'left' },
      { title: 'lost', align: 'right' },
      { title: 'extra', align: 'right' },
      { title: 'moved', align: 'right' },
      { title: 'other class', align: 'right' },
    ],
    harmed.map((image) => [
      printable(image.path),
      String(image.lost),
      String(image.extra),
      String(image.moved),
      String(image.changedClass),
    ]),
  );
  const files = [report.report, report.csv, report.json].flatMap((file) =>
    file === undefined ? [] : [`${style.bold(file)}\n`],
  );
  return [
    `${report.device}, ${formatQuantity(report.imageCount, 'picture')}\n\n`,
    table,
    ...invalid,
    renderWarnings(report.warnings ?? [], style),
    harmed.length === 0 ? '' : `\n${worst}`,
    skipped,
    files.length === 0 ? '' : '\n',
    ...files,
  ].join('');
}

/** The lowest F1 of any variant. */
function lowestF1(report: CompareReport): number {
  return Math.min(...report.models.map((model) => model.agreement?.f1 ?? 1));
}

/** The dataset to measure on: one that is named alone. Of several only the pictures are compared. */
function datasetOf({ data = [], split }: CompareFlags) {
  const [dataset, ...others] = data;
  if (dataset !== undefined && others.length === 0 && dataset !== '-') {
    return { dataset, ...(split === undefined ? {} : { split }) };
  }
  if (split !== undefined) throw new StudioError('bad-input', '--split needs one dataset to be named with --data.');
  return {};
}

export function addCompare(program: Command, host: CommandHost): void {
  const command = program
    .command('compare')
    .description('Measure how variants differ from a baseline: boxes, speed, size, memory')
    .argument('<baseline>', 'ONNX file whose boxes are taken as truth')
    .argument('<variants...>', 'ONNX files')
    .option('--images <paths...>', 'pictures or folders')
    .option(
      '--data <paths...>',
      'dataset: its pictures are compared, and every model is measured against its labels; of several the pictures alone',
    )
    .option('--split <name>', 'which list of the dataset: val, test, train');
  addTimingOptions(addRuntimeOptions(addThresholds(command)))
    .option('--report <file>', 'write a self-contained HTML report, and its figures beside it as .csv and .json')
    .option('--csv <file>', 'write the figures as CSV')
    .addOption(
      new Option('--fail-under <f1>', 'exit with 3 when a variant agrees less than this').argParser(
        numberBetween(0, 1),
      ),
    );
  addSpecOption(command);
  addCommonOptions(command, [
    'compare yolov8n.onnx int8.onnx --images photos/',
    'compare yolov8n.onnx pruned.onnx int8.onnx --images photos/ --report report.html --csv figures.csv',
    'compare yolov8n.onnx int8.onnx --data coco/data.yaml',
    'compare yolov8n.onnx int8.onnx --images photos/ --fail-under 0.95',
  ]);
  command.action((baseline: string, variants: string[], flags: CompareFlags) =>
    host.run(
      'compare',
      async () => ({
        baseline,
        variants,
        images: await host.expandPaths([...(flags.images ?? []), ...(flags.data ?? [])]),
        ...datasetOf(flags),
        confidence: flags.conf,
        iou: flags.iou,
        ...runtimeOf(flags),
        ...specOf(flags),
        runs: flags.runs,
        warmup: flags.warmup,
        ...(flags.report === undefined ? {} : { report: flags.report }),
        ...(flags.csv === undefined ? {} : { csv: flags.csv }),
      }),
      flags,
      {
        render: renderCompare,
        exitCode: (report) =>
          flags.failUnder !== undefined && lowestF1(report) < flags.failUnder ? exitCodes.gate : exitCodes.done,
        complaint: (report) =>
          `agreement F1 is ${lowestF1(report).toFixed(4)}, under the ${flags.failUnder} that --fail-under asks for.`,
      },
    ),
  );
}
