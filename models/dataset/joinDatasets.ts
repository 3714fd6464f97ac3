import { StudioError } from '../errors.ts';
import type { Dataset, DatasetSplit } from './dataset.ts';

/**
 * Several datasets of the same classes as one, a split each, as COCO keeps them in a file and others in a folder for every split.
 * @throws StudioError `dataset-invalid` where their classes differ, or two splits have the same name
 */
export function joinDatasets(path: string, datasets: readonly Dataset[]): Dataset {
  const [first, ...others] = datasets;
  if (first === undefined) throw new StudioError('dataset-invalid', `${path} holds no dataset.`);
  if (others.length === 0) return first;
  for (const other of others) {
    if (other.classNames.join('\0') !== first.classNames.join('\0')) {
      throw new StudioError('dataset-invalid', `${first.path} and ${other.path} have different classes.`, {
        hint: 'Name one of them instead of the folder.',
      });
    }
  }
  const splits = datasets.flatMap((dataset) => dataset.splits).sort((a, b) => rankOf(a) - rankOf(b));
  const names = splits.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new StudioError('dataset-invalid', `${path} holds the same split several times.`, {
      hint: `Name one of them: ${datasets.map((dataset) => dataset.path).join(', ')}`,
    });
  }
  // The entries themselves and not their paths: a picture may be in several of the files.
  const owners = new Map(
    datasets.flatMap((dataset) => dataset.splits.flatMap(({ images }) => images.map((image) => [image, dataset]))),
  );
  return {
    ...first,
    path,
    root: path,
    splits,
    notes: datasets.flatMap((dataset) => dataset.notes),
    readTruth: (image, size) => (owners.get(image) ?? first).readTruth(image, size),
    findOrphans: async (signal) => (await Promise.all(datasets.map((dataset) => dataset.findOrphans(signal)))).flat(),
  };
}

/** Splits in the order in which one names them. */
function rankOf({ name }: DatasetSplit): number {
  const rank = ['train', 'val', 'test'].indexOf(name);
  return rank < 0 ? 3 : rank;
}
