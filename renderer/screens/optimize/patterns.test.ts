import { expect, it } from 'vitest';
import { cleanPatterns, splitPatterns } from './patterns.ts';

it('keeps what is being typed, and sends only what means something', () => {
  const typed = splitPatterns('/model.22/*\n\n  /model.0/conv ');
  expect(typed).toEqual(['/model.22/*', '', '  /model.0/conv ']);
  expect(cleanPatterns(typed)).toEqual(['/model.22/*', '/model.0/conv']);
  expect(splitPatterns('')).toEqual([]);
});
