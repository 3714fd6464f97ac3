import { describe, expect, it } from 'vitest';
import { StudioError } from '../models/errors.ts';
import type { Job, JobRequest, JobResult } from './contract.ts';
import { createJobTable, type JobContext } from './jobs.ts';

const request: JobRequest = { kind: 'export', variantId: 'v', target: 'node' };
const result: JobResult = {
  kind: 'export',
  report: { out: '/b.zip', bytes: 1, sha256: '', files: [], verify: { ok: true, checks: [] }, warnings: [] },
};

interface Run {
  readonly context: JobContext;
  readonly finish: () => void;
  readonly fail: (error: unknown) => void;
}

/** A table whose jobs end when the test says so. A cancelled run ends only when it is made to, as real ones do. */
function openTable() {
  const runs: Run[] = [];
  const seen: Job[] = [];
  const dismissed: string[] = [];
  const table = createJobTable({
    run: (_request, context) =>
      new Promise((resolve, reject) => {
        runs.push({ context, finish: () => resolve(result), fail: reject });
      }),
    titleOf: ({ kind }) => `Do ${kind}`,
    onChange: (job) => seen.push(job),
    onDismissed: (id) => dismissed.push(id),
  });
  const run = (index: number): Run => {
    const found = runs[index];
    if (!found) throw new Error(`There is no run ${index}.`);
    return found;
  };
  const states = () => table.list().map(({ state }) => state);
  const settle = () => new Promise(setImmediate);
  return { table, runs, run, seen, dismissed, states, settle };
}

describe('the job table', () => {
  it('runs one at a time, in order', async () => {
    const { table, runs, run, states, settle } = openTable();
    for (let count = 0; count < 3; count++) table.start(request);
    expect(states()).toEqual(['running', 'queued', 'queued']);
    run(0).finish();
    await settle();
    expect(states()).toEqual(['done', 'running', 'queued']);
    run(1).fail(new StudioError('engine-stopped', 'It stopped.'));
    await settle();
    expect(states()).toEqual(['done', 'failed', 'running']);
    run(2).finish();
    await settle();
    expect(states()).toEqual(['done', 'failed', 'done']);
    expect(runs).toHaveLength(3);
  });

  it('tells every change: queued, running, progress, and one end', async () => {
    const { table, run, seen, settle } = openTable();
    const id = table.start(request);
    run(0).context.report({ step: 'half', fraction: 0.5, eta: 4 });
    run(0).finish();
    await settle();
    expect(seen.map(({ state, progress }) => [state, progress.step, progress.fraction])).toEqual([
      ['queued', 'Waiting', 0],
      ['running', 'Starting', 0],
      ['running', 'half', 0.5],
      ['done', 'Done', 1],
    ]);
    expect(new Set(seen.map((job) => job.id))).toEqual(new Set([id]));
    expect(table.get(id)).toMatchObject({ title: 'Do export', result });
  });

  it('says why a job failed, at the progress it had', async () => {
    const { table, run, settle } = openTable();
    const id = table.start(request);
    run(0).context.report({ step: 'half', fraction: 0.5 });
    run(0).fail(new StudioError('no-images', 'None.', { hint: 'Add some.' }));
    await settle();
    expect(table.get(id)).toMatchObject({
      state: 'failed',
      progress: { step: 'half' },
      error: { code: 'no-images', message: 'None.', hint: 'Add some.' },
    });
  });

  it('cancels what waits at once, and what runs when it has let go', async () => {
    const { table, run, states, settle } = openTable();
    const [first, second] = [table.start(request), table.start(request)];
    table.cancel(second);
    expect(states()).toEqual(['running', 'cancelled']);
    table.cancel(first);
    expect(run(0).context.signal.aborted).toBe(true);
    expect(states()).toEqual(['running', 'cancelled']);
    run(0).fail(run(0).context.signal.reason);
    await settle();
    expect(states()).toEqual(['cancelled', 'cancelled']);
  });

  it('never runs what was cancelled while it waited, and goes on with the next', async () => {
    const { table, runs, run, states, settle } = openTable();
    const [, second] = [table.start(request), table.start(request), table.start(request)];
    table.cancel(second);
    run(0).finish();
    await settle();
    expect(states()).toEqual(['done', 'cancelled', 'running']);
    expect(runs).toHaveLength(2);
  });

  it('leaves a finished job as it is', async () => {
    const { table, run, states, settle } = openTable();
    const id = table.start(request);
    run(0).finish();
    await settle();
    table.cancel(id);
    expect(states()).toEqual(['done']);
  });

  it('forgets finished jobs alone', async () => {
    const { table, run, dismissed, settle } = openTable();
    const id = table.start(request);
    expect(() => table.dismiss(id)).toThrow('cannot be dismissed');
    run(0).finish();
    await settle();
    table.dismiss(id);
    expect(table.list()).toEqual([]);
    expect(dismissed).toEqual([id]);
    expect(() => table.dismiss(id)).toThrow('There is no job');
  });

  it('stops: nothing runs afterwards', async () => {
    const { table, runs, run, states } = openTable();
    table.start(request);
    table.start(request);
    const stopped = table.stop();
    run(0).fail(run(0).context.signal.reason);
    await stopped;
    expect(states()).toEqual(['cancelled', 'cancelled']);
    expect(runs).toHaveLength(1);
  });
});
