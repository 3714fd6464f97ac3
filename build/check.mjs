// `npm run check`: everything that is checked without running the product.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from './command.mjs';
import { isEntryPoint, projectRoot } from './project.mjs';
import { run } from './run.mjs';
import { setUpProject } from './setup.mjs';

const require = createRequire(import.meta.url);

/**
 * The script behind a package's command; started with Node itself, which needs no shell on any system.
 * @param {string} packageName
 * @param {string} command
 * @returns {string}
 */
export function commandScript(packageName, command) {
  // Not every package exports its package.json, so it is looked for where packages are installed.
  const description = join(projectRoot, 'node_modules', packageName, 'package.json');
  const { bin } = require(description);
  return join(dirname(description), typeof bin === 'string' ? bin : bin[command]);
}

/**
 * Runs every check, whatever the others find.
 * @returns {Promise<string[]>} the names of those that failed
 */
export async function runChecks() {
  /** @type {[string, string[]][]} */
  const checks = [
    ['types', [commandScript('typescript', 'tsc'), '--noEmit', '-p', projectRoot]],
    ['style', [commandScript('@biomejs/biome', 'biome'), 'check', '--error-on-warnings']],
    ['unused code', [commandScript('knip', 'knip')]],
    ['imports', [join(projectRoot, 'build', 'lintImports.mjs')]],
  ];
  const failed = [];
  for (const [name, args] of checks) {
    const start = performance.now();
    const code = await run(process.execPath, args, { cwd: projectRoot });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (code !== 0) failed.push(name);
  }
  return failed;
}

if (isEntryPoint(import.meta.url)) {
  await runCommand(async () => {
    await setUpProject(projectRoot);
    return (await runChecks()).length === 0 ? 0 : 1;
  });
}
