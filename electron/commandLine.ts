import { resolve } from 'node:path';

/**
 * The files a command line names.
 * @param argv the program first, then, where the program is a bare runtime, the app's folder
 */
export function filesOfCommandLine(argv: readonly string[], folder: string, isPackaged: boolean): string[] {
  const names = argv.slice(1).filter((argument) => argument !== '' && !argument.startsWith('-'));
  return names.slice(isPackaged ? 0 : 1).map((name) => resolve(folder, name));
}
