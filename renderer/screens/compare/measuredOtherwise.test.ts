import { describe, expect, it } from 'vitest';
import { makeCompareReport } from '../../../models/testing/compareReport.ts';
import { measuredOtherwise } from './measuredOtherwise.ts';

describe('measuredOtherwise', () => {
  const report = makeCompareReport();
  const pictures = report.images.map(({ path }) => ({ path }));
  const now = { provider: 'cpu', threads: null, dataset: '/b.yaml', pictures } as const;
  const nothing = { provider: null, threads: null, dataset: null, left: 0, gone: 0 };

  it('finds nothing where all is as it was', () => {
    expect(measuredOtherwise(report, now)).toEqual(nothing);
    expect(measuredOtherwise(report, { ...now, threads: 2 })).toEqual(nothing);
  });

  it('tells of a provider and threads that are set otherwise now', () => {
    const other = { ...now, provider: 'webgpu', threads: 4 } as const;
    expect(measuredOtherwise(report, other)).toEqual({
      ...nothing,
      provider: 'cpu',
      threads: 2,
    });
  });

  it('tells of labels that were those of another dataset', () => {
    expect(measuredOtherwise({ ...report, dataset: '/b.yaml' }, now)).toEqual(nothing);
    expect(measuredOtherwise({ ...report, dataset: '/a.yaml' }, now)).toEqual({ ...nothing, dataset: '/a.yaml' });
    // With its pictures the dataset is no longer open; no other one has been opened.
    expect(measuredOtherwise({ ...report, dataset: '/a.yaml' }, { ...now, dataset: undefined })).toEqual(nothing);
  });

  it('tells of pictures that came and went, those that could not be read among the compared ones', () => {
    const broken = { path: '/pictures/broken.jpg', code: 'image-unreadable', message: 'It is empty.' } as const;
    const withBroken = { ...report, unreadable: [broken] };
    expect(measuredOtherwise(withBroken, { ...now, pictures: [...pictures, broken] })).toEqual(nothing);
    expect(measuredOtherwise(report, { ...now, pictures: [{ path: '/new.jpg' }] })).toEqual({
      ...nothing,
      left: 1,
      gone: 1,
    });
  });
});
