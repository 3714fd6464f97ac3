import type { JobRequest, JobResult } from './contract.ts';
import type { EngineHost } from './engineHost.ts';
import type { JobContext } from './jobs.ts';
import type { ProjectState } from './projectState.ts';
import { spread } from './spread.ts';

type Measurement = Extract<JobRequest, { kind: 'sensitivity' }>;

/** Pictures of the tray that tell what layers lose: enough to rank them, few enough to wait for. */
const sensitivityImages = 24;

/** Measures what each layer of a variant loses when it alone is changed. Nothing is made. */
export async function measureSensitivity(
  { variantId, for: step, options }: Measurement,
  context: JobContext,
  { state, engine }: { readonly state: ProjectState; readonly engine: EngineHost },
): Promise<JobResult> {
  const { modelPath } = await state.usableVariant(variantId);
  const images = spread(state.read().images, sensitivityImages);
  const report = await engine.call(
    'sensitivity',
    { for: step, model: modelPath, data: images, options },
    { signal: context.signal, onProgress: context.report },
  );
  return { kind: 'sensitivity', variantId, images, options, report };
}
