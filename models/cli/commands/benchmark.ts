import type { Command } from 'commander';
import { Option } from 'commander';
import { formatBytes, formatMilliseconds, formatProvider } from '../../format.ts';
import type { BenchmarkReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import {
  addCommonOptions,
  addRuntimeOptions,
  addSpecOption,
  addTimingOptions,
  integerBetween,
  type RuntimeFlags,
  runtimeOf,
  type SpecFlags,
  specOf,
  type TimingFlags,
} from '../options.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';

interface BenchmarkFlags extends CommonFlags, SpecFlags, RuntimeFlags, TimingFlags {
  readonly batch: number;
  readonly images?: string[];
  readonly everyProvider?: boolean;
}

const figures = ['p50', 'p90', 'p95', 'p99', 'mean', 'min'] as const;

/** What `boxwright benchmark` prints for people. */
function renderBenchmark(report: BenchmarkReport, style: Style): string {
  const table = renderTable(
    [
      { title: 'model', align: 'left' },
      { title: 'provider', align: 'left' },
      ...figures.map((title) => ({ title, align: 'right' as const })),
      { title: 'per second', align: 'right' },
      { title: 'load', align: 'right' },
      { title: 'first run', align: 'right' },
      { title: 'memory', align: 'right' },
      { title: 'runs', align: 'right' },
    ],
    report.models.map((model) => [
      model.path,
      formatProvider(model.provider),
      ...figures.map((figure) => formatMilliseconds(model.latency[figure])),
      model.latency.throughput.toFixed(1),
      formatMilliseconds(model.load),
      formatMilliseconds(model.firstRun),
      formatBytes(model.peakMemory),
      String(model.latency.runs),
    ]),
  );
  const notes = report.models.flatMap(({ path, provider, latency }) => [
    ...(provider.invalidBecause === undefined
      ? []
      : [`${style.warn('invalid')}  ${path}: ${provider.invalidBecause}\n`]),
    ...(latency.steady === false
      ? [`${style.warn('unsteady')}  ${path}: its times had not settled when timing began\n`]
      : []),
  ]);
  const skipped = (report.skipped ?? []).map(
    ({ path, provider, why }) => `${style.warn('left out')}  ${path} on ${provider}: ${why}\n`,
  );
  const unreadable = (report.unreadable ?? []).map(
    ({ message }) => `${style.warn('not read')}  ${printable(message)}\n`,
  );
  const parts = [
    `${style.bold(report.device)}, batch ${report.batch}\n\n`,
    table,
    renderSteps(report),
    ...notes,
    ...skipped,
    ...unreadable,
  ];
  return parts.join('');
}

const steps = ['decode', 'preprocess', 'inference', 'postprocess'] as const;

/** Medians of the steps from file to boxes, where pictures were given. */
function renderSteps({ models }: BenchmarkReport): string {
  const timed = models.filter((model) => model.steps !== undefined);
  if (timed.length === 0) return '';
  const table = renderTable(
    [{ title: 'steps on pictures', align: 'left' }, ...steps.map((title) => ({ title, align: 'right' as const }))],
    timed.map((model) => [model.path, ...steps.map((step) => formatMilliseconds(model.steps?.[step] ?? Number.NaN))]),
  );
  return `\n${table}`;
}

export function addBenchmark(program: Command, host: CommandHost): void {
  const command = program
    .command('benchmark')
    .description('Time models against each other, run by run in turn')
    .argument('<models...>', 'ONNX files');
  addTimingOptions(addRuntimeOptions(command)).addOption(
    new Option('--batch <count>', 'pictures per run, for models that leave the batch open')
      .argParser(integerBetween(1, 1024))
      .default(1),
  );
  command.option('--every-provider', 'also on every other provider that is available here');
  command.option('--images <paths...>', 'pictures or folders to time the steps from file to boxes on');
  addSpecOption(command);
  addCommonOptions(command, [
    'benchmark yolov8n.onnx',
    'benchmark yolov8n.onnx int8.onnx --runs 300 --threads 1',
    'benchmark yolov8n.onnx --every-provider',
    'benchmark yolov8n.onnx --images photos/ --json',
  ]);
  command.action((models: string[], flags: BenchmarkFlags) =>
    host.run(
      'benchmark',
      async () => ({
        models,
        images: await host.expandPaths(flags.images ?? []),
        ...runtimeOf(flags),
        ...specOf(flags),
        runs: flags.runs,
        warmup: flags.warmup,
        batch: flags.batch,
        everyProvider: flags.everyProvider ?? false,
      }),
      flags,
      { render: renderBenchmark },
    ),
  );
}
