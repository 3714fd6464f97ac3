// `npm start`: sets up what is missing, then opens the studio; without a display it runs the demo instead.

import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { hasDisplay } from './display.mjs';
import { utf8Locale } from './locale.mjs';
import { projectRoot } from './project.mjs';
import { run } from './run.mjs';
import { whyNoSandbox } from './sandbox.mjs';
import { say } from './say.mjs';
import { setUpProject, setUpWindow } from './setup.mjs';

/** @param {readonly string[]} args files to open */
async function openStudio(args) {
  const runtime = await setUpWindow({ virtualDisplay: false });
  const flags = [];
  const reason = await whyNoSandbox(runtime.path);
  if (reason !== null) {
    say(`${reason}: the window runs without its sandbox`);
    flags.push('--no-sandbox');
  }
  if (!process.env.DISPLAY && process.env.WAYLAND_DISPLAY) flags.push('--ozone-platform-hint=auto');
  // npm changes to the project's folder; file names on the command line are relative to where it was called.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const env = { ...process.env, ...utf8Locale(process.env, process.platform) };
  return run(runtime.path, [...flags, projectRoot, ...args], { cwd, env });
}

await runCommand(async () => {
  const args = process.argv.slice(2);
  await setUpProject(projectRoot);
  if (hasDisplay(process.env, process.platform)) return openStudio(args);
  say('there is no display to open the studio on: running the demo without one');
  return run(process.execPath, [join(projectRoot, 'dist', 'cli', 'cli.js'), 'demo', ...args], { cwd: projectRoot });
});
