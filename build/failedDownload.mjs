// Remembers that Electron's host could not be reached, so that not every start waits for it.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';

const lasts = 24 * 3600 * 1000;

/**
 * @param {{folder: string, mirror: string}} place
 * @returns {string}
 */
function recordPath({ folder }) {
  return join(folder, 'electron-download-failed');
}

/** The mirror is part of the record: a failure tells nothing about another host. */
function defaultPlace() {
  const mirror = process.env.npm_config_electron_mirror ?? process.env.ELECTRON_MIRROR ?? '';
  return { folder: cacheFolder(), mirror };
}

/**
 * @param {{folder: string, mirror: string}} [place]
 * @param {number} [now] ms
 * @returns {boolean}
 */
export function hasFailedLately(place = defaultPlace(), now = Date.now()) {
  const path = recordPath(place);
  const record = statSync(path, { throwIfNoEntry: false });
  return record !== undefined && now - record.mtimeMs < lasts && readFileSync(path, 'utf8') === place.mirror;
}

/**
 * @param {{folder: string, mirror: string}} [place]
 * @returns {void}
 */
export function rememberFailure(place = defaultPlace()) {
  mkdirSync(place.folder, { recursive: true });
  writeFileSync(recordPath(place), place.mirror);
}
