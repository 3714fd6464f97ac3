// Whether Chromium can sandbox its processes on this system.

import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture } from './run.mjs';

/**
 * Why Electron can't have its sandbox here, or null where it can. It needs user namespaces, which some systems
 * and containers keep from ordinary users, or a helper program that root has prepared.
 * @param {string} electron the program
 * @returns {Promise<string | null>}
 */
export async function whyNoSandbox(electron) {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'Chromium has no sandbox for root';
  const helper = statSync(join(dirname(electron), 'chrome-sandbox'), { throwIfNoEntry: false });
  if (helper !== undefined && helper.uid === 0 && (helper.mode & 0o4000) !== 0) return null;
  const probe = await capture('unshare', ['--user', '--map-root-user', 'true']);
  const isAllowed = probe.code === 0 || probe.code === 127; // 127: no such program, so nothing is known
  return isAllowed ? null : `no user namespaces here (${probe.stderr.trim()})`;
}
