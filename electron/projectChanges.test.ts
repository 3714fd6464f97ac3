import { describe, expect, it } from 'vitest';
import { addDatasets, addImages, clearImages } from '../models/project/project.ts';
import { createProjectChanges } from './projectChanges.ts';
import { createMemoryProject } from './testing/memoryProject.ts';

describe('createProjectChanges', () => {
  it('sends pictures and comparisons only when they are others', () => {
    const { state, views } = createMemoryProject();
    const changeOf = createProjectChanges();
    state.update((document) => addImages(document, ['/1.jpg']).document);
    state.update((document) => addDatasets(document, ['/data.yaml']));
    state.update(clearImages);
    expect(views.map(changeOf)).toMatchObject([
      { images: [{ path: '/1.jpg' }], comparisons: {}, datasets: [] },
      { images: null, comparisons: null, datasets: ['/data.yaml'] },
      { images: [], comparisons: null, datasets: [] },
    ]);
  });
});
