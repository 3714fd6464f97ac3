/** What the made-up shell knows: a model, what was made of it, and one that is no detector. */
import { makeAgreement, makeVariant } from './fakeModels.ts';

export const original = makeVariant({ id: 'original', parentId: null, name: 'yolov8n' });
export const guarded = makeVariant({
  id: 'int8',
  parentId: 'original',
  name: 'int8 · head guarded',
  agreement: makeAgreement(57, 2, 3),
  inspection: { bytes: 3_612_000, precision: 'int8-qdq' },
});
export const pruned = makeVariant({
  id: 'pruned',
  parentId: 'original',
  name: 'pruned 30 %',
  agreement: makeAgreement(52, 7, 2),
  warnings: ['7 of 59 boxes of the parent were lost on 12 pictures.'],
  inspection: { sparsity: 0.3 },
});
export const both = makeVariant({
  id: 'pruned-int8',
  parentId: 'pruned',
  name: 'pruned 30 % · int8',
  agreement: makeAgreement(49, 6, 4),
  inspection: { bytes: 3_610_000, sparsity: 0.3, precision: 'int8-qdq' },
});
export const classifier = makeVariant({
  id: 'classifier',
  parentId: null,
  name: 'resnet18',
  inspection: {
    detector: null,
    notRunnableBecause: 'The only output is [1, 1000]: a list of class scores without boxes, as classifiers give.',
    bytes: 46_800_000,
    parameters: 11_689_512,
  },
});

/** By variant, how far its boxes lie from what is in the picture. */
export const noise: Record<string, number> = { original: 0.02, int8: 0.14, pruned: 0.3, 'pruned-int8': 0.42 };
