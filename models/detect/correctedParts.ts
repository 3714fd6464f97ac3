import { isDeepStrictEqual } from 'node:util';
import { type SpecCorrection, specCorrection } from '../specSchema.ts';
import type { DetectorSpec } from '../types.ts';

/** The parts of a specification that are not as in another one: the correction that leads from there. */
export function differingParts(spec: DetectorSpec, from: DetectorSpec): SpecCorrection {
  const { input, activation, ...rest } = spec;
  const parts = {
    ...differing(rest, from),
    ...atLeastOne('input', differing(input, from.input)),
    ...atLeastOne('activation', differing(activation, from.activation)),
  };
  return specCorrection.parse(parts);
}

function differing(values: object, from: object): object {
  const before = new Map<string, unknown>(Object.entries(from));
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => !isDeepStrictEqual(value, before.get(key))),
  );
}

function atLeastOne(key: string, values: object): object {
  return Object.keys(values).length === 0 ? {} : { [key]: values };
}
