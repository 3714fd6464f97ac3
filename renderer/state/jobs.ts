import { create } from 'zustand';
import type { Job } from '../../electron/contract.ts';

/** The shell's job table, oldest first. Written by `connect.ts` alone. */
export interface JobsState {
  readonly jobs: readonly Job[];
}

export const useJobs = create<JobsState>()(() => ({ jobs: [] }));

/** True while a job waits or runs. */
export function isActive(job: Job): job is Extract<Job, { state: 'queued' | 'running' }> {
  return job.state === 'queued' || job.state === 'running';
}

/** The list with `job` put in its old place, or at the end when it is new. */
export function withJob(jobs: readonly Job[], job: Job): readonly Job[] {
  const known = jobs.some(({ id }) => id === job.id);
  return known ? jobs.map((other) => (other.id === job.id ? job : other)) : [...jobs, job];
}
