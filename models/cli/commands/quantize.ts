import type { Command } from 'commander';
import { Option } from 'commander';
import { activationTypes, calibrators, quantizePrecisions } from '../../choices.ts';
import { formatBytes, formatPercent } from '../../format.ts';
import { type QuantizeOptions, quantizeOptions } from '../../recipeSchema.ts';
import type { QuantizeReport } from '../../types.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import { addCommonOptions, addSpecOption, integerBetween, numberBetween, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderFacts } from '../table.ts';
import { describeAgreement } from './agreementText.ts';
import { renderWarnings } from './warnings.ts';

interface QuantizeFlags extends CommonFlags, SpecFlags {
  readonly output: string;
  readonly precision: QuantizeOptions['precision'];
  readonly data?: string[];
  readonly calibrator: QuantizeOptions['calibrator'];
  readonly percentile: number;
  readonly samples: number;
  readonly perTensor?: boolean;
  readonly activations: QuantizeOptions['activations'];
  readonly reduceRange?: boolean;
  readonly headGuard: boolean;
  readonly stemGuard: boolean;
  readonly keep?: string[];
  readonly symmetric?: boolean;
  readonly maxDrop?: number;
  readonly trials: number;
  readonly gate: boolean;
}

/** What is taken where nothing else is said. */
const usual = quantizeOptions.parse({});

/** What `boxwright quantize` prints for people. */
function renderQuantize(report: QuantizeReport, style: Style): string {
  const facts: [string, string][] = [
    ['file', formatBytes(report.bytes)],
    ['quantized layers', String(report.quantizedLayers)],
    ['float layers', String(report.floatLayers.length)],
  ];
  if (report.agreement !== undefined) facts.push(['agreement', describeAgreement(report.agreement)]);
  if (report.drop !== undefined) facts.push(['drop', formatPercent(report.drop)]);
  if (report.trials > 1) facts.push(['variants tried', String(report.trials)]);
  const reasons = new Map<string, number>();
  for (const layer of report.floatLayers) reasons.set(layer.why, (reasons.get(layer.why) ?? 0) + 1);
  const kept = [...reasons].map(([why, count]) => `  ${count} kept in float: ${why}\n`).join('');
  return `${renderFacts(facts)}${kept}${renderWarnings(report.warnings, style)}${style.bold(report.out)}\n`;
}

/** True when a greatest drop was asked for and this is more, or nothing was measured. */
function missesGate(report: QuantizeReport, maxDrop: number | undefined): boolean {
  return maxDrop !== undefined && !(report.drop !== undefined && report.drop <= maxDrop);
}

function complain(report: QuantizeReport, maxDrop: number | undefined): string {
  if (report.drop === undefined) return 'the drop was not measured: --max-drop needs pictures (--data).';
  return `agreement dropped by ${report.drop.toFixed(4)}, more than --max-drop ${maxDrop} allows.`;
}

export function addQuantize(program: Command, host: CommandHost): void {
  const command = program
    .command('quantize')
    .description('Store and compute with fewer bits')
    .argument('<model>', 'ONNX file')
    .requiredOption('-o, --output <file>', 'where to write the quantized model')
    .addOption(
      new Option('--precision <name>', 'int8 and 16x8 need pictures (--data); the others do not')
        .choices(quantizePrecisions)
        .default(usual.precision),
    )
    .option('--data <paths...>', 'calibration pictures: files, folders or a data.yaml')
    .addOption(
      new Option('--calibrator <name>', 'how ranges follow from the pictures')
        .choices(calibrators)
        .default(usual.calibrator),
    )
    .addOption(
      new Option('--percentile <percent>', 'share of values inside the range, for --calibrator percentile')
        .argParser(numberBetween(50, 100))
        .default(usual.percentile),
    )
    .addOption(
      new Option('--samples <count>', 'most pictures to calibrate with')
        .argParser(integerBetween(1, 100_000))
        .default(usual.samples),
    )
    .option('--per-tensor', 'one scale per weight tensor rather than per channel')
    .addOption(
      new Option('--activations <type>', 'type of activations').choices(activationTypes).default(usual.activations),
    )
    .option('--symmetric', 'activation grids with zero in the middle')
    .option('--reduce-range', '7-bit weights, for CPUs whose 8-bit products saturate (default: decided from this CPU)')
    .option('--no-reduce-range', '8-bit weights, for a CPU with VNNI other than this one')
    .option('--no-head-guard', 'quantize the head too')
    .option('--no-stem-guard', 'quantize also the first layers, whose rounding disturbs all others')
    .option('--keep <patterns...>', 'globs on node names that stay in float')
    .addOption(
      new Option(
        '--max-drop <drop>',
        'return layers to float, as few as can be, until agreement drops by no more than this; exit with 3, the best found being written, where that fails',
      ).argParser(numberBetween(0, 1)),
    )
    .addOption(
      new Option('--trials <count>', 'most variants to try for --max-drop')
        .argParser(integerBetween(1, 1000))
        .default(usual.trials),
    )
    .option('--no-gate', 'write the file even if it has lost the boxes');
  addSpecOption(command);
  addCommonOptions(command, [
    'quantize yolov8n.onnx -o int8.onnx --data photos/',
    'quantize yolov8n.onnx -o int8.onnx --data data.yaml --calibrator percentile --max-drop 0.02',
    'quantize yolov8n.onnx -o half.onnx --precision fp16',
  ]);
  command.action((model: string, flags: QuantizeFlags) =>
    host.run(
      'quantize',
      async () => ({
        model,
        ...specOf(flags),
        out: flags.output,
        options: {
          precision: flags.precision,
          calibrator: flags.calibrator,
          percentile: flags.percentile,
          samples: flags.samples,
          perTensor: flags.perTensor === true,
          activations: flags.activations,
          ...(flags.reduceRange === undefined ? {} : { reduceRange: flags.reduceRange }),
          headGuard: flags.headGuard,
          stemGuard: flags.stemGuard,
          keep: flags.keep ?? [],
          symmetric: flags.symmetric === true,
          ...(flags.maxDrop === undefined ? {} : { maxDrop: flags.maxDrop }),
          trials: flags.trials,
          gate: flags.gate,
        },
        data: await host.expandPaths(flags.data ?? []),
      }),
      flags,
      {
        render: renderQuantize,
        exitCode: (report) => (missesGate(report, flags.maxDrop) ? exitCodes.gate : exitCodes.done),
        complaint: (report) => complain(report, flags.maxDrop),
      },
    ),
  );
}
