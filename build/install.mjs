// Keeps node_modules in step with package-lock.json.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './npm.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 */

/** @typedef {Record<string, LockedPackage>} LockedPackages */

/**
 * @param {string[] | undefined} allowed
 * @param {string} actual
 */
function allows(allowed, actual) {
  if (!allowed) return true;
  return allowed.includes(actual) || (!allowed.includes(`!${actual}`) && allowed.every((it) => it.startsWith('!')));
}

/**
 * What is wrong with the installed packages, or null. npm leaves a record of what it installed, so that an
 * install by hand counts too and an interrupted one does not.
 * @param {LockedPackages} wanted "packages" of package-lock.json
 * @param {LockedPackages} installed "packages" of node_modules/.package-lock.json
 * @param {{platform: string, arch: string}} machine
 * @returns {string | null}
 */
export function findInstallFault(wanted, installed, machine) {
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const actual = installed[path];
    if (!actual) {
      if (!entry.optional) return `${path} is missing`;
    } else if (actual.version !== entry.version) {
      return `${path} is ${actual.version}, not ${entry.version}`;
    }
  }
  for (const [path, entry] of Object.entries(installed)) {
    if (!allows(entry.os, machine.platform) || !allows(entry.cpu, machine.arch)) {
      return `${path} is for another system`;
    }
  }
  return null;
}

/**
 * @param {string} path
 * @returns {LockedPackages}
 */
function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/**
 * Why the packages are to be installed, or null when they are in order.
 * @param {string} root
 * @returns {string | null}
 */
export function whyInstall(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'nothing is installed yet';
  return findInstallFault(readPackages(join(root, 'package-lock.json')), readPackages(record), process);
}

/**
 * Runs `npm ci`.
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function install(root) {
  const npm = npmCommand(process.env, process.platform);
  const args = [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run(npm.command, args, {
    cwd: root,
    shell: npm.shell,
    onStderr: true,
  });
  if (code !== 0) throw new Error(`npm ci failed with exit code ${code}`);
  say('packages installed');
}
