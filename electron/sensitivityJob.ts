import type { JobRequest, JobResult } from './contract.ts';
import type { EngineHost } from './engineHost.ts';
import type { JobContext } from './jobs.ts';
import type { ProjectState } from './projectState.ts';
import { spread } from './spread.ts';

type Measurement = Extract<JobRequest, { kind: 'sensitivity' }>;

/** Pictures of the tray that tell what layers lose: enough to rank them, few enough to wait for. */
const pictureLimit = {
  quantize: 24,
  /** Every group is pruned at several amounts, and each result runs over all of them. */
  prune: 8,
} as const;

/** Measures what each layer of a variant loses when it alone is changed. Nothing is made. */
export async function measureSensitivity(
  request: Measurement,
  context: JobContext,
  { state, engine }: { readonly state: ProjectState; readonly engine: EngineHost },
): Promise<JobResult> {
  const { variantId } = request;
  const { modelPath } = await state.usableVariant(variantId);
  const images = spread(state.read().images, pictureLimit[request.for]);
  const call = { signal: context.signal, onProgress: context.report };
  switch (request.for) {
    case 'quantize': {
      const { options } = request;
      const input = { for: request.for, model: modelPath, data: images, options };
      const report = await engine.call('sensitivity', input, call);
      return { kind: 'sensitivity', variantId, images, options, report };
    }
    case 'prune': {
      const report = await engine.call('sensitivity', { for: request.for, model: modelPath, data: images }, call);
      return { kind: 'sensitivity', variantId, images, report };
    }
  }
}
