// What a runtime without an app of its own starts: it loads the app whose folder the arguments name.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app as typedApp } from 'electron';

/** Two calls that Electron's own default app uses and its types leave out. */
const app =
  /** @type {import('electron').App & {setAppPath(path: string): void, setVersion(version: string): void}} */ (
    typedApp
  );

const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  console.error('usage: electron [options] <app folder> [arguments]');
  app.exit(1);
} else {
  const appPath = resolve(folder);
  const description = JSON.parse(readFileSync(join(appPath, 'package.json'), 'utf8'));
  app.setAppPath(appPath);
  app.setName(description.productName ?? description.name);
  app.setVersion(description.version);
  // Awaited: Electron holds back "ready" until this module has ended, and the app has things to do before.
  await import(pathToFileURL(join(appPath, description.main)).href);
}
