// `npm run build`: bundles the window, the main process, the engine, the preload and the command line.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { isEntryPoint, projectRoot } from './project.mjs';

const sources = ['electron', 'renderer', 'models', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'];

/** Outputs that a whole build leaves; a missing one means that the build is to be made again. */
const outputs = ['renderer/index.html', 'main/main.js', 'main/engine.js', 'main/preload.cjs', 'cli/cli.js'];

/**
 * Path, size and time of every file the bundles are made from, as one hash. Tests and the sample's
 * pictures are left out: they are not bundled.
 * @param {string} root
 * @returns {string}
 */
export function sourceStamp(root) {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(path).sort()) {
      if (name === 'samples' || /\.test\.tsx?$/.test(name)) continue;
      add(join(path, name));
    }
  };
  for (const source of sources) add(join(root, source));
  return hash.digest('hex');
}

/**
 * True when the bundles in `dist/` are whole and made from the sources as they are now.
 * @param {string} root
 * @returns {boolean}
 */
export function isBundleFresh(root) {
  const dist = join(root, 'dist');
  const stamp = join(dist, 'stamp');
  if (!existsSync(stamp) || outputs.some((output) => !existsSync(join(dist, output)))) return false;
  return readFileSync(stamp, 'utf8') === sourceStamp(root);
}

/**
 * Bundles everything into `dist/`.
 * @param {string} root
 * @param {'info' | 'warn'} [logLevel]
 * @returns {Promise<void>}
 */
export async function bundle(root, logLevel = 'info') {
  const { createBuilder } = await import('vite');
  const stamp = sourceStamp(root);
  const builder = await createBuilder({ configFile: join(root, 'vite.config.ts'), logLevel });
  await builder.buildApp();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'stamp'), stamp);
}

if (isEntryPoint(import.meta.url)) {
  await runCommand(async () => {
    await bundle(projectRoot);
    return 0;
  });
}
