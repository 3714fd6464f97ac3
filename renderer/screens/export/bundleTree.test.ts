import { expect, it } from 'vitest';
import { makeBundleTree } from './bundleTree.ts';

it('makes a tree: folders first with their sums, then files by name', () => {
  const tree = makeBundleTree([
    { path: 'verify.mjs', bytes: 1 },
    { path: 'golden/b/1.json', bytes: 10 },
    { path: 'golden/a.jpg', bytes: 20 },
    { path: 'model.onnx', bytes: 5 },
  ]);
  expect(tree.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['golden', 30],
    ['model.onnx', 5],
    ['verify.mjs', 1],
  ]);
  expect(tree[0]?.children?.map(({ name }) => name)).toEqual(['b', 'a.jpg']);
});
