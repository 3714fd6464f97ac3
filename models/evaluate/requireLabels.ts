import type { Dataset, DatasetImage } from '../dataset/dataset.ts';
import { StudioError } from '../errors.ts';

/**
 * Sees to it that there is something to measure against before hours are spent. Ends at the first object, so that it mostly
 * takes no time.
 * @throws StudioError `dataset-invalid` where no picture has a label
 */
export async function requireLabels(
  dataset: Dataset,
  images: readonly DatasetImage[],
  signal: AbortSignal,
): Promise<void> {
  for (const image of images) {
    signal.throwIfAborted();
    if (await mayHaveObjects(dataset, image)) return;
  }
  throw new StudioError('dataset-invalid', `None of the ${images.length} pictures of ${dataset.path} has a label.`, {
    hint: 'Labels lie in "labels" as pictures lie in "images", in a COCO .json file, or in "Annotations" of a VOC folder.',
  });
}

async function mayHaveObjects(dataset: Dataset, image: DatasetImage): Promise<boolean> {
  try {
    return (await dataset.readTruth(image)).objects.length > 0;
  } catch (error) {
    if (error instanceof StudioError) return true; // the run says which pictures cannot be read
    throw error;
  }
}
