import { describe, expect, it } from 'vitest';
import type { Job } from '../../electron/contract.ts';
import { readDerivations } from './derivations.ts';

const base = (id: string) => ({ id, title: id, startedAt: 1, progress: { step: '', fraction: 1 } });
const figures = { parameters: 1, macs: 1, bytes: 1, sparsity: 0 };

const done = (id: string, variantId: string): Job => ({
  ...base(id),
  kind: 'derive',
  state: 'done',
  result: {
    kind: 'derive',
    variantId,
    report: {
      out: '/x.onnx',
      sha256: '',
      before: figures,
      after: figures,
      steps: [],
      recipe: { version: 1, steps: [] },
      warnings: [],
    },
  },
});
const failed = (id: string): Job => ({
  ...base(id),
  kind: 'derive',
  state: 'failed',
  error: { code: 'gate-not-met', message: 'lost' },
});

describe('readDerivations', () => {
  it('knows the last outcome and what is undecided', () => {
    const { latest, undecided } = readDerivations([done('a', 'one'), failed('b'), done('c', 'two')]);
    expect(latest?.id).toBe('c');
    expect([...undecided.keys()]).toEqual(['one', 'two']);
    expect(readDerivations([done('a', 'one'), failed('b')]).latest).toMatchObject({ id: 'b', state: 'failed' });
  });

  it('forgets an outcome once the next recipe runs, and looks at no other jobs', () => {
    const running: Job = { ...base('b'), kind: 'derive', state: 'running' };
    expect(readDerivations([failed('a'), running]).latest).toBeNull();
    const cancelled: Job = { ...base('c'), kind: 'derive', state: 'cancelled' };
    const other: Job = { ...base('d'), kind: 'export', state: 'failed', error: { code: 'internal', message: '' } };
    expect(readDerivations([failed('a'), cancelled, other]).latest?.id).toBe('a');
  });
});
