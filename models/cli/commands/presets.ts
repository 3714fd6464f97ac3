import type { Command } from 'commander';
import { Option } from 'commander';
import { presetNames } from '../../choices.ts';
import { formatBytes, formatMilliseconds, formatQuantity } from '../../format.ts';
import { describeStep } from '../../recipe/describeStep.ts';
import type { Preset, PresetName, PresetsReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions, addSpecOption, integerBetween, numberBetween, type SpecFlags, specOf } from '../options.ts';
import type { Style } from '../style.ts';
import { renderTable } from '../table.ts';

interface PresetsFlags extends CommonFlags, SpecFlags {
  readonly data: string[];
  readonly only?: PresetName[];
  readonly minAgreement: number;
  readonly samples: number;
  readonly runs: number;
  readonly threads?: number;
}

const titles = {
  smaller: 'Smaller',
  faster: 'Faster on this CPU',
  'gpu-fp16': 'GPU fp16',
  'edge-int8': 'Edge int8',
} as const satisfies Record<PresetName, string>;

function renderPreset({ name, why, choice, candidates }: Preset, style: Style): string {
  const table = renderTable(
    [
      { title: '', align: 'left' },
      { title: 'tried', align: 'left' },
      { title: 'file', align: 'right' },
      { title: 'p50', align: 'right' },
      { title: 'F1', align: 'right' },
    ],
    candidates.map((candidate) => [
      candidate === choice ? '→' : '',
      candidate.recipe.steps.map(describeStep).join(', then '),
      candidate.figures === undefined ? '' : formatBytes(candidate.figures.bytes),
      candidate.p50 === undefined ? '' : formatMilliseconds(candidate.p50),
      candidate.agreement?.f1.toFixed(3) ?? '',
    ]),
  );
  return `${style.bold(titles[name])}\n${why}\n${table}\n`;
}

/** What `boxwright presets` prints for people. */
function renderPresets({ presets, device, images }: PresetsReport, style: Style): string {
  const pictures = formatQuantity(images, 'picture');
  return `${presets.map((preset) => renderPreset(preset, style)).join('')}${style.dim(`${device} · ${pictures}`)}\n`;
}

export function addPresets(program: Command, host: CommandHost): void {
  const command = program
    .command('presets')
    .description('Choose recipes for usual aims by making and measuring some on this machine')
    .argument('<model>', 'ONNX file')
    .requiredOption('--data <paths...>', 'pictures to calibrate and compare on: files, folders or a data.yaml')
    .addOption(new Option('--only <names...>', 'only these aims').choices(presetNames))
    .addOption(
      new Option('--min-agreement <f1>', 'least agreement with the model').argParser(numberBetween(0, 1)).default(0.95),
    )
    .addOption(
      new Option('--samples <count>', 'most pictures to look at').argParser(integerBetween(1, 10_000)).default(48),
    )
    .addOption(new Option('--runs <count>', 'timed runs per model').argParser(integerBetween(1, 100_000)).default(30))
    .addOption(new Option('--threads <count>', 'CPU threads; default: one per core').argParser(integerBetween(1, 256)));
  addSpecOption(command);
  addCommonOptions(command, [
    'presets yolov8n.onnx --data photos/',
    'presets yolov8n.onnx --data data.yaml --only faster --min-agreement 0.98',
  ]);
  command.action((model: string, flags: PresetsFlags) =>
    host.run(
      'presets',
      async () => ({
        model,
        ...specOf(flags),
        data: await host.expandPaths(flags.data),
        ...(flags.only === undefined ? {} : { only: flags.only }),
        minAgreement: flags.minAgreement,
        samples: flags.samples,
        runs: flags.runs,
        ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      }),
      flags,
      { render: renderPresets },
    ),
  );
}
