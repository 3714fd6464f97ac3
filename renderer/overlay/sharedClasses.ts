/** Which classes of models side by side are the same: by name, for two models may number the same classes differently. */
import { classColor } from '../../models/geometry/classColor.ts';
import { classNameOf, comparableName, placeNames } from '../../models/geometry/classMap.ts';
import type { Look } from '../../models/types.ts';

/** A class as one model has it. */
export interface NamedClass {
  readonly classId: number;
  readonly className: string;
}

/** The colour of a class of any of the models. */
export type ColorOf = (named: NamedClass) => string;

/** The classes of all models that are side by side. */
export interface SharedClasses {
  /** The number of a class: that of the baseline, whatever the model's own. */
  readonly numberOf: (named: NamedClass) => number;
  readonly colorOf: ColorOf;
}

/** A class of a look with its name. */
export function namedClass({ classNames }: Pick<Look, 'classNames'>, classId: number): NamedClass {
  return { classId, className: classNameOf(classNames, classId) };
}

/**
 * Joins the classes of models, given by their names, the baseline first: its own keep their numbers, and so the colours that
 * they have alone and in reports. Names are the same as the comparison takes them to be; a variant of as many classes that has
 * none of the baseline's counts as the same classes under other words.
 */
export function shareClasses([baseline = [], ...variants]: readonly (readonly string[])[]): SharedClasses {
  const numbers = new Map<string, number>();
  const add = (name: string, number: number) => {
    if (!numbers.has(name)) numbers.set(name, number);
  };
  for (const [id, name] of baseline.entries()) add(name, id);
  /** Classes that only variants have, by what is the same of their spellings. */
  const others = new Map<string, number>();
  const numberOther = (name: string): number => {
    const key = comparableName(name);
    const number = others.get(key) ?? baseline.length + others.size;
    others.set(key, number);
    return number;
  };
  for (const names of variants) {
    const places = placeNames(names, baseline);
    const isRenamed = names.length === baseline.length && places.every((place) => place === null);
    for (const [id, name] of names.entries()) add(name, places[id] ?? (isRenamed ? id : numberOther(name)));
  }
  const numberOf = ({ classId, className }: NamedClass) =>
    // A name given twice stays two classes.
    baseline[classId] === className ? classId : (numbers.get(className) ?? classId);
  return { numberOf, colorOf: (named) => classColor(numberOf(named)) };
}
