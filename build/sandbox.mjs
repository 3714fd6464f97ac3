// Whether Chromium can sandbox its processes on this system, and the flag for where it can't.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @param {string} path below /proc/sys
 * @returns {string | null}
 */
function readKernelSetting(path) {
  const file = join('/proc/sys', path);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/**
 * Why Electron can't have its sandbox here, or null where it can.
 * @param {string} electron the program
 * @returns {string | null}
 */
export function whyNoSandbox(electron) {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'Chromium has no sandbox for root';
  const helper = statSync(join(dirname(electron), 'chrome-sandbox'), { throwIfNoEntry: false });
  const isHelperUsable = helper !== undefined && helper.uid === 0 && (helper.mode & 0o4000) !== 0;
  if (isHelperUsable) return null;
  const isRefused =
    readKernelSetting('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    readKernelSetting('kernel/unprivileged_userns_clone') === '0' ||
    readKernelSetting('user/max_user_namespaces') === '0';
  return isRefused ? 'this system allows user namespaces to root alone' : null;
}
