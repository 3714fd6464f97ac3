import type { LabelFile } from '../types.ts';
import type { ImageTruth, PictureSize } from './dataset.ts';
import { truthReader } from './yoloDataset.ts';

/** Problems beyond this number are only counted. */
const listedProblems = 5;

const readYoloTruthOf = truthReader([]);

/** The YOLO labels that lie beside a picture or under `labels`; null where there are none. */
export async function readLabelsBeside(image: string, size: PictureSize): Promise<LabelFile | null> {
  return labelFileOf(await readYoloTruthOf({ path: image, id: image }, size));
}

/**
 * What is marked in a picture, to be shown over it; null where it has no labels. Faults are sentences in `problems`: a bad
 * label must not keep anyone from looking at the picture.
 */
function labelFileOf({ path, objects, flaws }: ImageTruth): LabelFile | null {
  if (path === null) return null;
  const messages = flaws.map(({ message }) => message);
  const more = messages.length - listedProblems;
  const problems = more > 0 ? [...messages.slice(0, listedProblems), `${more} more are left out here.`] : messages;
  const shown = objects.filter(({ box: [x1, y1, x2, y2] }) => x2 > x1 && y2 > y1);
  return { path, objects: shown.map(({ classId, box }) => ({ classId, box })), problems };
}
