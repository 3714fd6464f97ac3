import { type Command, InvalidArgumentError, Option } from 'commander';
import { providerNames } from '../choices.ts';
import { lookingThresholds } from '../thresholds.ts';
import type { ProviderName } from '../types.ts';

/** Reads a number from the command line, within bounds. */
export function numberBetween(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** Reads a whole number from the command line, within bounds. */
export function integerBetween(minimum: number, maximum: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** `--json`, `--quiet`, `--verbose` and the examples at the end of `--help`. */
export function addCommonOptions(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'print one JSON object on standard output and nothing else')
    .option('-q, --quiet', 'show no progress')
    .option('--verbose', 'show the details of an error')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ boxwright ${example}`).join('\n')}`);
}

/** What `addThresholds` reads. */
export interface ThresholdFlags {
  readonly conf: number;
  readonly iou: number;
}

/** What `addMaxDetections` reads. */
export interface MaxDetectionsFlags {
  readonly maxDet: number;
}

/** What `addRuntimeOptions` reads. */
export interface RuntimeFlags {
  readonly provider: ProviderName;
  readonly threads?: number;
  readonly allowFallback?: boolean;
}

/** What `addSpecOption` reads. */
export interface SpecFlags {
  readonly spec?: string;
}

/** What `addTimingOptions` reads. */
export interface TimingFlags {
  readonly runs: number;
  readonly warmup: number;
}

/** The part of an operation's input that says where to run. */
export function runtimeOf({ provider, threads, allowFallback = false }: RuntimeFlags) {
  return { provider, allowFallback, ...(threads === undefined ? {} : { threads }) };
}

/** The part of an operation's input that says how models are read. */
export function specOf({ spec }: SpecFlags) {
  return spec === undefined ? {} : { spec };
}

/** `--spec`. */
export function addSpecOption(command: Command): Command {
  return command.option(
    '--spec <file>',
    'JSON file that corrects how every model named here is read; else what is kept beside each',
  );
}

/** A lowest score and a greatest overlap. */
interface Thresholds {
  readonly confidence: number;
  readonly iou: number;
}

/** `--conf` and `--iou`. @param usual what is taken where nothing is said */
export function addThresholds(command: Command, usual: Thresholds = lookingThresholds): Command {
  return command
    .addOption(
      new Option('--conf <score>', 'lowest score of a box').argParser(numberBetween(0, 1)).default(usual.confidence),
    )
    .addOption(
      new Option('--iou <overlap>', 'overlap above which the weaker box of a class is dropped')
        .argParser(numberBetween(0, 1))
        .default(usual.iou),
    );
}

/** `--max-det`. */
export function addMaxDetections(command: Command): Command {
  return command.addOption(
    new Option('--max-det <count>', 'most boxes per picture')
      .argParser(integerBetween(1, 100_000))
      .default(lookingThresholds.maxDetections),
  );
}

/** `--provider`, `--allow-fallback` and `--threads`. */
export function addRuntimeOptions(command: Command): Command {
  return command
    .addOption(new Option('--provider <name>', 'where to run').choices(providerNames).default('cpu'))
    .option('--allow-fallback', 'run on the CPU what the provider cannot run; figures are then marked as invalid')
    .addOption(new Option('--threads <count>', 'CPU threads; default: one per core').argParser(integerBetween(1, 256)));
}

/** `--runs` and `--warmup`. */
export function addTimingOptions(command: Command): Command {
  return command
    .addOption(new Option('--runs <count>', 'timed runs per model').argParser(integerBetween(1, 100_000)).default(100))
    .addOption(
      new Option('--warmup <count>', 'runs before timing starts').argParser(integerBetween(0, 10_000)).default(10),
    );
}
