import { expect, it } from 'vitest';
import { en } from '../../i18n/en.ts';
import { newStep } from '../../state/recipe.ts';
import { recipeProblem } from './recipeProblem.ts';

const start = { precision: 'fp32', pictures: 3 } as const;
const [fold, prune, quantize] = [newStep('fold'), newStep('prune'), newStep('quantize')];

it('lets a recipe run whose quantization comes last and has its pictures', () => {
  expect(recipeProblem([fold, prune, quantize], start, en)).toBeNull();
  expect(recipeProblem([prune, prune], { ...start, pictures: 0 }, en)).toBeNull();
});

it('says why another cannot', () => {
  expect(recipeProblem([], start, en)).toBe(en.recipe.empty);
  expect(recipeProblem([quantize, prune], start, en)).toBe(en.recipe.quantizeLast);
  expect(recipeProblem([quantize, quantize], start, en)).toBe(en.recipe.quantizeLast);
  expect(recipeProblem([prune], { ...start, precision: 'int8-qdq' }, en)).toBe(en.optimize.alreadyQuantized);
  expect(recipeProblem([quantize], { ...start, precision: 'fp16' }, en)).toBe(en.optimize.alreadyQuantized);
  expect(recipeProblem([quantize], { ...start, pictures: 0 }, en)).toBe(en.optimize.noCalibration);
});

it('asks for no pictures where none are looked at', () => {
  if (quantize.operation !== 'quantize') throw new Error('another step');
  const half = { ...quantize, options: { ...quantize.options, precision: 'fp16' as const } };
  expect(recipeProblem([half], { ...start, pictures: 0 }, en)).toBeNull();
});
