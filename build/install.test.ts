import { describe, expect, test } from 'vitest';
import { findInstallFault } from './install.mjs';
import { npmCommand } from './npm.mjs';
import { isNodeNewEnough } from './setup.mjs';

const linux = { platform: 'linux', arch: 'x64' };
const wanted = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/native-linux-x64': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] },
  'node_modules/native-darwin-arm64': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['arm64'] },
};
const onLinux = {
  'node_modules/zod': wanted['node_modules/zod'],
  'node_modules/native-linux-x64': wanted['node_modules/native-linux-x64'],
};

describe('when packages are to be installed', () => {
  test('not when what is installed is what the lock file says, other systems aside', () => {
    expect(findInstallFault(wanted, onLinux, linux)).toBeNull();
  });

  test('when one is missing or has another version', () => {
    expect(findInstallFault(wanted, {}, linux)).toBe('node_modules/zod is missing');
    const old = { ...onLinux, 'node_modules/zod': { version: '4.0.0' } };
    expect(findInstallFault(wanted, old, linux)).toBe('node_modules/zod is 4.0.0, not 4.6.7');
  });

  test('when they were installed on another system', () => {
    const mac = { platform: 'darwin', arch: 'arm64' };
    expect(findInstallFault(wanted, onLinux, mac)).toBe('node_modules/native-linux-x64 is for another system');
  });

  test('a package that excludes some systems is fine on the others', () => {
    const picky = { 'node_modules/unix': { version: '1.0.0', os: ['!win32'] } };
    expect(findInstallFault(picky, picky, linux)).toBeNull();
    expect(findInstallFault(picky, picky, { platform: 'win32', arch: 'x64' })).not.toBeNull();
  });
});

test('the oldest Node that will do is 20.19', () => {
  expect(['20.19.0', '20.20.2', '22.0.0', '24.1.0'].map(isNodeNewEnough)).toEqual([true, true, true, true]);
  expect(['18.20.0', '20.18.3', '20.9.0'].map(isNodeNewEnough)).toEqual([false, false, false]);
});

test('npm is started the way the system allows', () => {
  const ownNpm = npmCommand({ npm_execpath: '/usr/lib/npm/bin/npm-cli.js' }, 'linux');
  expect(ownNpm).toEqual({ command: process.execPath, args: ['/usr/lib/npm/bin/npm-cli.js'], shell: false });
  expect(npmCommand({ npm_execpath: '/usr/lib/yarn/yarn.js' }, 'linux').command).toBe('npm');
  expect(npmCommand({}, 'win32')).toEqual({ command: 'npm.cmd', args: [], shell: true });
});
