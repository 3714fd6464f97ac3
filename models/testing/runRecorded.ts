import { runCommandLine } from '../cli/commandLine.ts';
import type { CommandIo } from '../cli/io.ts';

/** Runs a command line against a terminal that only records. */
export async function runRecorded(
  argv: readonly string[],
  changes: Partial<CommandIo> = {},
): Promise<{ exitCode: number; out: string; errors: string }> {
  let out = '';
  let errors = '';
  const io: CommandIo = {
    writeOut: (text) => {
      out += text;
    },
    writeError: (text) => {
      errors += text;
    },
    readInput: async () => '',
    interactive: false,
    color: false,
    columns: 100,
    signal: new AbortController().signal,
    ...changes,
  };
  const exitCode = await runCommandLine(argv, io);
  return { exitCode, out, errors };
}
