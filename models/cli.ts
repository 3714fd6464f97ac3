import { runCommandLine } from './cli/commandLine.ts';
import { processIo } from './cli/io.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), processIo());
