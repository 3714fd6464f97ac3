import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../project.mjs';
import { bundleWorker } from './bundle.mjs';
import { runCases } from './pool.mjs';

/** `npm run fuzz -- --cases 20000 --seed 7` takes any others. */
const cases = Array.from({ length: 2000 }, (_, index) => index);

it('2,000 damaged models are opened or refused with a coded error, without crash, hang or 1 GB of memory', {
  timeout: 300_000,
}, async () => {
  const worker = await bundleWorker(join(projectRoot, 'node_modules', '.cache', 'fuzz-test'));
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-fuzz-'));
  try {
    const { faults, outcomes } = await runCases({ worker, folder, seed: 1, cases, processes: 2 });
    expect(faults.map(({ index, kind, what }) => `--seed 1 --case ${index}: ${kind}: ${what}`)).toEqual([]);
    // Damage that nobody notices and damage that everybody refuses would both prove little.
    expect(outcomes['detect: sound']).toBeGreaterThan(100);
    expect(outcomes['inspect: model-corrupt']).toBeGreaterThan(100);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
