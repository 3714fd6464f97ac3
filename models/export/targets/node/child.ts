import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { makeFolder } from '../../../files.ts';
import { type exampleDependencies, nodePrograms } from './files.ts';

/**
 * Longest the example may take, milliseconds. Native libraries have been seen to wait for ever inside Electron, so a first run that
 * takes long is ended and tried once more, with time enough for any model.
 */
const timeLimits = [45_000, 300_000] as const;
const maximumOutput = 1_000_000;

/** Names the example imports from each package. */
const imports: Readonly<Record<keyof typeof exampleDependencies, readonly string[]>> = {
  '@napi-rs/canvas': ['createCanvas', 'loadImage'],
  'onnxruntime-node': ['InferenceSession', 'Tensor'],
};

/**
 * Lets an unpacked bundle use this product's own packages instead of `npm install`: small packages that hand on the real
 * ones. (A link to the whole folder would not reach into a packaged app's archive.)
 */
async function lendPackages(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  for (const [name, exported] of Object.entries(imports)) {
    const lent = join(folder, 'node_modules', ...name.split('/'));
    await makeFolder(lent);
    const manifest = { name, version: '0.0.0', type: 'module', exports: './index.js' };
    await writeFile(join(lent, 'package.json'), JSON.stringify(manifest));
    const target = JSON.stringify(require.resolve(name));
    await writeFile(
      join(lent, 'index.js'),
      `import { createRequire } from 'node:module';\nexport const { ${exported.join(', ')} } = createRequire(import.meta.url)(${target});\n`,
    );
  }
}

/**
 * Runs `verify.mjs` of an unpacked bundle in a clean process of this program's own Node: an empty environment but for what
 * the system needs, in the bundle's folder. The caller has made sure that the programs are ours; they are written anew here
 * all the same, so that nothing else can be executed.
 */
export async function runNodeExample(folder: string, signal: AbortSignal): Promise<{ ok: boolean; summary: string }> {
  for (const [path, text] of Object.entries(nodePrograms)) await writeFile(join(folder, path), text);
  await lendPackages(folder);
  const script = join(folder, 'verify.mjs');
  const [first, second] = timeLimits;
  const once = await runNode(script, folder, signal, first);
  const { code, output } = once.code === null ? await runNode(script, folder, signal, second) : once;
  const lines = output.trimEnd().split('\n');
  const pictures = lines.filter((line) => /^ok {5}golden\/.+ boxes, /.test(line)).length;
  if (code === 0) return { ok: true, summary: `its own run.mjs finds the same on ${pictures} pictures` };
  const failed = lines.findIndex((line) => line.startsWith('FAILED'));
  const reason = failed < 0 ? (lines.at(-1) ?? '') : lines.slice(failed, failed + 2).join(' ');
  return {
    ok: false,
    summary: `the example failed (exit ${code ?? 'by signal'}): ${reason.replace(/\s+/g, ' ').slice(0, 500)}`,
  };
}

function runNode(
  script: string,
  folder: string,
  signal: AbortSignal,
  timeout: number,
): Promise<{ code: number | null; output: string }> {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'HOME', 'LD_LIBRARY_PATH', 'VK_ICD_FILENAMES'];
  const env: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: '1' };
  for (const name of kept) if (process.env[name] !== undefined) env[name] = process.env[name];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], {
      cwd: folder,
      env,
      signal,
      timeout,
      windowsHide: true,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      if (output.length < maximumOutput) output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
