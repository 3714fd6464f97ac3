import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedOutputModel, siluNet, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { correctionPathOf, readCorrection } from './correctionFile.ts';
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
    const model = await makeModel('b.onnx');
    const { detector } = await inspect(model);
    expect(detector?.alternatives?.map(({ family }) => family)).toContain('v8');
    const { detector: chosen } = await inspect(model, await makeSpec('b.json', { family: 'v8' }));
    // 5 + 3 values are 4 + 4 of a head without objectness.
    expect(chosen).toMatchObject({ family: 'v8', classes: 4, channels: 'RGB', resize: 'letterbox-center' });
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

  it('chooses the size of an open input', async () => {
    const proto = tinyV8();
    const shape = proto.graph?.input[0]?.type?.value;
    if (shape?.case !== 'tensorType') throw new Error('no tensor');
    for (const axis of [2, 3]) {
      const dim = shape.value.shape?.dim[axis];
      if (dim !== undefined) dim.value = { case: 'dimParam', value: `open${axis}` };
    }
    const model = await makeModel('h.onnx', proto);
    const spec = await makeSpec('h.json', { input: { size: [64, 64] } });
    expect((await inspect(model, spec)).detector?.inputSize).toEqual([64, 64]);
  });
});

describe('a correction that is wrong', () => {
  it.each([
    ['no JSON', '{', /not JSON/],
    ['an unknown key', { strids: [8] }, /strids/],
    ['an unknown key inside', { input: { colour: 'RGB' } }, /input.*colour/],
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
    ['a deviation of nothing', { input: { std: [1, 0, 1] } }],
    ['names without classes', { classes: 3, classNames: ['a', 'b', 'c'], anchors: [[[1, 2]]] }],
  ])('does not fit: %s, and nothing is kept', async (_name, value) => {
    const model = await makeModel('wrong.onnx');
    await expect(correct(model, value)).rejects.toMatchObject({ code: 'spec-invalid' });
    await expect(stat(correctionPathOf(model))).rejects.toThrow(/ENOENT/);
  });

  it('beside a model is an error that names the file', async () => {
    const model = await makeModel('broken.onnx', siluNet());
    await writeFile(correctionPathOf(model), '[]');
    await expect(inspect(model)).rejects.toThrow(/broken\.onnx\.boxwright\.json is not a specification/);
  });
});
