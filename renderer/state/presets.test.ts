import { beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../electron/contract.ts';
import { findPresets, keepPresets, usePresets } from './presets.ts';

const base = { id: 'job', kind: 'presets', title: '', startedAt: 0, progress: { step: '', fraction: 1 } } as const;

function measured(variantId: string, images: string[], threads: number): Job {
  const report = {
    model: 'm.onnx',
    baseline: { bytes: 1 },
    presets: [],
    minAgreement: 0.95,
    device: '',
    threads,
    images: images.length,
  };
  return { ...base, state: 'done', result: { kind: 'presets', variantId, images, report } };
}

const find = (variantId: string, ...paths: string[]) =>
  findPresets(
    usePresets.getState(),
    variantId,
    paths.map((path) => ({ path })),
  );

describe('measured presets', () => {
  beforeEach(() => usePresets.setState({ measured: new Map() }));

  it('are kept for each model, the latest of it', () => {
    keepPresets(measured('a', ['1.jpg'], 1));
    keepPresets(measured('b', ['1.jpg'], 2));
    keepPresets(measured('a', ['1.jpg'], 3));
    expect(find('a', '1.jpg')?.report.threads).toBe(3);
    expect(find('b', '1.jpg')?.report.threads).toBe(2);
    expect(find('c', '1.jpg')).toBeNull();
  });

  it('are shown only while all their pictures are open', () => {
    keepPresets(measured('a', ['1.jpg', '2.jpg'], 1));
    expect(find('a', '1.jpg')).toBeNull();
    expect(find('a', '0.jpg', '1.jpg', '2.jpg')).not.toBeNull();
  });

  it('are not taken from a job that is still running', () => {
    keepPresets({ ...base, state: 'running' });
    expect(usePresets.getState().measured.size).toBe(0);
  });
});
