// `npm run fuzz`: opens damaged models and says which of them break a law. `--cases 20000 --seed 7` for how many and which,
// `--case 123` for one alone, `--save FOLDER` to keep the files that broke one.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './command.mjs';
import { bundleWorker } from './fuzz/bundle.mjs';
import { runCases } from './fuzz/pool.mjs';
import { whyInstall } from './install.mjs';
import { projectRoot } from './project.mjs';
import { setUpProject } from './setup.mjs';

/** @param {string | undefined} text @param {string} name */
function wholeNumber(text, name) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number`);
  return value;
}

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      first: { type: 'string', default: '0' },
      case: { type: 'string' },
      save: { type: 'string' },
    },
  });
  const seed = wholeNumber(values.seed, 'seed');
  const only = values.case === undefined ? undefined : wholeNumber(values.case, 'case');
  const first = only ?? wholeNumber(values.first, 'first');
  const count = only === undefined ? wholeNumber(values.cases, 'cases') : 1;
  if (whyInstall(projectRoot) !== null) await setUpProject(projectRoot);
  const worker = await bundleWorker(join(projectRoot, 'node_modules', '.cache', 'fuzz'));
  const folder = mkdtempSync(join(tmpdir(), 'boxwright-fuzz-'));
  const started = performance.now();
  try {
    const { faults, outcomes, slowest } = await runCases({
      worker,
      folder,
      seed,
      cases: Array.from({ length: count }, (_, index) => first + index),
      processes: only === undefined ? availableParallelism() : 1,
      onReport: (report) => {
        if (only !== undefined) console.log(report);
      },
      onFault: ({ index, kind, what, file }) => {
        console.log(`--seed ${seed} --case ${index}: ${kind}: ${what}`);
        if (values.save === undefined) return;
        mkdirSync(values.save, { recursive: true });
        copyFileSync(file, join(values.save, `seed-${seed}-case-${index}.onnx`));
      },
    });
    for (const [outcome, times] of Object.entries(outcomes).sort())
      console.log(`${String(times).padStart(7)} ${outcome}`);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${count} cases in ${seconds} s, the slowest ${Math.round(slowest)} ms; ${faults.length} faults`);
    return faults.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
