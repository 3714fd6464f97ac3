import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isBundleFresh, sourceStamp } from './bundle.mjs';

let root: string;

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boxwright bündle '));
  write('electron/main.ts', 'main');
  write('models/detect/session.ts', 'session');
  write('package-lock.json', '{}');
  for (const output of ['renderer/index.html', 'main/main.js', 'main/engine.js', 'main/preload.cjs', 'cli/cli.js']) {
    write(`dist/${output}`, '');
  }
  write('dist/stamp', sourceStamp(root));
});

describe('the bundles', () => {
  test('are fresh while nothing changes, and when only tests or samples do', () => {
    expect(isBundleFresh(root)).toBe(true);
    write('models/detect/session.test.ts', 'test');
    write('models/samples/one.jpg', 'picture');
    expect(isBundleFresh(root)).toBe(true);
  });

  test.each(['models/detect/session.ts', 'models/new.ts', 'package-lock.json'])('are stale when %s changes', (path) => {
    write(path, 'something else');
    expect(isBundleFresh(root)).toBe(false);
  });

  test('are stale when a source of the same size is newer', () => {
    const later = new Date(Date.now() + 5000);
    utimesSync(join(root, 'electron/main.ts'), later, later);
    expect(isBundleFresh(root)).toBe(false);
  });

  test.each(['dist/cli/cli.js', 'dist/stamp', 'electron/main.ts'])('are stale without %s', (path) => {
    rmSync(join(root, path));
    expect(isBundleFresh(root)).toBe(false);
  });
});
