// `npm test`: sets up what is missing, then runs the checks, the unit tests and the journeys in a real window.
// `npm test -- check`, `unit` or `e2e` runs one part; any other word selects tests by the name of their file.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandScript, runChecks } from './check.mjs';
import { runCommand } from './command.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { projectRoot } from './project.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';
import { setUpProject, setUpWindow } from './setup.mjs';
import { addTallies, closingLine, tallyPlaywright, tallyVitest } from './tally.mjs';
import { withSoftwareVulkan } from './vulkan.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */

const unitReport = join(projectRoot, 'test-results', 'unit.json');
const vulkanFolder = join(projectRoot, 'node_modules', '.cache', 'vulkan');
const journeyReport = join(projectRoot, 'test-results', 'e2e.json');

/**
 * Runs one test runner and counts what its report says.
 * @template Report
 * @param {string} path of the report
 * @param {string[]} args for Node
 * @param {NodeJS.ProcessEnv} env
 * @param {(report: Report) => Tally} count
 * @returns {Promise<Tally>}
 */
async function runTests(path, args, env, count) {
  rmSync(path, { force: true });
  const code = await run(process.execPath, args, { cwd: projectRoot, env });
  if (!existsSync(path)) {
    say(`${path} was not written: the test runner ended early, with exit code ${code}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const tally = count(JSON.parse(readFileSync(path, 'utf8')));
  // A runner that ends in error although no test failed (an error between tests) has failed all the same.
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/**
 * @param {readonly string[]} filters
 * @param {boolean} setsUpWindow whether the journeys come later, so that their runtime may as well be fetched now
 */
async function runUnitTests(filters, setsUpWindow) {
  // What goes wrong is said by the journeys; the tests of WebGPU are then skipped.
  const runtime = setsUpWindow
    ? await setUpWindow({ virtualDisplay: !hasDisplay(process.env, process.platform) }).catch(() => null)
    : null;
  const env = withSoftwareVulkan(process.env, runtime?.path ?? null, vulkanFolder);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`];
  const args = [commandScript('vitest', 'vitest'), 'run', '--passWithNoTests', ...reporters, ...filters];
  return runTests(unitReport, args, env, tallyVitest);
}

/** @param {readonly string[]} filters */
async function runJourneys(filters) {
  const isHeadless = !hasDisplay(process.env, process.platform);
  const runtime = await setUpWindow({ virtualDisplay: isHeadless });
  console.log(`Electron ${runtime.version} (${runtime.source}), ${runtime.path}`);
  const screen = isHeadless ? await startVirtualDisplay() : null;
  try {
    const options = ['--reporter=list,json', '--pass-with-no-tests'];
    const args = [commandScript('@playwright/test', 'playwright'), 'test', ...options, ...filters];
    /** @type {NodeJS.ProcessEnv} */
    const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: journeyReport };
    if (screen) env.DISPLAY = screen.display;
    return await runTests(journeyReport, args, env, tallyPlaywright);
  } finally {
    screen?.stop();
  }
}

/**
 * @param {string} name
 * @param {() => Promise<Tally>} part
 * @returns {Promise<Tally>} one failure when the part could not be run at all
 */
async function runPart(name, part) {
  console.log(`\n== ${name}`);
  try {
    return await part();
  } catch (error) {
    say(`${name} could not be run: ${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

await runCommand(async () => {
  const words = process.argv.slice(2);
  const parts = words.filter((word) => ['check', 'unit', 'e2e'].includes(word));
  const filters = words.filter((word) => !parts.includes(word));
  /** @param {string} part */
  const isWanted = (part) => (parts.length > 0 ? parts.includes(part) : filters.length === 0 || part !== 'check');

  await setUpProject(projectRoot);
  const tallies = [];
  if (isWanted('check')) {
    const check = async () => ({ passed: 0, failed: (await runChecks()).length, skipped: 0 });
    tallies.push(await runPart('check', check));
  }
  if (isWanted('unit')) tallies.push(await runPart('unit', () => runUnitTests(filters, isWanted('e2e'))));
  if (isWanted('e2e')) tallies.push(await runPart('e2e', () => runJourneys(filters)));

  const total = addTallies(tallies);
  const ranNothing = total.passed + total.failed === 0 && !parts.includes('check');
  if (ranNothing) say('no test was run');
  console.log(`\n${closingLine(total)}`);
  return total.failed > 0 || ranNothing ? 1 : 0;
});
