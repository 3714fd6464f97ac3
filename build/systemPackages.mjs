// The shared libraries, fonts and virtual display that Electron needs on Linux, and the Debian packages they are in.

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, run } from './run.mjs';
import { say } from './say.mjs';

/** @type {Readonly<Record<string, string>>} */
const packageOfLibrary = {
  'libasound.so.2': 'libasound2',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcairo.so.2': 'libcairo2',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libexpat.so.1': 'libexpat1',
  'libgbm.so.1': 'libgbm1',
  'libgdk-3.so.0': 'libgtk-3-0',
  'libgdk_pixbuf-2.0.so.0': 'libgdk-pixbuf-2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgtk-3.so.0': 'libgtk-3-0',
  'libnspr4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libpangocairo-1.0.so.0': 'libpangocairo-1.0-0',
  'libsmime3.so': 'libnss3',
  'libudev.so.1': 'libudev1',
  'libX11.so.6': 'libx11-6',
  'libX11-xcb.so.1': 'libx11-xcb1',
  'libxcb.so.1': 'libxcb1',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXcursor.so.1': 'libxcursor1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXi.so.6': 'libxi6',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libXrandr.so.2': 'libxrandr2',
  'libXrender.so.1': 'libxrender1',
  'libXtst.so.6': 'libxtst6',
};

/**
 * The libraries that `ldd` says are missing.
 * @param {string} output what ldd printed
 * @returns {string[]}
 */
export function parseMissingLibraries(output) {
  const names = output.matchAll(/^\s*(\S+) => not found/gm);
  return [...new Set([...names].map((match) => match[1] ?? ''))];
}

/**
 * The Debian packages that hold these libraries. Some were renamed when time became 64 bits wide
 * (libasound2t64), so the new name is taken where the system knows it.
 * @param {readonly string[]} libraries
 * @param {ReadonlySet<string>} knownPackages what apt can install; empty when unknown
 * @returns {{packages: string[], unknown: string[]}}
 */
export function packagesOf(libraries, knownPackages) {
  /** @type {Set<string>} */
  const packages = new Set();
  /** @type {string[]} */
  const unknown = [];
  for (const library of libraries) {
    const name = packageOfLibrary[library];
    if (name === undefined) unknown.push(library);
    else packages.add(knownPackages.has(`${name}t64`) ? `${name}t64` : name);
  }
  return { packages: [...packages].sort(), unknown };
}

/**
 * @param {string} program
 * @returns {boolean}
 */
function isOnPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/**
 * @param {string} folder
 * @returns {boolean}
 */
function hasFonts(folder) {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((name) => /\.(ttf|otf|ttc)$/i.test(String(name)));
}

/** @returns {Promise<Set<string>>} */
async function listKnownPackages() {
  const { stdout } = await capture('apt-cache', ['pkgnames']);
  return new Set(stdout.split('\n'));
}

/**
 * Sees to it that Electron can start on Linux; as root on Debian and its kin it installs what is missing, else it
 * throws with the command that does.
 * @param {string} electron the program
 * @param {boolean} virtualDisplay whether Xvfb is needed
 * @returns {Promise<void>}
 */
export async function ensureSystemPackages(electron, virtualDisplay) {
  if (process.platform !== 'linux') return;
  const libraries = parseMissingLibraries((await capture('ldd', [electron])).stdout);
  const needsDisplay = virtualDisplay && !isOnPath('Xvfb');
  const needsFonts = virtualDisplay && !hasFonts('/usr/share/fonts');
  if (libraries.length === 0 && !needsDisplay && !needsFonts) return;

  const lacking = [...libraries, ...(needsDisplay ? ['Xvfb'] : []), ...(needsFonts ? ['fonts'] : [])];
  if (!isOnPath('apt-get')) {
    throw new Error(`install these with the system's package manager: ${lacking.join(', ')}`);
  }
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await apt(['update', '-qq']);
  const { packages, unknown } = packagesOf(libraries, await listKnownPackages());
  if (unknown.length > 0) throw new Error(`no Debian package is known for ${unknown.join(', ')}`);
  if (needsDisplay) packages.push('xvfb');
  if (needsFonts) packages.push('fonts-dejavu-core');
  if (!isRoot) {
    throw new Error(
      `the window needs ${lacking.join(', ')}. To install them:\n  sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`,
    );
  }
  say(`installing what the window needs: ${packages.join(' ')}`);
  await apt(['install', '-qq', '-y', '--no-install-recommends', ...packages]);
  const still = parseMissingLibraries((await capture('ldd', [electron])).stdout);
  if (still.length > 0) throw new Error(`still missing after the installation: ${still.join(', ')}`);
}

/** @param {readonly string[]} args */
async function apt(args) {
  const code = await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0', ...args], {
    onStderr: true,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (code !== 0) throw new Error(`apt-get ${args[0]} failed with exit code ${code}`);
}
