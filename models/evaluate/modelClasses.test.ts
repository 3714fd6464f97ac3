import { expect, it } from 'vitest';
import { findModelClasses } from './modelClasses.ts';

function find(model: readonly string[], dataset: readonly string[]) {
  return findModelClasses({ path: 'model.onnx', classNames: model }, { path: 'data.yaml', classNames: dataset });
}

it('goes by names that differ only in case and signs between words', () => {
  expect(find(['person', 'traffic light', 'car'], ['Traffic_Light', 'PERSON', 'bus'])).toEqual({
    classOf: [1, 0, null],
    classNames: ['Traffic_Light', 'PERSON', 'bus'],
    mapping: { by: 'name', onlyModel: ['car'], onlyDataset: ['bus'] },
  });
});

it('keeps classes apart that bear the same name', () => {
  expect(find(['thing', 'cup', 'thing'], ['thing', 'cup', 'thing'])).toMatchObject({
    classOf: [0, 1, 2],
    mapping: { by: 'name', onlyDataset: [] },
  });
  expect(find(['hair-dryer', 'hair dryer'], ['hair dryer', 'hair-dryer']).classOf).toEqual([0, 1]);
});

it('goes by numbers where no name is the same or none is known', () => {
  expect(find(['class 0', 'class 1'], ['cup', 'ball'])).toMatchObject({
    classOf: [0, 1],
    classNames: ['cup', 'ball'],
    mapping: { by: 'id' },
  });
  expect(find(['cup', 'ball'], [])).toMatchObject({
    classOf: [0, 1],
    classNames: ['cup', 'ball'],
    mapping: { by: 'id' },
  });
});

it('takes numbers in place of names for none', () => {
  expect(find(['cup', 'ball', 'kite'], ['0', '1'])).toMatchObject({
    classOf: [0, 1, 2],
    classNames: ['cup', 'ball', 'kite'],
    mapping: { by: 'id' },
  });
  expect(() => find(['cup'], ['0', '1'])).toThrow('knows 1 classes and data.yaml 2');
});

it('refuses where neither fits, and where there are too many', () => {
  expect(() => find(['cup'], ['tasse', 'kugel'])).toThrow('knows 1 classes and data.yaml 2');
  const many = Array.from({ length: 2001 }, (_, index) => `class ${index}`);
  expect(() => find(many, many)).toThrow('2001 classes are more than can be measured');
});
