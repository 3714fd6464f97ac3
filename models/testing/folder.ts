import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A fresh folder for one test file, removed when its tests are done. Its name has a space and a non-ASCII letter. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'boxwright tést-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
