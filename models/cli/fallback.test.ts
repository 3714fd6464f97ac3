import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded as run } from '../testing/runRecorded.ts';
import { writePicture } from '../testing/writePicture.ts';

const folder = temporaryFolder();
const model = join(folder, 'a.onnx');
await writeModel(model, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
const picture = await writePicture(join(folder, 'a.png'));
/** A provider of another system. */
const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
const timing = ['--runs', '2', '--warmup', '0'];

const commands = [
  ['detect', model, picture],
  ['benchmark', model, ...timing],
  ['compare', model, model, '--images', picture, ...timing],
];

describe('a provider that is not there', () => {
  it.each(commands)('ends %s', async (...command) => {
    const { exitCode, out, errors } = await run([...command, '--provider', foreign]);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(errors).toMatch(new RegExp(`The provider ${foreign} is not available: .* needs `));
  });

  it.each(commands)('leaves no time of %s without a mark where a fallback is allowed', async (...command) => {
    const { exitCode, out } = await run([...command, '--provider', foreign, '--allow-fallback']);
    expect(exitCode).toBe(0);
    expect(out).toContain(`cpu, not ${foreign} (invalid)`);
    for (const line of out.split('\n').filter((text) => / \d[\d.]* ms/.test(text))) expect(line).toContain('invalid');
  });

  it('is told in JSON', async () => {
    const { out } = await run(['detect', model, picture, '--provider', foreign, '--allow-fallback', '--json']);
    const { provider } = JSON.parse(out);
    expect(provider).toMatchObject({ requested: foreign, used: 'cpu' });
    expect(provider.invalidBecause).toContain('is not available');
  });
});
