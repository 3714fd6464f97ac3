import { basename, extname } from 'node:path';
import type { PruneOptions, RecipeStep } from '../recipeSchema.ts';

/** The name of an original: its file's name without the ending. */
export function nameOriginal(path: string): string {
  return basename(path, extname(path));
}

/** Longest name of a derived variant without its number, in characters. */
const longestName = 200;

/** The parent's name and what was done to it, e.g. "yolov8n-slim30-int8", made unique among `taken` by a number. */
export function nameDerived(parentName: string, steps: readonly RecipeStep[], taken: readonly string[]): string {
  const base = [parentName, ...steps.map(describeStep)].join('-').slice(0, longestName);
  if (!taken.includes(base)) return base;
  let number = 2;
  while (taken.includes(`${base}-${number}`)) number++;
  return `${base}-${number}`;
}

function describeStep(step: RecipeStep): string {
  switch (step.operation) {
    case 'fold':
      return 'folded';
    case 'prune':
      return describePruning(step.options);
    case 'quantize':
      return step.options.precision;
  }
}

function describePruning({ method, amount }: PruneOptions): string {
  const share = Number((amount * 100).toFixed(1));
  switch (method) {
    case 'magnitude':
      return `pruned${share}`;
    case '2:4':
      return 'pruned2in4';
    case 'channel':
      return `slim${share}`;
  }
}

/** A name that every file system takes: no separators, reserved characters, control characters or trailing dots. */
export function fileNameOf(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be replaced
  const safe = name.replaceAll(/[<>:"/\\|?*\u0000-\u001f]/g, '-').replace(/[. ]+$/, '');
  return safe.slice(0, 120) || 'model';
}
