import { describe, expect, it } from 'vitest';
import { nearestWord } from './nearestWord.ts';

const known = ['strides', 'anchors', 'classes', 'classNames', 'family', 'nms'];

describe('the nearest word', () => {
  it.each([
    ['strids', 'strides'],
    ['Anchors', 'anchors'],
    ['class_names', 'classNames'],
    ['clases', 'classes'],
    ['famliy', 'family'],
  ])('to %s is %s', (word, meant) => {
    expect(nearestWord(word, known)).toBe(meant);
  });

  it.each(['threshold', 'x', '', 'kitten'])('to "%s" is none', (word) => {
    expect(nearestWord(word, known)).toBeUndefined();
  });
});
