import { randomUUID } from 'node:crypto';
import { isCancellation, reportError, StudioError } from '../models/errors.ts';
import type { Progress } from '../models/types.ts';
import type { Job, JobRequest, JobResult } from './contract.ts';

export interface JobContext {
  readonly jobId: string;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
}

/** Long work, one at a time, in the order it was asked for. */
export interface JobTable {
  /** Queues a job and returns its id. */
  readonly start: (request: JobRequest) => string;
  /** A queued job is cancelled at once, a running one when it has let go. A finished one stays as it is. */
  readonly cancel: (jobId: string) => void;
  /** Forgets a finished job. */
  readonly dismiss: (jobId: string) => void;
  readonly list: () => readonly Job[];
  /** @throws StudioError `bad-input` for an unknown id */
  readonly get: (jobId: string) => Job;
  /** Cancels everything; resolves when nothing runs any more. */
  readonly stop: () => Promise<void>;
}

interface Entry {
  job: Job;
  readonly request: JobRequest;
  readonly controller: AbortController;
}

export interface JobTableOptions {
  readonly run: (request: JobRequest, context: JobContext) => Promise<JobResult>;
  readonly titleOf: (request: JobRequest) => string;
  readonly onChange: (job: Job) => void;
  readonly onDismissed: (jobId: string) => void;
}

export function createJobTable({ run, titleOf, onChange, onDismissed }: JobTableOptions): JobTable {
  const entries = new Map<string, Entry>();
  let running: Promise<void> | null = null;

  function change(entry: Entry, job: Job): void {
    entry.job = job;
    onChange(job);
  }

  async function perform(entry: Entry): Promise<void> {
    const { id, kind, title } = entry.job;
    const { signal } = entry.controller;
    let base = { id, kind, title, startedAt: Date.now(), progress: { step: 'Starting', fraction: 0 } };
    change(entry, { ...base, state: 'running' });
    const report = (progress: Progress): void => {
      base = { ...base, progress };
      change(entry, { ...base, state: 'running' });
    };
    try {
      const result = await run(entry.request, { jobId: id, signal, report });
      change(entry, { ...base, progress: { step: 'Done', fraction: 1 }, state: 'done', result });
    } catch (error) {
      if (signal.aborted || isCancellation(error)) change(entry, { ...base, state: 'cancelled' });
      else change(entry, { ...base, state: 'failed', error: reportError(error) });
    }
  }

  function runNext(): void {
    if (running !== null) return;
    const next = [...entries.values()].find((entry) => entry.job.state === 'queued');
    if (!next) return;
    running = perform(next).then(() => {
      running = null;
      runNext();
    });
  }

  function get(jobId: string): Entry {
    const entry = entries.get(jobId);
    if (!entry) throw new StudioError('bad-input', `There is no job ${jobId}.`);
    return entry;
  }

  function cancel(entry: Entry): void {
    entry.controller.abort();
    if (entry.job.state === 'queued') change(entry, { ...entry.job, state: 'cancelled' });
  }

  return {
    start(request) {
      const id = randomUUID();
      const progress = { step: 'Waiting', fraction: 0 };
      const job: Job = {
        id,
        kind: request.kind,
        title: titleOf(request),
        startedAt: Date.now(),
        progress,
        state: 'queued',
      };
      entries.set(id, { job, request, controller: new AbortController() });
      onChange(job);
      runNext();
      return id;
    },
    cancel: (jobId) => cancel(get(jobId)),
    dismiss(jobId) {
      const { state } = get(jobId).job;
      if (state === 'queued' || state === 'running') {
        throw new StudioError('bad-input', 'A job that is not finished cannot be dismissed; cancel it first.');
      }
      entries.delete(jobId);
      onDismissed(jobId);
    },
    list: () => [...entries.values()].map((entry) => entry.job),
    get: (jobId) => get(jobId).job,
    async stop() {
      for (const entry of entries.values()) cancel(entry);
      await running;
    },
  };
}
