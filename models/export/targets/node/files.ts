import type { BundleManifest } from '../../manifest.ts';
import type { BundleFile } from '../../zip.ts';
import { renderCard } from './card.ts';
import decodeText from './example/decode.mjs?raw';
import runText from './example/run.mjs?raw';
import verifyText from './example/verify.mjs?raw';

/** The programs of a Node bundle, as this version writes them. */
export const nodePrograms: Readonly<Record<string, string>> = {
  'run.mjs': runText,
  'decode.mjs': decodeText,
  'verify.mjs': verifyText,
};

/** Versions of the packages the example was tried with. */
export const exampleDependencies = { '@napi-rs/canvas': '^1.1.1', 'onnxruntime-node': '^1.30.0' } as const;

/** What a Node bundle holds beside model, manifest, labels and golden pictures. */
export function nodeFiles(manifest: BundleManifest): BundleFile[] {
  const packageJson = {
    name: 'boxwright-bundle',
    version: '1.0.0',
    private: true,
    type: 'module',
    scripts: { verify: 'node verify.mjs' },
    dependencies: exampleDependencies,
    // Its install script only fetches CUDA libraries, and fails where their host cannot be reached.
    allowScripts: { 'onnxruntime-node': false },
    engines: { node: '>=20.19' },
  };
  const texts = {
    ...nodePrograms,
    'package.json': `${JSON.stringify(packageJson, null, 2)}\n`,
    'README.md': renderCard(manifest),
  };
  return Object.entries(texts).map(([path, text]) => ({ path, content: new TextEncoder().encode(text) }));
}
