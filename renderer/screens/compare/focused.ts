import type { ComparedModel } from '../../../models/types.ts';
import { useProject } from '../../state/project.ts';
import { useView } from '../../state/view.ts';
import { useCompared } from './compared.ts';

/** What was measured of the variant in focus. */
export function useFocusedModel(): ComparedModel | undefined {
  const focusedId = useView((state) => state.focusedId);
  const path = useProject(({ project }) => project.variants.find(({ id }) => id === focusedId)?.modelPath);
  return useCompared().models.find((model) => model.path === path);
}

/** What was measured of the model that the panel tells of where a model stands alone: the variant in focus, or the baseline. */
export function useModelShown(): ComparedModel | undefined {
  const [baseline] = useCompared().models;
  const focused = useFocusedModel();
  return useView((state) => state.dockBaseline) ? baseline : focused;
}
