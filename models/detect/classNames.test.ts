import { describe, expect, it } from 'vitest';
import { cocoNames, parseClassNames, parseIntegers } from './classNames.ts';

describe('class names in metadata', () => {
  it.each([
    ["{0: 'person', 1: 'bicycle'}", ['person', 'bicycle']],
    [
      `{0: "person's bag", 1: 'a "b"', 2: 'x, y', 3: 'c: d', 4: 'ünï'}`,
      ["person's bag", 'a "b"', 'x, y', 'c: d', 'ünï'],
    ],
    ['{"1": "b", "0": "a"}', ['a', 'b']],
    ["['a', 'b',]", ['a', 'b']],
    ['["\\u00e9", "\\ud83d\\ude00", "tab\\t"]', ['é', '😀', 'tab\t']],
    ["{0: 'it\\'s', 1: 'back\\\\slash'}", ["it's", 'back\\slash']],
    ['person, dog ,cat', ['person', 'dog', 'cat']],
    ["{0: 'a', 2: 'c'}", ['a', '1', 'c']],
    ['{}', []],
  ])('reads %s', (text, names) => {
    expect(parseClassNames(text)).toEqual(names);
  });

  it.each([
    '',
    '{0: ',
    "{0: 'a'",
    "{0: __import__('os')}",
    '{0: [}',
    "{'x': 'a'}",
    "['a'] + ['b']",
    '{-1: "a"}',
    '{0: "a',
  ])('refuses %s', (text) => {
    expect(parseClassNames(text)).toBeNull();
  });

  it('survives deep nesting', () => {
    expect(parseClassNames('['.repeat(100_000))).toBeNull();
  });

  it('knows the 80 classes of COCO in their order', () => {
    expect(cocoNames).toHaveLength(80);
    expect([0, 5, 16, 79].map((index) => cocoNames[index])).toEqual(['person', 'bus', 'dog', 'toothbrush']);
  });

  it('reads sizes', () => {
    expect(parseIntegers('[640, 480]')).toEqual([640, 480]);
    expect(parseIntegers(undefined)).toEqual([]);
  });
});
