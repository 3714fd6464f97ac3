import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../build/project.mjs';

const run = promisify(execFile);
const script = join(projectRoot, 'dist', 'cli', 'cli.js');

/** What the built command line answers to a command, as data. */
export async function askCli<Answer>(...args: readonly string[]): Promise<Answer> {
  const { stdout } = await run(process.execPath, [script, ...args, '--json'], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}
