// Bundles the picture generator and runs it: node build/sample/run.mjs --out FOLDER --count 24 --seed 1
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
// Inside node_modules, so that the bundle finds the native canvas package.
const outDir = join(root, 'node_modules', '.cache', 'sample-generator');
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  build: {
    ssr: join(here, 'generate.ts'),
    outDir,
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: { output: { entryFileNames: 'generate.mjs' } },
  },
});
const { main } = await import(pathToFileURL(join(outDir, 'generate.mjs')).href);
main(process.argv.slice(2));
