import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { decodeModel } from '../graph/read.ts';
import { encodeModel } from '../graph/write.ts';
import { tinyEndToEnd } from '../testing/tinyModels.ts';
import { summarize } from './summary.ts';

/** Opens and summarizes bytes; anything but a StudioError is a defect and is thrown on. */
function open(bytes: Uint8Array): 'opened' | 'refused' {
  try {
    const proto = decodeModel('damaged.onnx', bytes);
    summarize({
      path: 'damaged.onnx',
      bytes: bytes.byteLength,
      sha256: '',
      externalFiles: [],
      outside: new Map(),
      proto,
    });
    return 'opened';
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return 'refused';
  }
}

describe('damaged files', () => {
  const whole = encodeModel(tinyEndToEnd({ size: 32 }));
  // Damage to weights goes unnoticed; the nodes at the front of the file are where it hurts.
  const place = fc.oneof(fc.nat(whole.byteLength - 1), fc.nat(7000));

  it('open or are refused with a reason, whichever bytes are changed', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const bytes = new Uint8Array(whole);
          for (const [at, value] of changes) bytes[at] = value;
          seen.add(open(bytes));
        },
      ),
      { numRuns: 500 },
    );
    expect(seen).toEqual(new Set(['opened', 'refused']));
  });

  it('are refused wherever they are cut, but for the opset at the very end', () => {
    fc.assert(
      fc.property(fc.nat(whole.byteLength - 500), (length) => {
        expect(open(whole.subarray(0, length))).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });
});
