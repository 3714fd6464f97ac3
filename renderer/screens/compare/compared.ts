import { useMemo } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import type { ComparedModel, CompareReport } from '../../../models/types.ts';
import { comparedModel } from '../../figures.ts';
import { useProject } from '../../state/project.ts';
import { useView } from '../../state/view.ts';

/** The latest comparison of the baseline, and those of the chosen models that it has; the baseline first. */
export interface Compared {
  readonly report: CompareReport | undefined;
  readonly models: readonly ComparedModel[];
  readonly names: readonly string[];
}

/** What was measured of the models that are side by side. */
const nothing: Compared = { report: undefined, models: [], names: [] };

/** What was compared of the chosen models; nothing where the baseline's own figures are not among it (its file was moved). */
export function comparedOf(
  variants: readonly Variant[],
  report: CompareReport | undefined,
  baselineId: string | null,
  variantIds: readonly string[],
): Compared {
  const find = (id: string | null): readonly (readonly [Variant, ComparedModel])[] => {
    const variant = variants.find((one) => one.id === id);
    const model = comparedModel(report, variant?.modelPath);
    return variant && model ? [[variant, model]] : [];
  };
  const [baseline] = find(baselineId);
  if (baseline === undefined) return nothing;
  const found = [baseline, ...variantIds.flatMap(find)];
  return { report, models: found.map(([, model]) => model), names: found.map(([{ name }]) => name) };
}

/** The same of what is chosen in the window. */
export function useCompared(): Compared {
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const report = useProject(({ project }) => (baselineId === null ? undefined : project.comparisons[baselineId]));
  const variants = useProject(({ project }) => project.variants);
  return useMemo(
    () => comparedOf(variants, report, baselineId, variantIds),
    [variants, report, baselineId, variantIds],
  );
}
