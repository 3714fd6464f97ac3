import { expect, it } from 'vitest';
import { newStep } from '../../state/recipe.ts';
import { cleanStep, splitPatterns } from './patterns.ts';

it('keeps what is being typed, and sends only what means something', () => {
  const keep = splitPatterns('/model.22/*\n\n  /model.0/conv ');
  expect(keep).toEqual(['/model.22/*', '', '  /model.0/conv ']);
  expect(splitPatterns('')).toEqual([]);
  const ratios = [
    { pattern: ' ', amount: 0.5 },
    { pattern: '/neck/* ', amount: 0.1 },
  ];
  const [prune, quantize] = [newStep('prune'), newStep('quantize')];
  if (prune.operation !== 'prune' || quantize.operation !== 'quantize') throw new Error('other steps');
  expect(cleanStep({ ...prune, options: { ...prune.options, keep, ratios } })).toMatchObject({
    options: { keep: ['/model.22/*', '/model.0/conv'], ratios: [{ pattern: '/neck/*', amount: 0.1 }] },
  });
  expect(cleanStep({ ...quantize, options: { ...quantize.options, keep } })).toMatchObject({
    options: { keep: ['/model.22/*', '/model.0/conv'] },
  });
});
