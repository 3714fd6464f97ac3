import type { SpecCorrection } from '../specSchema.ts';

/** The corrected parts as "anchors", "input.channels" ... */
export function listParts({ input, activation, ...rest }: SpecCorrection): string[] {
  return [
    ...Object.keys(rest),
    ...Object.keys(input ?? {}).map((key) => `input.${key}`),
    ...Object.keys(activation ?? {}).map((key) => `activation.${key}`),
  ];
}
