import { describe, expect, it } from 'vitest';
import { makeCompareReport } from '../../../models/testing/compareReport.ts';
import { makeVariant } from '../../testing/fakeModels.ts';
import { comparedOf } from './compared.ts';

describe('comparedOf', () => {
  const report = makeCompareReport();
  const base = makeVariant({ id: 'a', parentId: null, name: 'base' });
  const small = makeVariant({ id: 'b', parentId: 'a', name: 'small' });
  const fresh = makeVariant({ id: 'c', parentId: 'a', name: 'fresh' });

  it('has the chosen models that were compared, the baseline first', () => {
    const { names, models } = comparedOf([fresh, small, base], report, 'a', ['c', 'b']);
    expect(names).toEqual(['base', 'small']);
    expect(models.map(({ name }) => name)).toEqual(names);
    expect(comparedOf([base], report, 'a', []).names).toEqual(['base']);
  });

  it('takes no variant for the baseline where the figures of that are of a file elsewhere', () => {
    const moved = { ...base, modelPath: '/elsewhere/base.onnx' };
    expect(comparedOf([moved, small], report, 'a', ['b'])).toEqual({ report: undefined, models: [], names: [] });
    expect(comparedOf([base, small], undefined, 'a', ['b']).models).toEqual([]);
  });
});
