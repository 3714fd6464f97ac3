import { afterEach, describe, expect, it, vi } from 'vitest';
import { compareNow } from './actions.ts';
import { setView, useView } from './view.ts';

describe('compareNow', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('compares what is chosen at the thresholds as they are, and says what is missing where nothing is', async () => {
    const startJob = vi.fn(async () => ({ ok: true, value: 'job' }));
    vi.stubGlobal('window', { studio: { startJob } });
    setView({ screen: 'home', baselineId: 'a', variantIds: [], dockTab: null });
    await compareNow();
    expect(startJob).not.toHaveBeenCalled();
    expect(useView.getState()).toMatchObject({ screen: 'compare', dockTab: 'figures' });
    setView({ variantIds: ['b', 'c'], confidence: 0.4, iou: 0.6 });
    await compareNow();
    expect(startJob).toHaveBeenCalledWith({
      kind: 'compare',
      baselineId: 'a',
      variantIds: ['b', 'c'],
      confidence: 0.4,
      iou: 0.6,
    });
  });
});
