import { beforeEach, describe, expect, it } from 'vitest';
import type { Project } from '../../electron/contract.ts';
import { makeCompareReport } from '../../models/testing/compareReport.ts';
import type { CompareReport } from '../../models/types.ts';
import { noFilter } from '../overlay/pictureFilter.ts';
import { makeVariant } from '../testing/fakeModels.ts';
import { listedPictures } from './listedPictures.ts';
import { currentVerdicts } from './verdicts.ts';

const base = makeVariant({ id: 'a', parentId: null, name: 'base' });
const small = makeVariant({ id: 'b', parentId: 'a', name: 'small' });
const unmeasured = makeVariant({ id: 'c', parentId: 'a', name: 'unmeasured' });
const paths = ['/1.jpg', '/2.jpg', '/3.jpg'];
const images = paths.map((path) => ({ path, url: path, thumbnailUrl: path, name: path }));
const harmed = paths.map((path, index) => ({ path, lost: index, extra: 0, moved: 0, changedClass: 0, groups: [] }));
const view = { baselineId: 'a', focusedId: 'b', confidence: 0.25, iou: 0.7 };

function makeReport(): CompareReport {
  const { models, ...rest } = makeCompareReport();
  const measured = models.map((model) => (model.name === 'small' ? { ...model, images: harmed } : model));
  return { ...rest, models: measured, images: harmed, confidence: 0.25, iou: 0.7 };
}

describe('the verdicts of a comparison', () => {
  let project: Project;
  beforeEach(() => {
    project = { variants: [base, small, unmeasured], images, datasets: [], comparisons: { a: makeReport() } };
  });

  it('are those of the variant in focus, and say whether the thresholds were others', () => {
    expect(currentVerdicts(project, view)('/3.jpg')).toMatchObject({ lost: 2, current: true });
    expect(currentVerdicts(project, { ...view, confidence: 0.5 })('/3.jpg')).toMatchObject({ lost: 2, current: false });
  });

  it('are none for a variant that was not compared, and none where a model is looked at alone', () => {
    for (const focusedId of ['c', null]) {
      const verdictOf = currentVerdicts(project, { ...view, focusedId });
      expect(paths.map(verdictOf)).toEqual([undefined, undefined, undefined]);
    }
  });

  it('give the same list again, so that leafing sorts nothing anew', () => {
    const list = () => listedPictures(images, currentVerdicts(project, view), noFilter, true, true);
    const worstFirst = list();
    expect(worstFirst.map(({ path }) => path)).toEqual(paths.toReversed());
    expect(list()).toBe(worstFirst);
    project = { ...project, comparisons: { a: makeReport() } };
    expect(list()).not.toBe(worstFirst);
  });
});
