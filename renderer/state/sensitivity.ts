/** What layers lose when they alone are changed: the latest measurement of each model, for as long as its pictures are open. */
import { create } from 'zustand';
import type { Job, JobResult, TrayImage } from '../../electron/contract.ts';
import type { QuantizeOptions } from '../../models/recipeSchema.ts';

type Sensitivity = Extract<JobResult, { kind: 'sensitivity' }>;
export type SensitivityTarget = Sensitivity['report']['for'];

interface SensitivityState {
  /** By model and what is to be done to it. */
  readonly measured: ReadonlyMap<string, Sensitivity>;
}

export const useSensitivity = create<SensitivityState>()(() => ({ measured: new Map() }));

const keyOf = (variantId: string, target: SensitivityTarget): string => `${variantId} ${target}`;

/** Keeps what a job has measured. */
export function keepSensitivity(job: Job): void {
  if (job.state !== 'done' || job.result.kind !== 'sensitivity') return;
  const { result } = job;
  useSensitivity.setState(({ measured }) => ({
    measured: new Map([...measured, [keyOf(result.variantId, result.report.for), result]]),
  }));
}

/** The measurement of a model, if its pictures are still in the tray. */
export function findSensitivity(
  { measured }: SensitivityState,
  variantId: string,
  target: SensitivityTarget,
  images: readonly TrayImage[],
): Sensitivity | null {
  const found = measured.get(keyOf(variantId, target));
  if (!found) return null;
  const open = new Set(images.map(({ path }) => path));
  return found.images.every((path) => open.has(path)) ? found : null;
}

/** The options that decide what a layer loses; which layers stay as they are, and how variants are tried, does not. */
const decisive = [
  'precision',
  'calibrator',
  'percentile',
  'perTensor',
  'activations',
  'symmetric',
  'reduceRange',
  'headGuard',
  'stemGuard',
] as const satisfies readonly (keyof QuantizeOptions)[];

/** True where layers lose the same under both. */
export function losesAlike(a: QuantizeOptions, b: QuantizeOptions): boolean {
  return decisive.every((name) => a[name] === b[name]);
}
