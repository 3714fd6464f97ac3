import { join } from 'node:path';
import { projectRoot } from '../project.mjs';

/**
 * Bundles the process that opens damaged models, for plain Node.
 * @param {string} out folder, below the project so that packages are found
 * @returns {Promise<string>} path of the worker
 */
export async function bundleWorker(out) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['onnxruntime-node', '@napi-rs/image', '@napi-rs/canvas'] },
    build: {
      ssr: join(projectRoot, 'build', 'fuzz', 'worker.ts'),
      outDir: out,
      emptyOutDir: true,
      target: 'node20',
    },
  });
  return join(out, 'worker.js');
}
