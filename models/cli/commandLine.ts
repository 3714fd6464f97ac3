import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { addBenchmark } from './commands/benchmark.ts';
import { addCompare } from './commands/compare.ts';
import { addDataset } from './commands/dataset.ts';
import { addDemo } from './commands/demo.ts';
import { addDerive } from './commands/derive.ts';
import { addDetect } from './commands/detect.ts';
import { addDiff } from './commands/diff.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addExport } from './commands/export.ts';
import { addInspect } from './commands/inspect.ts';
import { addLayers } from './commands/layers.ts';
import { addMerge } from './commands/merge.ts';
import { addPresets } from './commands/presets.ts';
import { addProviders } from './commands/providers.ts';
import { addPrune } from './commands/prune.ts';
import { addQuantize } from './commands/quantize.ts';
import { addRecipe } from './commands/recipe.ts';
import { addSensitivity } from './commands/sensitivity.ts';
import { addVerify } from './commands/verify.ts';
import { errorJson, exitCodes, makeHost } from './host.ts';
import type { CommandIo } from './io.ts';

const addCommands = [
  addInspect,
  addDetect,
  addPrune,
  addQuantize,
  addDerive,
  addRecipe,
  addPresets,
  addSensitivity,
  addCompare,
  addLayers,
  addDiff,
  addEvaluate,
  addMerge,
  addBenchmark,
  addExport,
  addVerify,
  addDataset,
  addProviders,
  addDemo,
];

/** Commander's own messages begin with "error: "; ours with the program's name. */
function rephrase(message: string): string {
  return message.replace(/^error: /, 'boxwright: ');
}

/** Commander's message as one sentence, as those of ours. */
function plainMessage(message: string): string {
  return message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
}

/**
 * Runs one command line.
 * @param argv the arguments without program and script
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 a gate was not met, 130 cancelled
 */
export async function runCommandLine(argv: readonly string[], io: CommandIo): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = new Command('boxwright');
  program
    .description('Takes a trained YOLO detector to where it will run: inspect, shrink, compare, export.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: io.writeOut,
      writeErr: io.writeError,
      outputError: (message, write) => write(rephrase(message)),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    .showHelpAfterError('(boxwright --help shows the commands, boxwright <command> --help their options)');
  const host = makeHost(io, (code) => {
    exitCode = code;
  });
  for (const add of addCommands) add(program, host);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    // Whoever reads JSON gets some, whatever was wrong.
    if (argv.includes('--json')) io.writeOut(errorJson({ code: 'bad-input', message: plainMessage(error.message) }));
    return exitCodes.usage;
  }
  return exitCode;
}
