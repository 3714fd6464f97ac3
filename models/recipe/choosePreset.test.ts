import { describe, expect, it } from 'vitest';
import { recipe } from '../recipeSchema.ts';
import type { PresetCandidate } from '../types.ts';
import { choosePreset, type PresetFacts } from './choosePreset.ts';

const agreement = (f1: number) => ({
  f1,
  precision: f1,
  recall: f1,
  matched: 50,
  lost: 1,
  extra: 1,
  changedClass: 0,
  meanIou: 0.9,
  scoreShift: 0,
  scoreError: 0,
  images: 8,
});

function candidate(options: object, bytes: number, f1: number, more: Partial<PresetCandidate> = {}): PresetCandidate {
  return {
    recipe: recipe.parse({ version: 1, steps: [{ operation: 'quantize', options }] }),
    figures: { parameters: 1, macs: 1, bytes },
    agreement: agreement(f1),
    ...(f1 < 0.95 ? { refused: 'It loses boxes.' } : {}),
    ...more,
  };
}

function facts(candidates: readonly PresetCandidate[], change: Partial<PresetFacts> = {}): PresetFacts {
  const cpu = { model: 'a CPU', cores: 2, features: [], vnni: false };
  const gpu = { unavailable: 'No GPU provider is available here.' };
  return { candidates, minAgreement: 0.95, baseline: { bytes: 1000, p50: 10 }, cpu, gpu, ...change };
}

const half = candidate({ precision: 'fp16' }, 500, 1, { p50: 12, speedup: 10 / 12 });
const whole = candidate({}, 280, 0.96, { p50: 8, speedup: 10 / 8 });
const lossy = candidate({ perTensor: true }, 200, 0.6, { p50: 4, speedup: 10 / 4 });

describe('choosePreset', () => {
  it('takes the smallest and the fastest of those that keep the boxes', () => {
    expect(choosePreset('smaller', facts([half, whole, lossy])).choice).toBe(whole);
    expect(choosePreset('faster', facts([half, whole, lossy]))).toMatchObject({ choice: whole, measured: true });
  });

  it('says so where nothing is faster, and that the CPU lacks VNNI', () => {
    const { choice, why } = choosePreset('faster', facts([half, lossy]));
    expect(choice).toBeNull();
    expect(why).toMatch(/no VNNI.*takes 1\.20 times as long/);
  });

  it('says how near the candidates came where all lose boxes', () => {
    for (const name of ['smaller', 'faster', 'gpu-fp16', 'edge-int8'] as const) {
      expect(choosePreset(name, facts([lossy]))).toMatchObject({
        choice: null,
        why: expect.stringContaining('came nearest with 0.600'),
      });
    }
  });

  it('marks half precision as not measured without a GPU, and judges it by its time on one', () => {
    expect(choosePreset('gpu-fp16', facts([half]))).toMatchObject({ choice: half, measured: false });
    const gpu = { provider: 'cuda', p50: 4 } as const;
    const fast = candidate({ precision: 'fp16' }, 500, 1, { p50: 2, speedup: 2 });
    expect(choosePreset('gpu-fp16', facts([fast], { gpu }))).toMatchObject({
      choice: fast,
      measured: true,
      provider: 'cuda',
    });
    const slow = candidate({ precision: 'fp16' }, 500, 1, { p50: 8, speedup: 0.5 });
    expect(choosePreset('gpu-fp16', facts([slow], { gpu }))).toMatchObject({ choice: null, measured: true });
  });

  it('takes the plainest form for the edge that keeps the boxes', () => {
    const symmetric = candidate({ activations: 'int8', symmetric: true }, 280, 0.97);
    const { choice, why, measured } = choosePreset('edge-int8', facts([lossy, symmetric, whole]));
    expect(choice).toBe(symmetric);
    expect(why).toContain('symmetric int8');
    expect(measured).toBe(false);
  });
});
