import { describe, expect, it } from 'vitest';
import { describeLoss, refusal, warnOfDrop } from './gate.ts';
import { agreementOf } from './testing/agreementOf.ts';

describe('describeLoss', () => {
  it('says that boxes are lost below an F1 of a half, and not from there on', () => {
    expect(describeLoss(agreementOf(49, 51), 'its parent')).toBe(
      'The boxes of its parent are lost: F1 0.490 on 2 pictures, 51 of 100 lost and 51 extra.',
    );
    expect(describeLoss(agreementOf(50, 50), 'its parent')).toBeUndefined();
  });

  it('loses nothing where there was nothing', () => {
    expect(describeLoss({ ...agreementOf(0, 0), extra: 7 }, 'the original')).toBeUndefined();
  });

  it('counts one picture as one', () => {
    expect(describeLoss(agreementOf(0, 3, 1), 'the original')).toContain('on 1 picture,');
  });
});

describe('warnOfDrop', () => {
  it('is silent up to a twentieth', () => {
    expect(warnOfDrop(agreementOf(96, 4))).toEqual([]);
    expect(warnOfDrop(agreementOf(94, 6))).toEqual([
      "The boxes differ noticeably from the original's: F1 0.940 on 2 pictures, 6 of 100 lost and 6 extra.",
    ]);
  });
});

describe('refusal', () => {
  it('names the file, the reason and both ways on', () => {
    expect(refusal('out.onnx', 'It is lost.', 'Ask less')).toMatchObject({
      code: 'gate-not-met',
      message: 'out.onnx was not written. It is lost.',
      hint: 'Ask less, or write the file all the same with --no-gate.',
    });
  });
});
