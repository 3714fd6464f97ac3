import { create } from 'zustand';
import type { AppInfo, Project, Settings, Variant } from '../../electron/contract.ts';
import type { ErrorReport } from '../../models/errors.ts';
import type { ProvidersReport } from '../../models/types.ts';

/** What the shell keeps, as the window last heard of it. Written by `connect.ts` alone. */
export interface ProjectState {
  /** False until the shell has answered for the first time. */
  readonly loaded: boolean;
  readonly project: Project;
  readonly settings: Settings;
  readonly app: AppInfo | null;
  readonly providers: ProvidersReport | null;
  /** Why the shell could not be reached. */
  readonly problem: ErrorReport | null;
}

export const useProject = create<ProjectState>()(() => ({
  loaded: false,
  project: { variants: [], images: [], datasets: [], comparisons: {} },
  settings: { colorScheme: 'system', language: 'en', provider: 'cpu', threads: null, confidence: 0.25, iou: 0.7 },
  app: null,
  providers: null,
  problem: null,
}));

/** True where boxes can be had from this variant. */
export function isRunnable(variant: Variant): boolean {
  return variant.present && variant.inspection.detector !== null && variant.inspection.notRunnableBecause === undefined;
}

/** True where the cells of a model can only be found inside its graph, which selects the boxes itself. */
export function hidesGrid(variant: Variant | undefined): boolean {
  const spec = variant?.inspection.detector?.spec;
  return spec?.strides.length === 0 && (spec.family === 'end-to-end' || spec.family === 'nms');
}

/** The variant of that id, if it is (still) in the project. */
export function findVariant(project: Project, id: string | null): Variant | undefined {
  return id === null ? undefined : project.variants.find((variant) => variant.id === id);
}

/** Subscribes to one variant. */
export function useVariant(id: string | null): Variant | undefined {
  return useProject((state) => findVariant(state.project, id));
}
