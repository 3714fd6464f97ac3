import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ValueInfoProto } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { correctionPathOf } from '../correctionPath.ts';
import { writeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedOutputModel, siluNet, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { readCorrection } from './correctionFile.ts';
import { openDetector } from './detector.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'correction '));
});
afterAll(() => rm(folder, { recursive: true }));

async function makeModel(name: string, proto = tinyYolox()): Promise<string> {
  const path = join(folder, name);
  await writeModel(path, proto);
  return path;
}

async function makeSpec(name: string, value: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

function openDims(value: ValueInfoProto | undefined, axes: readonly number[]): void {
  if (value?.type?.value.case !== 'tensorType') throw new Error('no tensor');
  for (const axis of axes) {
    const dim = value.type.value.value.shape?.dim[axis];
    if (dim !== undefined) dim.value = { case: 'dimParam', value: `open${axis}` };
  }
}

const inspect = (model: string, spec?: string) =>
  operations.inspect(
    parseInput('inspect', { model, ...(spec === undefined ? {} : { spec }) }),
    recordingContext().context,
  );
const correct = (model: string, correction: unknown) =>
  operations.correct(parseInput('correct', { model, correction }), recordingContext().context);

describe('a correction', () => {
  it('lies over what was recognised, and the report says so', async () => {
    const model = await makeModel('a.onnx');
    const spec = await makeSpec('a.json', { input: { channels: 'RGB', scale: 1 / 255 }, classNames: ['x', 'y', 'z'] });
    const { detector } = await inspect(model, spec);
    expect(detector).toMatchObject({
      family: 'yolox',
      channels: 'RGB',
      scale: 1 / 255,
      resize: 'letterbox-topleft',
      classNames: ['x', 'y', 'z'],
      corrected: ['classNames', 'input.channels', 'input.scale'],
    });
    expect(detector?.evidence.at(-1)).toContain('Corrected by the user: classNames, input.channels, input.scale');
  });

  it('of the family takes that reading, of which the report tells', async () => {
    // Bare numbers of a graph without a tail: 4 + 4 values for 84 cells, or 5 + 3 of a head with objectness.
    const model = await makeModel('b.onnx', fixedOutputModel(64, [1, 84, 8], new Float32Array(84 * 8)));
    const { detector, warnings } = await inspect(model);
    const families = [detector?.family, ...(detector?.alternatives ?? []).map(({ family }) => family)];
    expect(families).toEqual(expect.arrayContaining(['v8', 'v5']));
    for (const [family, classes, resize] of [
      ['v8', 4, 'letterbox-center'],
      ['v5', 3, 'letterbox-center'],
    ] as const) {
      const chosen = await inspect(model, await makeSpec('b.json', { family }));
      expect(chosen.detector).toMatchObject({ family, classes, resize, corrected: ['family'] });
      expect(chosen.detector?.alternatives?.map((other) => other.family)).not.toContain(family);
      // Whoever chooses need not be told again that there is a choice.
      expect(chosen.warnings.join()).not.toContain('also fits');
    }
    expect(warnings.join()).toContain('also fits');
  });

  it('is kept beside the model, used by everything, and can be forgotten', async () => {
    const model = await makeModel('c.onnx', tinyV8());
    await correct(model, { classNames: ['one', 'two', 'three'] });
    const kept: unknown = JSON.parse(await readFile(correctionPathOf(model), 'utf8'));
    expect(kept).toMatchObject({ format: 'boxwright-spec', version: 1, spec: { classNames: ['one', 'two', 'three'] } });
    const detector = await openDetector(model);
    expect(detector.spec.classNames).toEqual(['one', 'two', 'three']);
    await detector.close();
    const forgotten = await correct(model, null);
    expect(forgotten.detector?.classNames).not.toContain('one');
    await expect(stat(correctionPathOf(model))).rejects.toThrow(/ENOENT/);
  });

  it('goes on to derived models, and a stale one there goes', async () => {
    const model = await makeModel('d.onnx', tinyV8());
    const out = join(folder, 'd-pruned.onnx');
    const prune = () => operations.prune(parseInput('prune', { model, out, options: {} }), recordingContext().context);
    await correct(model, { input: { channels: 'BGR' } });
    await prune();
    expect((await inspect(out)).detector?.channels).toBe('BGR');
    await correct(model, null);
    await prune();
    expect((await inspect(out)).detector?.channels).toBe('RGB');
  });

  it('of a file that has changed since is used with a warning', async () => {
    const model = await makeModel('e.onnx', tinyV8());
    await correct(model, { input: { channels: 'BGR' } });
    await makeModel('e.onnx', tinyV8({ seed: 9 }));
    const { detector, warnings } = await inspect(model);
    expect(detector?.channels).toBe('BGR');
    expect(warnings.join()).toContain('an earlier version of this file');
  });

  it('may be whole, where nothing was recognised', async () => {
    const values = new Float32Array(84 * 7);
    values.set([20, 20, 8, 8, 0.9, 0.1, 0.1], 7 * 10);
    const whole = (await inspect(await makeModel('f.onnx', fixedOutputModel(64, [1, 84, 7], values)))).detector?.spec;
    // The same values in a shape that no head has.
    const odd = await makeModel('g.onnx', fixedOutputModel(64, [1, 7, 84, 1], values));
    expect((await inspect(odd)).detector).toBeNull();
    await expect(inspect(odd, await makeSpec('part.json', { family: 'v8' }))).rejects.toThrow(
      /all of the specification/,
    );
    const read = await inspect(odd, await makeSpec('whole.json', whole));
    expect(read.detector).toMatchObject({ family: 'v8', classes: 3 });
  });

  it('is what differs alone, also where a whole specification is given', async () => {
    const model = await makeModel('i.onnx', tinyV8());
    const spec = (await inspect(model)).detector?.spec;
    const { detector } = await correct(model, { ...spec, input: { ...spec?.input, channels: 'BGR' } });
    expect(detector).toMatchObject({ corrected: ['input.channels'], channels: 'BGR', recognised: spec });
    const kept: unknown = JSON.parse(await readFile(correctionPathOf(model), 'utf8'));
    expect(kept).toMatchObject({ spec: { input: { channels: 'BGR' } } });
    // One that says what the file says is none.
    expect((await correct(model, spec)).detector).not.toHaveProperty('corrected');
    await expect(stat(correctionPathOf(model))).rejects.toThrow(/ENOENT/);
  });

  it('takes class names from a file that the user names, but not from one that a file beside the model names', async () => {
    const model = await makeModel('j.onnx', tinyV8());
    await makeSpec('data.yaml', 'names:\n  0: one\n  1: two\n  2: three\n');
    const spec = await makeSpec('j.json', { classNames: 'data.yaml' });
    expect((await inspect(model, spec)).detector?.classNames).toEqual(['one', 'two', 'three']);
    await makeSpec('nothing.txt', '');
    await expect(inspect(model, await makeSpec('k.json', { classNames: 'nothing.txt' }))).rejects.toThrow(
      /nothing\.txt holds no class names/,
    );
    await writeFile(correctionPathOf(model), JSON.stringify({ classNames: 'data.yaml' }));
    await expect(inspect(model)).rejects.toThrow(/"classNames"/);
  });

  it('is read through a link', async () => {
    const model = await makeModel('l.onnx', tinyV8());
    await symlink(await makeSpec('linked.json', { input: { channels: 'BGR' } }), correctionPathOf(model));
    expect((await inspect(model)).detector?.channels).toBe('BGR');
  });

  it('chooses the size of an open input', async () => {
    const proto = tinyYolox();
    openDims(proto.graph?.input[0], [2, 3]);
    openDims(proto.graph?.output[0], [1]);
    const model = await makeModel('h.onnx', proto);
    const usual = (await inspect(model)).detector?.inputSize;
    const size = [96, 160] as const;
    expect((await inspect(model, await makeSpec('h.json', { input: { size } }))).detector).toMatchObject({
      inputSize: size,
      corrected: ['input.size'],
      recognised: { input: { size: usual } },
    });
    await correct(model, { input: { size } });
    expect((await inspect(model)).detector?.inputSize).toEqual(size);
    await expect(correct(model, { input: { size: [100, 64] } })).rejects.toThrow(
      /cannot run at 64 x 100; the nearest size is 64 x 96 \(whole strides of 32\)/,
    );
    expect((await inspect(model)).detector?.inputSize).toEqual(size);
  });
});

describe('a correction that is wrong', () => {
  it.each([
    ['no JSON', '{', /not JSON/],
    ['an unknown key', { strids: [8] }, /"strids" is not known; did you mean "strides"\?$/],
    [
      'an unknown key inside',
      { input: { chanels: 'RGB' } },
      /"input\.chanels" is not known; did you mean "input\.channels"\?/,
    ],
    ['an unknown key that is like none', { input: { colour: 'RGB' } }, /"input\.colour" is not known\.$/],
    ['a key in the wrong place', { channels: 'RGB' }, /"channels" is not known; did you mean "input\.channels"\?/],
    ['a key that an output has not', { outputs: [{ name: 'a', kind: 'boxes' }] }, /outputs/],
    ['a value of the wrong kind', { input: { channels: 'rgb' } }, /input\.channels/],
    ['another version', { format: 'boxwright-spec', version: 2, modelSha256: '0'.repeat(64), spec: {} }, /version/],
  ])('%s', async (_name, value, message) => {
    await expect(readCorrection(await makeSpec('wrong.json', value))).rejects.toMatchObject({
      code: 'spec-invalid',
      message: expect.stringMatching(message),
    });
  });

  it('is not read where it is huge', async () => {
    await expect(readCorrection(await makeSpec('huge.json', ' '.repeat(2 ** 20 + 1)))).rejects.toThrow(/bytes long/);
  });

  it.each([
    ['fewer classes than the output has', { classes: 2 }],
    ['more classes than the output has', { classes: 30 }],
    ['another number of levels', { strides: [8, 16] }],
    ['a name that is no output', { outputs: [{ name: 'nowhere', holds: 'predictions', order: 'box-major' }] }],
    ['too many names', { classNames: ['a', 'b', 'c', 'd'] }],
    ['too few names', { classNames: ['a'] }],
    ['another size than the file fixes', { input: { size: [96, 96] } }],
    ['another type than the file has', { input: { type: 'uint8' } }],
    ['another batch than the file has', { input: { batch: 2 } }],
    ['channels where there are none', { input: { layout: 'NHWC' } }],
    ['a name that is no input', { input: { name: 'nowhere' } }],
    ['a scale of nothing', { input: { scale: 0 } }],
    ['a deviation of nothing', { input: { std: [1, 0, 1] } }],
    ['names without classes', { classes: 3, classNames: ['a', 'b', 'c'], anchors: [[[1, 2]]] }],
  ])('does not fit: %s, and nothing is kept', async (_name, value) => {
    const model = await makeModel('wrong.onnx');
    await expect(correct(model, value)).rejects.toMatchObject({ code: 'spec-invalid' });
    await expect(stat(correctionPathOf(model))).rejects.toThrow(/ENOENT/);
  });

  it('cannot be kept where nothing can be written, and the user hears what helps', async () => {
    const model = await makeModel('blocked.onnx');
    // A folder in the way fails as a folder without permission does, also for those who may do anything.
    await mkdir(join(correctionPathOf(model), 'in the way'), { recursive: true });
    const failure = {
      code: 'file-unwritable',
      message: expect.stringContaining('blocked.onnx.boxwright.json'),
      hint: 'Copy the model to a folder that you can write to, and open it there.',
    };
    await expect(correct(model, { input: { channels: 'RGB' } })).rejects.toMatchObject(failure);
    await expect(correct(model, null)).rejects.toMatchObject(failure);
  });

  it('beside a model is an error that names the file', async () => {
    const model = await makeModel('broken.onnx', siluNet());
    await writeFile(correctionPathOf(model), '[]');
    await expect(inspect(model)).rejects.toThrow(/broken\.onnx\.boxwright\.json is not a specification/);
  });
});
