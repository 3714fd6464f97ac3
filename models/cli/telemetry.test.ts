import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { bundleCli } from '../testing/cliProcess.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';

const folder = temporaryFolder();
const start = await bundleCli();

/** Variables that say where programs keep what is theirs, on Linux, macOS and Windows. */
const variables = [
  'HOME',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'TMPDIR',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'TEMP',
  'TMP',
];

it('a run leaves no file in the places of this user', async () => {
  const model = join(folder, 'a.onnx');
  await writeModel(model, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
  const picture = await writePicture(join(folder, 'a.png'));
  const places = join(folder, 'places');
  const environment = Object.fromEntries(variables.map((name) => [name, join(places, name)]));
  for (const place of Object.values(environment)) await mkdir(place, { recursive: true });
  // What keeps the runtime from writing must come from the program, not from whoever starts it.
  const { ended } = start(['detect', model, picture], { ...environment, ORT_DISABLE_TELEMETRY: undefined });
  const { exitCode, out, errors } = await ended;
  expect(exitCode, errors).toBe(0);
  expect(out).toContain('cup');
  const left = await readdir(places, { recursive: true });
  expect(left.toSorted()).toEqual(variables.toSorted());
}, 60_000);
