// The Electron release that package.json names, from where Electron publishes it or a mirror.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheFolder, makeFolder } from './cache.mjs';
import { download } from './download.mjs';
import { say } from './say.mjs';
import { unzip } from './unzip.mjs';

/** @typedef {import('./electronRuntime.mjs').ElectronRuntime} ElectronRuntime */

const require = createRequire(import.meta.url);

/** @returns {string} the version of the installed `electron` package */
function wantedVersion() {
  return require('electron/package.json').version;
}

/**
 * Where the program lies inside an unpacked Electron.
 * @param {NodeJS.Platform} platform
 * @returns {string}
 */
export function programPath(platform) {
  switch (platform) {
    case 'darwin':
      return join('Electron.app', 'Contents', 'MacOS', 'Electron');
    case 'win32':
      return 'electron.exe';
    default:
      return 'electron';
  }
}

function runtimeFolder() {
  const name = `electron-${wantedVersion()}-${process.platform}-${process.arch}`;
  return join(cacheFolder(), name);
}

/** @returns {ElectronRuntime | null} the runtime, if it was fetched before: by us or by Electron's own installer */
export function findCachedOfficial() {
  const version = wantedVersion();
  const ownInstall = join(require.resolve('electron/package.json'), '..', 'dist');
  for (const folder of [runtimeFolder(), ownInstall]) {
    const path = join(folder, programPath(process.platform));
    const record = join(folder, 'version');
    if (!existsSync(path) || !existsSync(record)) continue;
    if (readFileSync(record, 'utf8').trim().replace(/^v/, '') !== version) continue;
    return { path, version, source: 'official' };
  }
  return null;
}

/**
 * Downloads, checks and unpacks the release. @electron/get chooses the address (mirrors), checks the sum
 * that the `electron` package carries, and shares the cache of downloads with other projects.
 * @returns {Promise<ElectronRuntime>}
 */
export async function fetchOfficial() {
  const version = wantedVersion();
  const fromElectron = createRequire(require.resolve('electron/package.json'));
  const { downloadArtifact } = await import(fromElectron.resolve('@electron/get'));
  say(`fetching Electron ${version}`);
  const zip = await downloadArtifact({
    version,
    artifactName: 'electron',
    platform: process.platform,
    arch: process.arch,
    checksums: fromElectron('./checksums.json'),
    downloader: { download },
  });
  await makeFolder(runtimeFolder(), (partial) => unzip(zip, partial));
  return { path: join(runtimeFolder(), programPath(process.platform)), version, source: 'official' };
}
