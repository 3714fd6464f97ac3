import { type Command, InvalidArgumentError, Option } from 'commander';
import type { OperationRequest } from '../../api.ts';
import { StudioError } from '../../errors.ts';
import { measuringThresholds } from '../../thresholds.ts';
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
import { addGate, type GateFlags, presentEvaluation } from './evaluationGate.ts';

interface Shard {
  readonly index: number;
  readonly count: number;
}

interface EvaluateFlags extends CommonFlags, SpecFlags, RuntimeFlags, ThresholdFlags, MaxDetectionsFlags, GateFlags {
  readonly data?: string;
  readonly split?: string;
  readonly shard?: Shard;
  readonly output?: string;
  readonly savePredictions?: string;
  readonly predictions?: string;
  readonly annotations?: string;
}

/** Options that say how a model is run, and nothing about a result file. */
const modelOptions = new Set([
  'split',
  'conf',
  'iou',
  'maxDet',
  'shard',
  'output',
  'savePredictions',
  'spec',
  'provider',
  'allowFallback',
  'threads',
]);

/** Reads "3/16". */
function parseShard(text: string): Shard {
  const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count) throw new InvalidArgumentError('It must be like 3/16: which part of how many.');
  return { index, count };
}

/**
 * Either a model and a dataset, or two files.
 * @param given the options that stand on the command line
 */
function requestOf(
  model: string | undefined,
  flags: EvaluateFlags,
  given: readonly Option[],
): OperationRequest<'evaluate'> {
  const { data, predictions, annotations } = flags;
  const files = predictions !== undefined && annotations !== undefined;
  if (model === undefined && files && data === undefined) {
    const foreign = given.find((option) => modelOptions.has(option.attributeName()));
    if (foreign === undefined) return { predictions, annotations };
    throw new StudioError('bad-input', `${foreign.long} is for models: a result file is measured as it is.`);
  }
  if (model === undefined || data === undefined || predictions !== undefined || annotations !== undefined) {
    throw new StudioError('bad-input', 'What is to be measured is not clear.', {
      hint: 'Name a model and --data, or --predictions and --annotations.',
    });
  }
  if (flags.shard !== undefined && flags.output === undefined) {
    throw new StudioError('bad-input', '--shard needs a file for its part.', { hint: 'Name one with -o part.bwe.' });
  }
  if (flags.failUnder !== undefined && (flags.shard?.count ?? 1) > 1) {
    throw new StudioError('bad-input', 'The AP of one part says little: --fail-under is not for a shard.', {
      hint: 'boxwright merge --fail-under holds the AP of all parts against it.',
    });
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
    ...(flags.savePredictions === undefined ? {} : { savePredictions: flags.savePredictions }),
  };
}

export function addEvaluate(program: Command, host: CommandHost): void {
  const command = program
    .command('evaluate')
    .description('Measure a detector, or detections of any program, against what is known to be there')
    .argument('[model]', 'ONNX file')
    .option('--data <path>', 'data.yaml, COCO .json file or VOC folder to measure the model on')
    .option('--split <name>', 'which of its lists: val, test, train');
  addMaxDetections(addThresholds(command, measuringThresholds))
    .addOption(new Option('--shard <i/n>', 'only the i-th of n parts of the pictures, for merge').argParser(parseShard))
    .option('-o, --output <file>', 'keep what the figures are made of; an interrupted run then goes on where it was')
    .option('--save-predictions <file>', 'write what the model finds as a COCO result file')
    .option('--predictions <file>', 'instead of a model: COCO result file, from whatever program')
    .option('--annotations <file>', 'COCO file of annotations of the same pictures');
  addGate(addSpecOption(addRuntimeOptions(command)));
  addCommonOptions(command, [
    'evaluate yolov8n.onnx --data coco/data.yaml',
    'evaluate yolov8n.onnx --data VOC2012/ --split val --json',
    'evaluate yolov8n.onnx --data coco/data.yaml --shard 3/16 -o part-3.bwe',
    'evaluate --predictions detections.json --annotations instances_val2017.json',
  ]);
  command.action((model: string | undefined, flags: EvaluateFlags) => {
    const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
    return host.run('evaluate', () => requestOf(model, flags, given), flags, presentEvaluation(flags));
  });
}
