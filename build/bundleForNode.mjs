import { basename, join } from 'node:path';
import { projectRoot } from './project.mjs';

/**
 * Bundles a program of the engine's for plain Node.
 * @param {string} source its TypeScript file, relative to the project
 * @param {string} name of the folder in the cache below the project, where packages are found
 * @returns {Promise<string>} path of the bundle
 */
export async function bundleForNode(source, name) {
  const { build } = await import('vite');
  const out = join(projectRoot, 'node_modules', '.cache', name);
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['onnxruntime-node', '@napi-rs/image', '@napi-rs/canvas'] },
    build: { ssr: join(projectRoot, source), outDir: out, emptyOutDir: true, target: 'node20' },
  });
  return join(out, basename(source).replace(/\.ts$/, '.js'));
}
