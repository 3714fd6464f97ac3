import { say } from './say.mjs';

/**
 * Runs the body of a command; an error becomes one line and exit code 1.
 * @param {() => Promise<number>} body returns the exit code
 * @returns {Promise<void>}
 */
export async function runCommand(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
