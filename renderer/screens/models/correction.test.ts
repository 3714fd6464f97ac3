import { describe, expect, it } from 'vitest';
import { describeDetector } from '../../../models/detect/describeDetector.ts';
import { testSpec } from '../../../models/testing/testSpec.ts';
import { fillForm, readForm } from './correction.ts';

const reading = { ...testSpec(64, { anchors: [[[10, 13]], [[30, 61]], [[116, 90.5]]] }), evidence: [] };
const detector = describeDetector({ reading, alternatives: [], warnings: [] });
const form = fillForm(detector.spec);

describe('the form of a specification', () => {
  it('that nobody touched corrects nothing', () => {
    expect(readForm(form, detector)).toEqual({ correction: {}, changed: [] });
  });

  it('shows numbers as people write them', () => {
    expect(form).toMatchObject({
      size: '64 x 64',
      scale: '1/255',
      mean: '0, 0, 0',
      strides: '8, 16, 32',
      anchors: '10 x 13\n30 x 61\n116 x 90.5',
      classNames: 'cat\ndog',
    });
  });

  it('gives what was changed alone', () => {
    const changed = { ...form, size: '128×64', channels: 'BGR', scale: '1', std: '0.5, 0.5, 1/4' } as const;
    expect(readForm(changed, detector)).toEqual({
      correction: { input: { size: [64, 128], channels: 'BGR', scale: 1, std: [0.5, 0.5, 0.25] } },
      changed: ['size', 'channels', 'scale', 'std'],
    });
  });

  it('keeps what had been corrected before', () => {
    const before = { ...detector, corrected: ['family', 'classNames', 'activation.class'] };
    expect(readForm({ ...form, padValue: '0' }, before)).toMatchObject({
      correction: {
        family: 'v8',
        classNames: ['cat', 'dog'],
        activation: { class: 'none' },
        input: { padValue: 0 },
      },
    });
  });

  it('names the fields that cannot be read', () => {
    const broken = { ...form, size: '64', scale: 'a', mean: '1, 2', anchors: '10', strides: '8,,16' };
    expect(readForm(broken, detector)).toEqual({ wrong: ['size', 'scale', 'mean', 'strides', 'anchors'] });
  });
});
