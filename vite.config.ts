import { rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions } from 'vite';

const root = import.meta.dirname;
const dist = join(root, 'dist');

/** What stays an import at run time: Node's own modules, Electron, and packages with native code. */
const external = [
  ...builtinModules,
  /^node:/,
  'electron',
  /^electron\//,
  'onnxruntime-node',
  '@napi-rs/image',
  '@napi-rs/canvas',
];

/** One bundle for Node or for Electron's Node side; everything but `external` is bundled in. */
function nodeBundle(folder: string, format: 'es' | 'cjs', input: Record<string, string>) {
  const extension = format === 'es' ? 'js' : 'cjs';
  return {
    consumer: 'server',
    resolve: { noExternal: true, conditions: ['node'] },
    build: {
      target: 'node20',
      outDir: join(dist, folder),
      emptyOutDir: false,
      copyPublicDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external,
        platform: 'node',
        output: {
          format,
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `chunks/[name]-[hash].${extension}`,
        },
      },
    },
  } satisfies EnvironmentOptions;
}

export default defineConfig({
  root: join(root, 'renderer'),
  base: './',
  plugins: [react()],
  clearScreen: false,
  // Where the page gets the nonce of its content security policy; the shell puts a new one in at every load.
  html: { cspNonce: '__CSP_NONCE__' },
  environments: {
    client: {
      build: {
        target: 'chrome130',
        outDir: join(dist, 'renderer'),
        emptyOutDir: false,
        sourcemap: true,
        chunkSizeWarningLimit: 4096,
      },
    },
    main: nodeBundle('main', 'es', {
      main: join(root, 'electron', 'main.ts'),
      engine: join(root, 'electron', 'engine.ts'),
    }),
    // A sandboxed preload must be CommonJS.
    preload: nodeBundle('main', 'cjs', { preload: join(root, 'electron', 'preload.ts') }),
    cli: nodeBundle('cli', 'es', { cli: join(root, 'models', 'cli.ts') }),
  },
  builder: {
    // Main and preload share a folder, so it is emptied here, once, and not by each environment.
    async buildApp(builder) {
      await rm(dist, { recursive: true, force: true });
      for (const name of ['client', 'main', 'preload', 'cli']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
