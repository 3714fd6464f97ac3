import { expect, test } from 'vitest';
import { utf8Locale } from './locale.mjs';

test('names characters where the locale does not', () => {
  expect(utf8Locale({}, 'linux')).toEqual({ LC_CTYPE: 'C.UTF-8' });
  expect(utf8Locale({ LANG: 'C' }, 'linux')).toEqual({ LC_CTYPE: 'C.UTF-8' });
  expect(utf8Locale({ LANG: 'de_DE.UTF-8', LC_ALL: 'POSIX' }, 'linux')).toEqual({ LC_ALL: 'C.UTF-8' });
});

test('leaves UTF-8 locales and other systems alone', () => {
  expect(utf8Locale({ LANG: 'zh_CN.UTF-8' }, 'linux')).toEqual({});
  expect(utf8Locale({ LANG: 'C', LC_CTYPE: 'en_US.utf8' }, 'linux')).toEqual({});
  expect(utf8Locale({}, 'darwin')).toEqual({});
  expect(utf8Locale({}, 'win32')).toEqual({});
});
