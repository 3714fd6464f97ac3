import type { Project, RecipeStep, Variant } from '../../electron/contract.ts';
import type { ComparedModel } from '../../models/types.ts';

/** A variant in the tree of what was made from what. */
export interface LineageNode {
  readonly variant: Variant;
  /** 0 for originals. */
  readonly depth: number;
}

/** Every variant after its parent, siblings in the order they were made; one whose parent is gone counts as a root. */
export function orderByLineage(variants: readonly Variant[]): readonly LineageNode[] {
  const ids = new Set(variants.map(({ id }) => id));
  const parentOf = ({ parentId }: Variant) => (parentId !== null && ids.has(parentId) ? parentId : null);
  const nodes: LineageNode[] = [];
  const visit = (parentId: string | null, depth: number) => {
    for (const variant of variants) {
      if (parentOf(variant) !== parentId) continue;
      nodes.push({ variant, depth });
      visit(variant.id, depth + 1);
    }
  };
  visit(null, 0);
  return nodes;
}

/** A variant as it was last measured: beside its parent, else as a baseline, else in any comparison. */
export function measuredModel({ comparisons }: Project, variant: Variant): ComparedModel | undefined {
  const preferred = [variant.parentId, variant.id].flatMap((id) => (id === null ? [] : (comparisons[id] ?? [])));
  for (const report of [...preferred, ...Object.values(comparisons)]) {
    const model = report.models.find(({ path }) => path === variant.modelPath);
    if (model) return model;
  }
  return undefined;
}

/** The steps that lead to a variant from its parent; recipes tell all of them, from the original on. */
export function ownSteps(parent: Variant | undefined, variant: Variant): readonly RecipeStep[] {
  return variant.recipe.slice(parent?.recipe.length ?? 0);
}
