import { beforeEach, describe, expect, it } from 'vitest';
import type { Project } from '../../electron/contract.ts';
import { noFilter } from '../overlay/pictureFilter.ts';
import { makeVariant } from '../testing/fakeModels.ts';
import { adoptProject } from './adopt.ts';
import { setPictureFilter, usePictureFilter } from './pictureFilter.ts';
import { setView, useView } from './view.ts';

const model = makeVariant({ id: 'a', parentId: null, name: 'a' });
const pinned = { kind: 'box', variantId: 'a', candidate: 7 } as const;

function project(paths: readonly string[], variant = model): Project {
  const images = paths.map((path) => ({ path, url: path, thumbnailUrl: path, name: path }));
  return { variants: [variant], images, datasets: [], comparisons: {} };
}

describe('adoptProject', () => {
  beforeEach(() => {
    setPictureFilter(noFilter);
    adoptProject(project(['/1.jpg']));
  });

  it('lets go of the filter with the pictures that it was about', () => {
    setPictureFilter({ kinds: ['lost'], chosen: { label: 'cup', paths: new Set(['/1.jpg']) } });
    adoptProject(project(['/1.jpg', '/2.jpg']));
    expect(usePictureFilter.getState().filter.kinds).toEqual(['lost']);
    adoptProject(project([]));
    expect(usePictureFilter.getState().filter).toEqual(noFilter);
  });

  it('lets go of a pinned box when the model is read otherwise: its number means another one then', () => {
    setView({ pinned });
    adoptProject(project(['/1.jpg']));
    expect(useView.getState().pinned).toEqual(pinned);
    const { detector } = model.inspection;
    if (detector === null) throw new Error('no detector');
    const spec = { ...detector.spec, classNames: ['other'] };
    adoptProject(
      project(['/1.jpg'], { ...model, inspection: { ...model.inspection, detector: { ...detector, spec } } }),
    );
    expect(useView.getState().pinned).toBeNull();
  });
});
