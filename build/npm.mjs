import { basename } from 'node:path';

/**
 * How to start npm: the very npm that started us where there is one, else the one on the path.
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {{command: string, args: string[], shell: boolean}}
 */
export function npmCommand(env, platform) {
  const cli = env.npm_execpath;
  if (cli !== undefined && basename(cli) === 'npm-cli.js') {
    return { command: process.execPath, args: [cli], shell: false };
  }
  // On Windows npm is a batch file, which only a shell can start.
  if (platform === 'win32') return { command: 'npm.cmd', args: [], shell: true };
  return { command: 'npm', args: [], shell: false };
}
