import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema } from 'onnx-buf';
import { type Recipe, type RecipeStep, recipe } from '../recipeSchema.ts';
import { parseRecordedRecipe, recipeKey } from '../recordedRecipe.ts';
import type { OnnxModel } from './read.ts';

/** How a model was made, from the original on; null where its metadata does not say, or says what cannot be read. */
export function recordedRecipe(proto: ModelProto): Recipe | null {
  return parseRecordedRecipe(proto.metadataProps.find(({ key }) => key === recipeKey)?.value);
}

/**
 * Says in a derived model how it was made: as its parent, and then by one step more. What is recorded applies to the original
 * again, so the step has nothing open that is decided while it runs.
 */
export function recordStep(parent: OnnxModel, derived: ModelProto, step: RecipeStep): void {
  const before = recordedRecipe(parent.proto);
  const whole = recipe.safeParse({
    version: 1,
    original: before?.original ?? parent.sha256,
    steps: [...(before?.steps ?? []), step],
  });
  // A chain that has become too long begins anew with the parent.
  const value = JSON.stringify(
    whole.data ?? recipe.parse({ version: 1, original: parent.sha256, steps: [step] } satisfies Recipe),
  );
  const others = derived.metadataProps.filter(({ key }) => key !== recipeKey);
  derived.metadataProps = [...others, create(StringStringEntryProtoSchema, { key: recipeKey, value })];
}
