import { describe, expect, it } from 'vitest';
import { parseNames } from './namesText.ts';

describe('class names as people keep them', () => {
  it.each([
    ['lines', 'cat\r\nbig dog\n犬\n', ['cat', 'big dog', '犬']],
    ['lines after a byte order mark', '\uFEFFcat\ndog', ['cat', 'dog']],
    ['one line', 'cat, dog', ['cat', 'dog']],
    ['one name', 'cat\n', ['cat']],
    ['JSON', '[\n  "cat",\n  "dog"\n]\n', ['cat', 'dog']],
    ['a Python dict', "{0: 'cat', 1: 'dog'}", ['cat', 'dog']],
    ['a data.yaml with a map', 'path: ../x\nval: images\nnames:\n  0: cat\n  1: no\n', ['cat', 'no']],
    ['a data.yaml with a list', 'nc: 3\nnames: [cat, "dog", 7]\n', ['cat', 'dog', '7']],
    ['a data.yaml with a block list', '# made by hand\nnames:\n- cat\n- dog\n', ['cat', 'dog']],
  ])('%s', (_form, text, names) => {
    expect(parseNames(text)).toEqual(names);
  });

  it.each(['', ' \n ', 'names: {a: [}', 'names:\n  cat: 0\n', '[cat', 'names: 5'])('are not in %j', (text) => {
    expect(parseNames(text)).toBeNull();
  });
});
