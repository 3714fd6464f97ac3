import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { type RecipeStep, recipeStep } from '../recipeSchema.ts';
import { siluNet } from '../testing/tinyModels.ts';
import type { OnnxModel } from './read.ts';
import { recordedRecipe, recordStep } from './recipeRecord.ts';

const fold: RecipeStep = { operation: 'fold' };
const prune = recipeStep.parse({ operation: 'prune', options: { amount: 0.3 } });
const digest = (letter: string) => letter.repeat(64);

function opened(proto: ModelProto, sha256: string): OnnxModel {
  return { path: 'model.onnx', bytes: 0, externalFiles: [], outside: new Map(), sha256, proto };
}

function withEntry(value: string): ModelProto {
  const proto = siluNet();
  proto.metadataProps.push(create(StringStringEntryProtoSchema, { key: 'boxwright.recipe', value }));
  return proto;
}

describe('recordStep', () => {
  it('keeps the whole way from the original', () => {
    const first = siluNet();
    recordStep(opened(siluNet(), digest('a')), first, fold);
    const second = siluNet();
    recordStep(opened(first, digest('b')), second, prune);
    expect(recordedRecipe(first)).toEqual({ version: 1, original: digest('a'), steps: [fold] });
    expect(recordedRecipe(second)).toEqual({ version: 1, original: digest('a'), steps: [fold, prune] });
  });

  it('replaces what an earlier step said and leaves other metadata alone', () => {
    const parent = withEntry('{}');
    parent.metadataProps.push(create(StringStringEntryProtoSchema, { key: 'author', value: 'me' }));
    const derived = siluNet();
    derived.metadataProps = [...parent.metadataProps];
    recordStep(opened(parent, digest('c')), derived, fold);
    expect(derived.metadataProps.map(({ key }) => key)).toEqual(['author', 'boxwright.recipe']);
    expect(recordedRecipe(derived)).toEqual({ version: 1, original: digest('c'), steps: [fold] });
    expect(recordedRecipe(parent)).toBeNull();
  });

  it('begins anew with the parent where the chain has become too long', () => {
    const parent = withEntry(JSON.stringify({ version: 1, original: digest('a'), steps: Array(64).fill(fold) }));
    const derived = siluNet();
    recordStep(opened(parent, digest('d')), derived, fold);
    expect(recordedRecipe(derived)).toEqual({ version: 1, original: digest('d'), steps: [fold] });
  });
});

describe('recordedRecipe', () => {
  it.each([
    ['no JSON', '{'],
    ['another form', '{"step":"quantize"}'],
    ['a later version', '{"version":2,"steps":[]}'],
    ['an unknown step', '{"version":1,"steps":[{"operation":"melt"}]}'],
    ['a hash that is none', '{"version":1,"original":"abc","steps":[]}'],
    ['more than any recipe takes', `{"version":1,"steps":[]${' '.repeat(2 ** 24)}}`],
  ])('takes %s for none', (_, value) => {
    expect(recordedRecipe(withEntry(value))).toBeNull();
  });
});
