// Makes a fresh checkout ready to run. Safe to run at any time: what is in order is left alone.

import { bundle, isBundleFresh } from './bundle.mjs';
import { runCommand } from './command.mjs';
import { install, whyInstall } from './install.mjs';
import { withLock } from './lock.mjs';
import { isEntryPoint, projectRoot } from './project.mjs';
import { say } from './say.mjs';

const leastNode = [20, 19];

/**
 * @param {string} version such as "20.19.0"
 * @returns {boolean}
 */
export function isNodeNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = leastNode;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * Node's version, the packages and the bundles.
 * @param {string} root
 * @returns {Promise<void>}
 */
export async function setUpProject(root) {
  if (!isNodeNewEnough(process.versions.node)) {
    throw new Error(
      `Node ${leastNode.join('.')} or later is needed; this is ${process.versions.node} (https://nodejs.org)`,
    );
  }
  if (whyInstall(root) === null && isBundleFresh(root)) return;
  await withLock(root, async () => {
    const reason = whyInstall(root);
    if (reason !== null) {
      say(`installing packages: ${reason}`);
      await install(root);
    }
    if (!isBundleFresh(root)) {
      say('building the studio and the command line');
      const start = performance.now();
      await bundle(root, 'warn');
      say(`built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  });
}

/**
 * What the window needs: an Electron runtime and the shared libraries it loads; `virtualDisplay` says whether a
 * virtual display is to be there too.
 * @param {{virtualDisplay: boolean, retry?: boolean}} options
 * @returns {Promise<import('./electronRuntime.mjs').ElectronRuntime>}
 */
export async function setUpWindow(options) {
  const { findElectron } = await import('./electronRuntime.mjs');
  const { ensureSystemPackages } = await import('./systemPackages.mjs');
  const runtime = await findElectron({ retry: options.retry ?? false });
  await ensureSystemPackages(runtime.path, options.virtualDisplay);
  return runtime;
}

if (isEntryPoint(import.meta.url)) {
  await runCommand(async () => {
    const { hasDisplay } = await import('./display.mjs');
    await setUpProject(projectRoot);
    const virtualDisplay = !hasDisplay(process.env, process.platform);
    const runtime = await setUpWindow({ virtualDisplay, retry: process.argv.includes('--retry') });
    say(`ready; Electron ${runtime.version} (${runtime.source}) in ${runtime.path}`);
    return 0;
  });
}
