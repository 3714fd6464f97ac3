/** Recipes for usual aims: the latest measurement of each model, for as long as its pictures are open. */
import { create } from 'zustand';
import type { Job, JobResult, TrayImage } from '../../electron/contract.ts';

type MeasuredPresets = Extract<JobResult, { kind: 'presets' }>;

interface PresetsState {
  /** By model. */
  readonly measured: ReadonlyMap<string, MeasuredPresets>;
}

export const usePresets = create<PresetsState>()(() => ({ measured: new Map() }));

/** Keeps what a job has measured. */
export function keepPresets(job: Job): void {
  if (job.state !== 'done' || job.result.kind !== 'presets') return;
  const { result } = job;
  usePresets.setState(({ measured }) => ({ measured: new Map([...measured, [result.variantId, result]]) }));
}

/** The measurement of a model, if its pictures are still in the tray. */
export function findPresets(
  { measured }: PresetsState,
  variantId: string,
  images: readonly Pick<TrayImage, 'path'>[],
): MeasuredPresets | null {
  const found = measured.get(variantId);
  if (!found) return null;
  const open = new Set(images.map(({ path }) => path));
  return found.images.every((path) => open.has(path)) ? found : null;
}
