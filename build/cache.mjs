// The user's cache folder, outside the checkout: what is large and can be fetched again.

import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from './lock.mjs';

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 * @returns {string}
 */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  switch (platform) {
    case 'win32':
      return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'boxwright', 'Cache');
    case 'darwin':
      return join(home, 'Library', 'Caches', 'boxwright');
    default:
      return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'boxwright');
  }
}

/**
 * Removes what processes that are gone left half-made beside `target`.
 * @param {string} target
 */
async function removeAbandoned(target) {
  for (const name of await readdir(dirname(target))) {
    const match = /^(.*)\.(\d+)\.partial$/.exec(name);
    if (match?.[1] !== basename(target) || isProcessAlive(Number(match[2]))) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

/**
 * Makes a folder in one piece: `fill` works in a folder beside it, which is renamed when whole. When two
 * processes do it at once, the first to end wins and both use its folder.
 * @param {string} target
 * @param {(partial: string) => Promise<void>} fill
 * @returns {Promise<void>}
 */
export async function makeFolder(target, fill) {
  await mkdir(dirname(target), { recursive: true });
  await removeAbandoned(target);
  const partial = `${target}.${process.pid}.partial`;
  try {
    await mkdir(partial);
    await fill(partial);
    await rename(partial, target).catch((error) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
