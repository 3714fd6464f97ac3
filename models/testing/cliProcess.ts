import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';
import { bundleForNode } from '../../build/bundleForNode.mjs';
import { projectRoot } from '../../build/project.mjs';

/** The command line while it runs in a process of its own. */
export interface CliProcess {
  readonly child: ChildProcess;
  /** How it ended: `exitCode` is null where a signal ended it. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly out: string; readonly errors: string }>;
}

/**
 * Bundles the command line as it is now, for one test file, and gives a function that starts it. What `environment` sets is
 * put over this process's variables; undefined takes one away.
 */
export async function bundleCli(): Promise<
  (argv: readonly string[], environment?: Readonly<Record<string, string | undefined>>) => CliProcess
> {
  // Below the project, where the bundle finds the packages with native parts.
  const folder = mkdtempSync(join(projectRoot, 'node_modules', '.cli-test-'));
  const running = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const script = await bundleForNode('models/cli.ts', join('..', basename(folder)));
  return (argv, environment = {}) => {
    const child = spawn(process.execPath, [script, ...argv], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    return { child, ended: endOf(child).finally(() => running.delete(child)) };
  };
}

async function endOf(child: ChildProcess): CliProcess['ended'] {
  let out = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  await once(child, 'close');
  return { exitCode: child.exitCode, out, errors };
}
