import { expect, test } from 'vitest';
import { packagesOf, parseMissingLibraries } from './systemPackages.mjs';

const lddOutput = `	linux-vdso.so.1 (0x00007ffd5a5d6000)
	libffmpeg.so => /opt/electron/libffmpeg.so (0x00007f0e9a000000)
	libnss3.so => not found
	libnssutil3.so => not found
	libasound.so.2 => not found
	libnss3.so => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0e99c00000)
`;

test('missing libraries are those that ldd does not find, each once', () => {
  expect(parseMissingLibraries(lddOutput)).toEqual(['libnss3.so', 'libnssutil3.so', 'libasound.so.2']);
  expect(parseMissingLibraries('\tstatically linked\n')).toEqual([]);
});

test('libraries map to Debian packages, each once', () => {
  expect(packagesOf(['libnss3.so', 'libnssutil3.so', 'libasound.so.2', 'libodd.so.7'], new Set())).toEqual({
    packages: ['libasound2', 'libnss3'],
    unknown: ['libodd.so.7'],
  });
});

test('where a package was renamed for 64-bit time, the new name is used', () => {
  const known = new Set(['libasound2t64', 'libnss3']);
  expect(packagesOf(['libasound.so.2', 'libnss3.so'], known).packages).toEqual(['libasound2t64', 'libnss3']);
});
