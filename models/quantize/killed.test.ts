import { once } from 'node:events';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { bundleCli } from '../testing/cliProcess.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';

const folder = temporaryFolder();
const model = join(folder, 'tiny.onnx');
await writeModel(model, tinyV8());
const photos: string[] = [];
for (let seed = 1; seed <= 12; seed += 1) photos.push(await writePicture(join(folder, `${seed}.png`), 64, 64, seed));
const start = await bundleCli();

/** A fresh folder and the command that quantizes into it. */
async function prepare(...more: string[]) {
  const into = await mkdtemp(join(folder, 'out '));
  const out = join(into, 'small.onnx');
  const argv = ['quantize', model, '-o', out, '--data', ...photos, '--no-gate', ...more];
  return { into, argv, state: `${out}.search.json` };
}

/** Trials that a search has kept; 0 where there is no state yet. What is there is whole JSON at any moment. */
async function trialsIn(state: string): Promise<number> {
  const text = await readFile(state, 'utf8').catch(() => undefined);
  return text === undefined ? 0 : JSON.parse(text).trials.length;
}

describe('a quantization that is ended from outside', () => {
  it('in mid search leaves nothing half written, and goes on to its end the next time', async () => {
    // No variant of this model loses nothing at all, so the search goes through its trials.
    const { into, argv, state } = await prepare('--max-drop', '0', '--trials', '12');
    const { child, ended } = start([...argv, '--quiet']);
    let over = false;
    const watched = ended.finally(() => {
      over = true;
    });
    while (!over && (await trialsIn(state)) === 0) await setTimeout(5);
    child.kill('SIGKILL');
    await watched;

    const left = await readdir(into);
    const kept = await trialsIn(state);
    if (child.signalCode === 'SIGKILL') {
      expect(left).not.toContain('small.onnx');
      expect(kept).toBeGreaterThan(0);
      // A kill during a write of the state leaves the part that was written, under a name that nothing reads.
      const rest = left.filter((name) => name !== 'small.onnx.search.json');
      expect(rest.length).toBeLessThanOrEqual(1);
      for (const name of rest) expect(name).toBe(`small.onnx.search.json.${child.pid}.partial`);
    } else {
      // It was faster than the look at its state: then it must be done.
      expect(left).toEqual(['small.onnx']);
    }

    const { exitCode, out, errors } = await start([...argv, '--json', '--quiet']).ended;
    const report = JSON.parse(out);
    expect(exitCode, errors).toBe(report.drop > 0 ? 3 : 0);
    expect(report.agreement.images).toBe(12);
    expect(report.trials).toBeGreaterThanOrEqual(kept);
    const after = await readdir(into);
    expect(after).toContain('small.onnx');
    expect(after).not.toContain('small.onnx.search.json');
  }, 120_000);

  // Other systems than Windows: there the signal of a parent ends a process at once.
  it.skipIf(process.platform === 'win32')(
    'by Ctrl-C exits with 130 and leaves nothing',
    async () => {
      const { into, argv } = await prepare();
      const { child, ended } = start(argv);
      // Its first report is there once it works, and long before its end.
      if (child.stderr !== null) await once(child.stderr, 'data');
      child.kill('SIGINT');
      const { exitCode, errors } = await ended;
      expect(exitCode).toBe(130);
      expect(errors).toMatch(/cancelled/i);
      expect(await readdir(into)).toEqual([]);
    },
    120_000,
  );
});
