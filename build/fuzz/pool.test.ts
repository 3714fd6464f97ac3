import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCases } from './pool.mjs';

/** Stands in for the process that opens models: what it does is the number of the case. */
const worker = `
const [, folder] = process.argv.slice(2);
const answer = (index, inspect) =>
  process.send({ index, title: 'made', inspect, detect: 'sound', ms: 1, megabytes: 1 });
process.on('message', (index) => {
  if (index === 1) process.abort();
  if (index === 2) while (true);
  if (index === 3) return answer(index, 'defect: internal: x is not a function');
  if (index === 4) globalThis.kept = Buffer.alloc(1400 * 2 ** 20, 1);
  answer(index, 'model-corrupt');
});
process.send('ready');
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright-pool-'));
  await writeFile(join(folder, 'worker.mjs'), worker);
});
afterAll(() => rm(folder, { recursive: true }));

it('a process that dies, hangs or errs is told with its case, and the others go on', { timeout: 60_000 }, async () => {
  const told: number[] = [];
  const { faults, outcomes } = await runCases({
    worker: join(folder, 'worker.mjs'),
    folder,
    seed: 1,
    cases: [0, 1, 2, 3, 5, 6],
    processes: 2,
    patience: 2000,
    onFault: ({ index }) => told.push(index),
  });
  const kinds = faults.map(({ index, kind }) => [index, kind]).sort();
  expect(kinds).toEqual([
    [1, 'crash'],
    [2, 'hang'],
    [3, 'defect'],
  ]);
  expect(told.sort()).toEqual([1, 2, 3]);
  expect(outcomes).toEqual({ 'inspect: model-corrupt': 3, 'inspect: defect': 1, 'detect: sound': 4 });
});

it.skipIf(process.platform !== 'linux')(
  'a process that takes too much memory is ended',
  { timeout: 60_000 },
  async () => {
    const run = { worker: join(folder, 'worker.mjs'), folder, seed: 1, cases: [4, 5], processes: 1 };
    const { faults, outcomes } = await runCases(run);
    // Seen while it grows or, on a busy machine, only once it has answered and is given the next case.
    expect(faults.map(({ kind }) => kind)).toEqual(['memory']);
    expect(outcomes['detect: sound']).toBeGreaterThanOrEqual(1);
  },
);
