import type { ClassAgreement, EvaluatedClass, EvaluationFigures } from '../types.ts';
import { comparableName } from './classMap.ts';

/**
 * The figures against labels of a class that models were compared on. A dataset may number its classes otherwise: names decide,
 * however they are spelt, and numbers only where no name of all the compared ones fits.
 */
export function findEvaluatedClass(
  evaluation: Pick<EvaluationFigures, 'perClass'> | undefined,
  { classId, className }: Pick<ClassAgreement, 'classId' | 'className'>,
  all: readonly Pick<ClassAgreement, 'className'>[],
): EvaluatedClass | undefined {
  if (evaluation === undefined) return undefined;
  const known = new Set(all.map((one) => comparableName(one.className)));
  const isByName = evaluation.perClass.some((one) => known.has(comparableName(one.className)));
  const wanted = comparableName(className);
  const named = evaluation.perClass.filter((one) => !isByName || comparableName(one.className) === wanted);
  return named.find((one) => one.classId === classId) ?? (isByName ? named[0] : undefined);
}
