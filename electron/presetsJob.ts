import type { JobRequest, JobResult } from './contract.ts';
import type { EngineHost } from './engineHost.ts';
import type { JobContext } from './jobs.ts';
import type { ProjectState } from './projectState.ts';
import { spread } from './spread.ts';

type Measurement = Extract<JobRequest, { kind: 'presets' }>;

/** Pictures of the tray that tell whether candidates keep the boxes: every one is looked at a dozen times. */
const presetImages = 24;

/** Measures which recipes serve the usual aims on this machine. What is made for it is deleted again. */
export async function choosePresets(
  { variantId }: Measurement,
  context: JobContext,
  { state, engine }: { readonly state: ProjectState; readonly engine: EngineHost },
): Promise<JobResult> {
  const { modelPath } = await state.usableVariant(variantId);
  const images = spread(state.read().images, presetImages);
  const report = await engine.call(
    'presets',
    { model: modelPath, data: images },
    { signal: context.signal, onProgress: context.report },
  );
  return { kind: 'presets', variantId, images, report };
}
