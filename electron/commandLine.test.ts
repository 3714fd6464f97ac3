import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOfCommandLine } from './commandLine.ts';

const here = resolve('/home/me');

describe('files on the command line', () => {
  it('follow the app folder of a bare runtime, and the program of a packaged one', () => {
    const argv = ['/opt/electron', '--no-sandbox', '/src/app', 'my model.onnx', '--flag=1', resolve('/abs/ü.jpg')];
    expect(filesOfCommandLine(argv, here, false)).toEqual([join(here, 'my model.onnx'), resolve('/abs/ü.jpg')]);
    expect(filesOfCommandLine(['/opt/boxwright', 'a.zip'], here, true)).toEqual([join(here, 'a.zip')]);
    expect(filesOfCommandLine(['/opt/electron', '.'], here, false)).toEqual([]);
    expect(filesOfCommandLine(['/opt/boxwright', ''], here, true)).toEqual([]);
  });
});
