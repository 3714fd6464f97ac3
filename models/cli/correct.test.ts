import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { correctionPathOf } from '../correctionPath.ts';
import { writeModel } from '../graph/write.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded as run } from '../testing/runRecorded.ts';
import { writePicture } from '../testing/writePicture.ts';

const folder = temporaryFolder();
const picture = await writePicture(join(folder, 'a.png'));
await writeFile(join(folder, 'names.txt'), 'Tasse\nKugel\n');

async function makeModel(name: string): Promise<string> {
  const path = join(folder, name);
  await writeModel(path, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
  return path;
}

async function makeSpec(name: string, value: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value));
  return path;
}

const names = await makeSpec('names.json', { classNames: 'names.txt' });
const classNamesIn = (out: string): string[] => JSON.parse(out).images[0].detections.map(classNameOf);
const classNameOf = ({ className }: { className: string }) => className;

describe('--spec', () => {
  it('corrects the model for one command', async () => {
    const model = await makeModel('once.onnx');
    const corrected = await run(['detect', model, picture, '--spec', names, '--json']);
    expect(classNamesIn(corrected.out)).toEqual(['Tasse']);
    expect(classNamesIn((await run(['detect', model, picture, '--json'])).out)).toEqual(['cup']);
  });

  it('is kept beside the model with --save-spec, until --forget-spec', async () => {
    const model = await makeModel('kept.onnx');
    const saved = await run(['inspect', model, '--spec', names, '--save-spec']);
    expect(saved.out).toMatch(/^corrected +classNames$/m);
    expect(classNamesIn((await run(['detect', model, picture, '--json'])).out)).toEqual(['Tasse']);
    const forgotten = await run(['inspect', model, '--forget-spec']);
    expect(forgotten.out).toMatch(/^classes +2: cup, ball$/m);
    expect(existsSync(correctionPathOf(model))).toBe(false);
  });

  it('takes what --print-spec prints, of which nothing is a correction', async () => {
    const model = await makeModel('printed.onnx');
    const printed = await run(['inspect', model, '--print-spec']);
    const spec = JSON.parse(printed.out);
    expect(spec).toMatchObject({ family: 'v8', input: { size: [64, 64] }, classNames: ['cup', 'ball'] });
    await run(['inspect', model, '--spec', await makeSpec('printed.json', spec), '--save-spec']);
    expect(existsSync(correctionPathOf(model))).toBe(false);
  });

  it.each([
    ['a slip of the pen', { clases: 2 }, 'did you mean "classes"?'],
    ['a misfit', { classes: 7 }, 'does not fit the model'],
  ])('with %s ends in one line that names the file', async (_what, value, message) => {
    const model = await makeModel('wrong.onnx');
    const spec = await makeSpec('wrong.json', value);
    const { exitCode, errors } = await run(['detect', model, picture, '--spec', spec]);
    expect(exitCode).toBe(1);
    expect(errors).toContain(spec);
    expect(errors).toContain(message);
    const prune = await run(['prune', model, '-o', join(folder, 'out.onnx'), '--spec', spec]);
    expect(prune.exitCode).toBe(1);
    expect(existsSync(join(folder, 'out.onnx'))).toBe(false);
  });

  it('is needed by --save-spec', async () => {
    const { exitCode, errors } = await run(['inspect', await makeModel('none.onnx'), '--save-spec']);
    expect(exitCode).toBe(2);
    expect(errors).toContain('--spec FILE');
  });
});
