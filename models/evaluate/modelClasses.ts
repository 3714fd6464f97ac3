import { StudioError } from '../errors.ts';
import { placeNames } from '../geometry/classMap.ts';
import type { ClassMapping } from '../types.ts';
import { maximumClasses } from './metrics/rules.ts';

/** Which class of the dataset each class of the model is, and by what that was decided. */
export interface ModelClasses {
  /** The dataset's class by the model's; null for what the dataset does not have. */
  readonly classOf: readonly (number | null)[];
  /** The classes that are measured: the dataset's, or the model's where the dataset does not name any. */
  readonly classNames: readonly string[];
  readonly mapping: ClassMapping;
}

/**
 * Finds the classes of a model among those of a dataset: by their names where at least one is the same, else by their numbers
 * where both have as many, or where the dataset names none of as many or fewer.
 * @throws StudioError `bad-input` where neither fits
 */
export function findModelClasses(
  model: { readonly path: string; readonly classNames: readonly string[] },
  dataset: { readonly path: string; readonly classNames: readonly string[] },
): ModelClasses {
  const most = Math.max(dataset.classNames.length, model.classNames.length);
  if (most > maximumClasses) {
    throw new StudioError('bad-input', `${most} classes are more than can be measured (${maximumClasses}).`);
  }
  const byName = placeNames(model.classNames, dataset.classNames);
  if (byName.some((id) => id !== null)) {
    const found = new Set(byName);
    return {
      classOf: byName,
      classNames: dataset.classNames,
      mapping: {
        by: 'name',
        onlyModel: model.classNames.filter((_, id) => byName[id] === null),
        onlyDataset: dataset.classNames.filter((_, id) => !found.has(id)),
      },
    };
  }
  const named = dataset.classNames.length > model.classNames.length || hasNames(dataset.classNames);
  if (named && dataset.classNames.length !== model.classNames.length) {
    throw new StudioError(
      'bad-input',
      `${model.path} knows ${model.classNames.length} classes and ${dataset.path} ${dataset.classNames.length}, and no name is the same.`,
      { hint: 'Measure on a dataset of the classes the model was trained for, or correct the names (--spec).' },
    );
  }
  return {
    classOf: [...model.classNames.keys()],
    classNames: named ? dataset.classNames : model.classNames,
    mapping: { by: 'id', onlyModel: [], onlyDataset: [] },
  };
}

/**
 * Sentences about what is not measured as one might think.
 * @param areNamed whether the dataset names its classes
 */
export function describeMapping({ by, onlyModel, onlyDataset }: ClassMapping, areNamed: boolean): string[] {
  const names = (list: readonly string[]) => `${list.slice(0, 5).join(', ')}${list.length > 5 ? ' ...' : ''}`;
  const why = areNamed ? 'No name of a class is the same' : 'The dataset does not name its classes';
  return [
    ...(onlyModel.length === 0 ? [] : [`Not measured, because the dataset does not have them: ${names(onlyModel)}.`]),
    ...(onlyDataset.length === 0 ? [] : [`Never found, because the model does not know them: ${names(onlyDataset)}.`]),
    ...(by === 'name' ? [] : [`${why}: numbers decide.`]),
  ];
}

/** False for none, and for numbers that stand in place of names. */
export function hasNames(classNames: readonly string[]): boolean {
  return classNames.some((name, id) => name !== String(id));
}
