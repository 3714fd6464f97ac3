import { describe, expect, it } from 'vitest';
import { findForbiddenReach, judgeImport } from './lintImportsRules.mjs';

const edge = (from: string, to: string, typeOnly = false) => ({ from, to, typeOnly });

describe('judgeImport', () => {
  it.each([
    ['models/detect/detector.ts', 'models/graph/read.ts'],
    ['models/graph/read.ts', 'models/errors.ts'],
    ['models/operations.ts', 'models/compare/compare.ts'],
    ['electron/engine.ts', 'models/operations.ts'],
    ['electron/main.ts', 'models/project/store.ts'],
    ['electron/pictures.ts', 'models/detect/image.ts'],
    ['renderer/overlay/boxes.ts', 'models/geometry/nms.ts'],
    ['models/graph/read.test.ts', 'models/testing/tinyModels.ts'],
    ['renderer/testing/fakeModels.ts', 'models/testing/testSpec.ts'],
  ])('lets %s import %s', (from, to) => {
    expect(judgeImport(edge(from, to))).toBeNull();
  });

  it.each([
    ['models/graph/read.ts', 'models/detect/detector.ts'],
    ['models/prune/prune.ts', 'models/quantize/qdq.ts'],
    ['models/quantize/qdq.ts', 'models/prune/prune.ts'],
    ['models/detect/detector.ts', 'electron/contract.ts'],
    ['models/detect/detector.ts', 'models/testing/tinyModels.ts'],
    ['models/geometry/nms.ts', 'node:fs'],
    ['models/detect/detector.ts', 'models/operations.ts'],
    ['models/novelty/file.ts', 'models/graph/read.ts'],
    ['models/types/look.ts', 'models/choices.ts'],
    ['electron/main.ts', 'models/detect/detector.ts'],
    ['electron/pictures.ts', 'models/detect/imageInput.ts'],
    ['electron/main.ts', 'onnxruntime-node'],
    ['electron/preload.ts', 'models/errors.ts'],
    ['renderer/App.tsx', 'models/graph/read.ts'],
    ['renderer/App.tsx', 'electron/ipc.ts'],
    ['renderer/App.tsx', 'node:fs'],
    ['renderer/App.tsx', 'renderer/testing/fakeModels.ts'],
    ['build/bundle.ts', 'electron/testing/fakeEngine.ts'],
  ])('refuses %s importing %s', (from, to) => {
    expect(judgeImport(edge(from, to))).toEqual(expect.any(String));
  });

  it('lets types cross where code may not', () => {
    expect(judgeImport(edge('renderer/App.tsx', 'electron/contract.ts', true))).toBeNull();
    expect(judgeImport(edge('renderer/App.tsx', 'electron/contract.ts', false))).not.toBeNull();
    expect(judgeImport(edge('electron/contract.ts', 'models/types.ts', true))).toBeNull();
    expect(judgeImport(edge('models/types/look.ts', 'models/types/pictures.ts', true))).toBeNull();
    expect(judgeImport(edge('models/types.ts', 'models/types/pictures.ts', true))).toBeNull();
  });

  it('has types read through one file, and taken from nothing above them', () => {
    expect(judgeImport(edge('models/detect/detector.ts', 'models/types/look.ts', true))).not.toBeNull();
    expect(judgeImport(edge('renderer/App.tsx', 'models/types/look.ts', true))).not.toBeNull();
    expect(judgeImport(edge('models/types/look.ts', 'models/graph/read.ts', true))).not.toBeNull();
  });
});

describe('findForbiddenReach', () => {
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('b', 'd', true), edge('c', 'a')];

  it('follows run-time imports to the forbidden file and names the way', () => {
    expect(findForbiddenReach(edges, 'a', (path) => path !== 'c')).toEqual(['a → b → c']);
  });

  it('does not follow types and survives cycles', () => {
    expect(findForbiddenReach(edges, 'a', (path) => path !== 'd')).toEqual([]);
  });
});
