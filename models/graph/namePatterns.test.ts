import { describe, expect, it } from 'vitest';
import { patternFinder } from './namePatterns.ts';

describe('patternFinder', () => {
  it('matches whole names, with * across slashes and ? for one character', () => {
    const find = patternFinder(['/model.22/*', 'Conv_?']);
    expect(find('/model.22/cv2.0/conv/Conv')).toBe('/model.22/*');
    expect(find('Conv_7')).toBe('Conv_?');
    expect(find('Conv_77')).toBeUndefined();
    expect(find('x/model.22/cv2')).toBeUndefined();
  });

  it('takes the characters of regular expressions literally', () => {
    const find = patternFinder(['/model.0/conv(1)[a]']);
    expect(find('/model.0/conv(1)[a]')).toBeDefined();
    expect(find('/modelX0/conv(1)[a]')).toBeUndefined();
  });

  it('matches nothing without patterns', () => {
    expect(patternFinder([])('')).toBeUndefined();
  });
});
