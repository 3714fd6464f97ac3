/** What running recipes came to. A result stays undecided, to be kept or discarded, as long as its job is listed. */
import { useMemo } from 'react';
import type { Job, JobResult } from '../../electron/contract.ts';
import { cancelJob, dismissJob, removeVariant } from '../studio.ts';
import { attempt } from './actions.ts';
import { isActive, useJobs } from './jobs.ts';

type DerivationResult = Extract<JobResult, { kind: 'derive' }>;
type FailedJob = Extract<Job, { state: 'failed' }>;
/** A recipe that was run to its end. */
type Derivation = Omit<Extract<Job, { state: 'done' }>, 'result'> & { readonly result: DerivationResult };

export interface Derivations {
  /** The recipe that ended last. */
  readonly latest: Derivation | FailedJob | null;
  /** By the id of the variant that was made. */
  readonly undecided: ReadonlyMap<string, Derivation>;
}

function asDerivation(job: Job): Derivation | null {
  if (job.state !== 'done' || job.result.kind !== 'derive') return null;
  return { ...job, result: job.result };
}

/** What the listed jobs came to. */
export function readDerivations(jobs: readonly Job[]): Derivations {
  const undecided = new Map<string, Derivation>();
  let latest: Derivations['latest'] = null;
  for (const job of jobs) {
    if (job.kind !== 'derive') continue;
    const derivation = asDerivation(job);
    if (derivation) undecided.set(derivation.result.variantId, derivation);
    if (derivation) latest = derivation;
    else if (job.state === 'failed') latest = job;
    else if (isActive(job)) latest = null;
  }
  return { latest, undecided };
}

export function useDerivations(): Derivations {
  const jobs = useJobs((state) => state.jobs);
  return useMemo(() => readDerivations(jobs), [jobs]);
}

/** Throws away what a recipe made, and stops the comparison that it takes part in. */
export async function discardResult(variantId: string): Promise<void> {
  const { jobs } = useJobs.getState();
  const job = readDerivations(jobs).undecided.get(variantId);
  for (const comparison of jobs.filter((one) => one.kind === 'compare' && isActive(one))) {
    await attempt(() => cancelJob(comparison.id));
  }
  await attempt(() => removeVariant(variantId));
  if (job) await attempt(() => dismissJob(job.id));
}
