import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GraphDifferenceReport } from '../../models/types.ts';
import { makeGraphDifference } from '../testing/fakeDifferences.ts';
import { askGraphs, forgetDifferences, pairKey, useDifferences } from './differences.ts';

/** A shell that answers when it is told to. */
function stubShell() {
  const replies: ((value: GraphDifferenceReport) => void)[] = [];
  const compareGraphs = () => new Promise((resolve) => replies.push((value) => resolve({ ok: true, value } as const)));
  vi.stubGlobal('window', { studio: { compareGraphs } });
  return replies;
}

const answer = () => useDifferences.getState().graphs.get(pairKey('a', 'b'));

afterEach(() => {
  vi.unstubAllGlobals();
  forgetDifferences();
});

describe('asking how two models differ', () => {
  it('asks once for what is on its way, and keeps the answer', async () => {
    const replies = stubShell();
    const asked = [askGraphs('a', 'b'), askGraphs('a', 'b')];
    expect(answer()).toEqual({ state: 'loading' });
    expect(replies).toHaveLength(1);
    replies[0]?.(makeGraphDifference());
    await Promise.all(asked);
    expect(answer()).toMatchObject({ state: 'ready' });
  });

  it('keeps no answer of a reading that was corrected meanwhile', async () => {
    const replies = stubShell();
    const asked = askGraphs('a', 'b');
    forgetDifferences();
    const again = askGraphs('a', 'b');
    replies[0]?.(makeGraphDifference());
    await asked;
    expect(answer()).toEqual({ state: 'loading' });
    replies[1]?.(makeGraphDifference());
    await again;
    expect(answer()).toMatchObject({ state: 'ready' });
  });
});
