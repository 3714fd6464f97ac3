import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../testing/folder.ts';
import { onlyPart } from '../../testing/partHeader.ts';
import { makeRecords } from '../metrics/records.ts';
import { readBlocks } from './readPart.ts';
import { startPart } from './writePart.ts';

const path = join(temporaryFolder(), 'part.bwe');
const notes = { ms: { decode: 1, preprocess: 1, inference: 1, postprocess: 1 }, unreadable: [], flaws: 0 };

function recordsOf(place: number) {
  const records = makeRecords(1, 0, 0);
  records.pictures[0] = place;
  return [records];
}

it('goes on with one of two runs that write the same part, and ends the other', async () => {
  const first = await startPart(path, onlyPart);
  await first.append(recordsOf(0), notes);
  const second = await startPart(path, onlyPart);
  expect([...second.done]).toEqual([0]);
  await first.append(recordsOf(1), notes);
  await expect(second.append(recordsOf(1), notes)).rejects.toMatchObject({ code: 'file-unwritable' });
  await second.close();
  await first.append(recordsOf(2), notes);
  await first.finish();
  const places: number[] = [];
  for await (const { records } of readBlocks(path, 'whole')) places.push(...records.pictures);
  expect(places).toEqual([0, 1, 2]);
});
