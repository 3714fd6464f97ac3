import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { findElectron } from '../build/electronRuntime.mjs';
import { utf8Locale } from '../build/locale.mjs';
import { projectRoot } from '../build/project.mjs';
import { whyNoSandbox } from '../build/sandbox.mjs';

/** A studio that a test drives. */
export type Studio = {
  app: ElectronApplication;
  /** The studio's first window, loaded. */
  window: Page;
  /** Where this studio keeps its settings and projects. */
  dataFolder: string;
  /** Quits the studio and deletes the data folder. */
  close: () => Promise<void>;
};

type LaunchOptions = {
  /** Files and folders on the command line. */
  files?: readonly string[];
  env?: Readonly<Record<string, string>>;
};

/** Opens the built studio in a real Electron window, with a data folder of its own (a name that is hard on paths). */
export async function launchStudio({ files = [], env = {} }: LaunchOptions = {}): Promise<Studio> {
  const runtime = await findElectron();
  const dataFolder = await mkdtemp(join(tmpdir(), 'boxwright tëst '));
  const app = await _electron.launch({
    executablePath: runtime.path,
    args: [projectRoot, ...files],
    chromiumSandbox: (await whyNoSandbox(runtime.path)) === null,
    env: {
      ...definedOnly(process.env),
      ...utf8Locale(process.env, process.platform),
      BOXWRIGHT_DATA: dataFolder,
      ...env,
    },
  });
  const window = await app.firstWindow();
  await window.waitForLoadState('domcontentloaded');
  const close = async () => {
    await app.close();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { app, window, dataFolder, close };
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(entries);
}
