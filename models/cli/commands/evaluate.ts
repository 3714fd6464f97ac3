import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OperationRequest } from '../../api.ts';
import { StudioError } from '../../errors.ts';
import { type CommandHost, type CommonFlags, exitCodes } from '../host.ts';
import {
  addCommonOptions,
  addRuntimeOptions,
  addSpecOption,
  integerBetween,
  numberBetween,
  type RuntimeFlags,
  runtimeOf,
  type SpecFlags,
  specOf,
  type ThresholdFlags,
} from '../options.ts';
import { renderEvaluation } from './evaluationText.ts';

interface Shard {
  readonly index: number;
  readonly count: number;
}

interface EvaluateFlags extends CommonFlags, SpecFlags, RuntimeFlags, ThresholdFlags {
  readonly data?: string;
  readonly split?: string;
  readonly maxDet: number;
  readonly shard?: Shard;
  readonly output?: string;
  readonly predictions?: string;
  readonly annotations?: string;
  readonly failUnder?: number;
}

/** By COCO's arithmetic even a perfect class may lack this much. */
const roundingError = 1e-9;

/** Reads "3/16". */
function parseShard(text: string): Shard {
  const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count) throw new InvalidArgumentError('It must be like 3/16: which part of how many.');
  return { index, count };
}

/** Either a model and a dataset, or two files. */
function requestOf(model: string | undefined, flags: EvaluateFlags): OperationRequest<'evaluate'> {
  const { data, predictions, annotations } = flags;
  const files = predictions !== undefined && annotations !== undefined;
  if (model === undefined && files && data === undefined) return { predictions, annotations };
  if (model === undefined || data === undefined || predictions !== undefined || annotations !== undefined) {
    throw new StudioError('bad-input', 'What is to be measured is not clear.', {
      hint: 'Name a model and --data, or --predictions and --annotations.',
    });
  }
  if (flags.shard !== undefined && flags.output === undefined) {
    throw new StudioError('bad-input', '--shard needs a file for its part.', { hint: 'Name one with -o part.bwe.' });
  }
  return {
    model,
    data,
    confidence: flags.conf,
    iou: flags.iou,
    maxDetections: flags.maxDet,
    ...runtimeOf(flags),
    ...specOf(flags),
    ...(flags.split === undefined ? {} : { split: flags.split }),
    ...(flags.shard === undefined ? {} : { shard: flags.shard }),
    ...(flags.output === undefined ? {} : { out: flags.output }),
  };
}

export function addEvaluate(program: Command, host: CommandHost): void {
  const command = program
    .command('evaluate')
    .description('Measure a detector, or detections of any program, against what is known to be there')
    .argument('[model]', 'ONNX file')
    .option('--data <path>', 'data.yaml, COCO .json file or VOC folder to measure the model on')
    .option('--split <name>', 'which of its lists: val, test, train')
    .addOption(new Option('--conf <score>', 'lowest score of a box').argParser(numberBetween(0, 1)).default(0.001))
    .addOption(
      new Option('--iou <overlap>', 'overlap above which the weaker box of a class is dropped')
        .argParser(numberBetween(0, 1))
        .default(0.7),
    )
    .addOption(
      new Option('--max-det <count>', 'most boxes per picture').argParser(integerBetween(1, 100_000)).default(300),
    )
    .addOption(new Option('--shard <i/n>', 'only the i-th of n parts of the pictures, for merge').argParser(parseShard))
    .option('-o, --output <file>', 'keep what the figures are made of; an interrupted run then goes on where it was')
    .option('--predictions <file>', 'instead of a model: COCO result file, from whatever program')
    .option('--annotations <file>', 'COCO file of annotations of the same pictures');
  addSpecOption(addRuntimeOptions(command)).addOption(
    new Option('--fail-under <ap>', 'exit with 3 when AP (COCO) is lower').argParser(numberBetween(0, 1)),
  );
  addCommonOptions(command, [
    'evaluate yolov8n.onnx --data coco/data.yaml',
    'evaluate yolov8n.onnx --data VOC2012/ --split val --json',
    'evaluate yolov8n.onnx --data coco/data.yaml --shard 3/16 -o part-3.bwe',
    'evaluate --predictions detections.json --annotations instances_val2017.json',
  ]);
  command.action((model: string | undefined, flags: EvaluateFlags) =>
    host.run('evaluate', () => requestOf(model, flags), flags, {
      render: renderEvaluation,
      exitCode: ({ coco }) =>
        flags.failUnder !== undefined && coco.AP < flags.failUnder - roundingError ? exitCodes.gate : exitCodes.done,
      complaint: ({ coco }) => `AP is ${coco.AP.toFixed(4)}, under the ${flags.failUnder} that --fail-under asks for.`,
    }),
  );
}
