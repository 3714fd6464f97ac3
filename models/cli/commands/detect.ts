import type { Command } from 'commander';
import { formatBoxes, formatMilliseconds, formatProvider } from '../../format.ts';
import type { DetectReport } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import {
  addCommonOptions,
  addMaxDetections,
  addRuntimeOptions,
  addSpecOption,
  addThresholds,
  type MaxDetectionsFlags,
  type RuntimeFlags,
  runtimeOf,
  type SpecFlags,
  specOf,
  type ThresholdFlags,
} from '../options.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';

interface DetectFlags extends CommonFlags, SpecFlags, ThresholdFlags, MaxDetectionsFlags, RuntimeFlags {
  readonly multiLabel?: boolean;
  readonly out?: string;
  readonly draw?: boolean;
  readonly grid?: boolean;
}

/** What `boxwright detect` prints for people: every picture, its boxes and its times. */
function renderDetections(report: DetectReport, style: Style): string {
  const { invalidBecause } = report.provider;
  const where = formatProvider(report.provider);
  const parts = invalidBecause === undefined ? [] : [`${style.warn('times are of')} ${where}: ${invalidBecause}\n\n`];
  for (const image of report.images) {
    if ('error' in image) {
      parts.push(
        `${style.bold(printable(image.path))}  ${style.bad(`not read: ${printable(image.error.message)}`)}\n\n`,
      );
      continue;
    }
    const { decode, preprocess, inference, postprocess } = image.ms;
    const time = formatMilliseconds(decode + preprocess + inference + postprocess);
    const total = invalidBecause === undefined ? time : `invalid ${time}`;
    const found = formatBoxes(image.detections.length);
    parts.push(`${style.bold(printable(image.path))}  ${image.width} x ${image.height}, ${found}, ${total}\n`);
    parts.push(
      renderTable(
        [
          { title: '', align: 'left' },
          { title: '', align: 'right' },
          { title: '', align: 'left' },
        ],
        image.detections.map((detection) => [
          `  ${detection.className}`,
          detection.score.toFixed(3),
          style.dim(`[${detection.box.map((edge) => edge.toFixed(1)).join(', ')}]`),
        ]),
      ),
    );
    if (image.drawn !== undefined) parts.push(`  drawn: ${printable(image.drawn)}\n`);
    parts.push('\n');
  }
  return parts.join('').replace(/\n\n$/, '\n');
}

export function addDetect(program: Command, host: CommandHost): void {
  const command = program
    .command('detect')
    .description('Find objects in pictures')
    .argument('<model>', 'ONNX file')
    .argument('<images...>', 'pictures, folders, or - for a list of paths on standard input');
  addMaxDetections(addThresholds(command)).option('--multi-label', 'let one box carry several classes');
  addRuntimeOptions(command)
    .option('-o, --out <folder>', 'write a JSON file per picture there, and drawn pictures with --draw')
    .option('--draw', 'draw the boxes into copies of the pictures')
    .option('--grid', "include the network's grid: the best score of every cell");
  addSpecOption(command);
  addCommonOptions(command, [
    'detect yolov8n.onnx photo.jpg',
    'detect yolov8n.onnx photos/ --conf 0.5 --draw --out boxes/',
    'find . -name "*.jpg" | boxwright detect yolov8n.onnx - --json',
  ]);
  command.action((model: string, images: string[], flags: DetectFlags) =>
    host.run(
      'detect',
      async () => ({
        model,
        images: await host.expandPaths(images),
        confidence: flags.conf,
        iou: flags.iou,
        maxDetections: flags.maxDet,
        multiLabel: flags.multiLabel === true,
        ...runtimeOf(flags),
        ...specOf(flags),
        ...(flags.out === undefined ? {} : { out: flags.out }),
        draw: flags.draw === true,
        grid: flags.grid === true,
      }),
      flags,
      { render: renderDetections },
    ),
  );
}
