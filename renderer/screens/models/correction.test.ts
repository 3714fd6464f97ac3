import { describe, expect, it } from 'vitest';
import { describeDetector } from '../../../models/detect/describeDetector.ts';
import { testSpec } from '../../../models/testing/testSpec.ts';
import { fillForm, readForm, recognisedUnder } from './correction.ts';

const anchors = [[[10, 13]], [[30, 61]], [[116, 90.5]]] as const;
const reading = { ...testSpec(64, { anchors }), evidence: [] };
const other = { ...testSpec(64, { family: 'v5', classes: 1, classNames: ['cat'] }), evidence: ['It fits.'] } as const;
const detector = describeDetector({ reading, alternatives: [other], warnings: [] });
const form = fillForm(detector.spec);

describe('the form of a specification', () => {
  it('that nobody touched corrects nothing', () => {
    expect(readForm(form, detector)).toEqual({ correction: {}, changed: [], faults: {} });
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
      faults: {},
    });
  });

  it('of another family starts from how the file is read under it', () => {
    const changed = { ...fillForm(recognisedUnder('v5', detector)), channels: 'BGR' } as const;
    expect(readForm(changed, detector)).toEqual({
      correction: { family: 'v5', input: { channels: 'BGR' } },
      changed: ['channels'],
      faults: {},
    });
  });

  it('keeps what had been corrected before, in the form and beside it', () => {
    const { evidence: _, ...recognised } = reading;
    const before = {
      ...detector,
      spec: { ...recognised, nmsInGraph: true, input: { ...recognised.input, channels: 'BGR' as const } },
      corrected: ['family', 'nmsInGraph', 'input.channels'],
      recognised,
    };
    expect(readForm({ ...fillForm(before.spec), padValue: '0' }, before)).toEqual({
      correction: { family: 'v8', nmsInGraph: true, input: { channels: 'BGR', padValue: 0 } },
      changed: ['channels', 'padValue'],
      faults: {},
    });
    // What is taken back is no correction any more.
    expect(readForm({ ...fillForm(before.spec), channels: 'RGB' }, before).correction).toEqual({
      family: 'v8',
      nmsInGraph: true,
    });
  });

  it('of a file that only the user knows how to read gives a whole specification', () => {
    const lone = { ...detector, alternatives: [], corrected: ['family', 'input.name'] };
    const { correction } = readForm({ ...form, channels: 'BGR' }, lone);
    expect(JSON.parse(String(correction))).toEqual({
      ...detector.spec,
      input: { ...detector.spec.input, channels: 'BGR' },
    });
  });
});

describe('what cannot be as it is', () => {
  it.each([
    ['size', '64', 'unreadable'],
    ['size', '64 x 0', 'unreadable'],
    ['scale', 'a', 'unreadable'],
    ['scale', '1/0', 'unreadable'],
    ['scale', '0', 'zero'],
    ['mean', '1, 2', 'unreadable'],
    ['std', '1, 0, 1', 'zero'],
    ['padValue', '256', 'byte'],
    ['strides', '8,,16', 'unreadable'],
    ['strides', '8, 16.5, 32', 'unreadable'],
    ['anchors', '10', 'unreadable'],
    ['anchors', '10 x 13\n30 x 61', 'levels'],
    ['anchors', '10 x 13, 1 x 1\n30 x 61\n116 x 90', 'anchors'],
    ['classNames', 'cat', 'names'],
    ['classNames', 'cat\ndog\ncow', 'names'],
    ['classNames', ' \n', 'unreadable'],
  ] as const)('%s: %j', (field, value, kind) => {
    const read = readForm({ ...form, [field]: value }, detector);
    expect(read.correction).toBeUndefined();
    expect(read.faults).toMatchObject({ [field]: { kind } });
    expect(Object.keys(read.faults)).toEqual([field]);
  });

  it('is an open size that is no multiple of the strides', () => {
    const open = { ...detector, spec: testSpec(64, { input: { dynamicSize: true } }), alternatives: [] };
    const openForm = fillForm(open.spec);
    expect(readForm({ ...openForm, size: '96 x 100' }, open).faults).toEqual({ size: { kind: 'strides', step: 32 } });
    expect(readForm({ ...openForm, size: '96 x 160' }, open).correction).toEqual({ input: { size: [160, 96] } });
  });

  it('is never the number of names where the output gives numbers of classes', () => {
    const rows = { columns: ['box', 'score', 'class'], box: 'x1y1x2y2', units: 'pixels' } as const;
    const finished = { ...detector, spec: testSpec(64, { rows, strides: [] }), alternatives: [] };
    const names = 'a\nb\nc';
    expect(readForm({ ...fillForm(finished.spec), classNames: names }, finished).correction).toEqual({
      classNames: ['a', 'b', 'c'],
    });
  });
});
