#!/usr/bin/env node
// `npx boxwright` in a checkout: the bundled command line, made first where it is missing or out of date.

import { isBundleFresh } from './bundle.mjs';
import { projectRoot } from './project.mjs';

if (!isBundleFresh(projectRoot)) {
  const { runCommand } = await import('./command.mjs');
  const { setUpProject } = await import('./setup.mjs');
  await runCommand(async () => {
    await setUpProject(projectRoot);
    return 0;
  });
  if (process.exitCode !== 0) process.exit();
}
await import(new URL('../dist/cli/cli.js', import.meta.url).href);
