import type { TruthObject } from './dataset.ts';
import { type LabelledPicture, rounded, type WrittenDataset } from './labelledPicture.ts';

/** Pixels are written to a ten-thousandth. */
const decimals = 4;

/**
 * A dataset as `annotations/instances_SPLIT.json`, with places for the pictures in `images/SPLIT`. Categories are numbered from
 * 1, in the order of the classes.
 * @param fileName how a picture is named in the file
 */
export function writeCoco(
  pictures: readonly LabelledPicture[],
  classNames: readonly string[],
  fileName: (picture: LabelledPicture) => string,
): WrittenDataset {
  const files = new Map<string, string>();
  for (const split of new Set(pictures.map((picture) => picture.split))) {
    const own = pictures.filter((picture) => picture.split === split);
    files.set(`annotations/instances_${split}.json`, cocoText(own, classNames, fileName));
  }
  return { files, placeOf: ({ split, name }) => `images/${split}/${name}`, opens: [...files.keys()] };
}

/** The text of a COCO file, an entry a line. */
function cocoText(
  pictures: readonly LabelledPicture[],
  classNames: readonly string[],
  fileName: (picture: LabelledPicture) => string,
): string {
  const images = pictures.map((picture, index) =>
    JSON.stringify({ id: index + 1, file_name: fileName(picture), ...picture.size }),
  );
  let count = 0;
  const annotations = pictures.flatMap(({ objects }, index) =>
    objects.map((object) => {
      count += 1;
      return JSON.stringify(annotationOf(object, count, index + 1));
    }),
  );
  const categories = classNames.map((name, classId) => JSON.stringify({ id: classId + 1, name }));
  const list = (entries: readonly string[]) => (entries.length === 0 ? '[]' : `[\n${entries.join(',\n')}\n]`);
  return `{"images": ${list(images)},\n"annotations": ${list(annotations)},\n"categories": ${list(categories)}}\n`;
}

function annotationOf(
  { classId, box: [x1, y1, x2, y2], area, crowd, ignore }: TruthObject,
  id: number,
  imageId: number,
) {
  return {
    id,
    image_id: imageId,
    category_id: classId + 1,
    bbox: [x1, y1, x2 - x1, y2 - y1].map((value) => rounded(value, decimals)),
    area: rounded(area, decimals),
    iscrowd: crowd ? 1 : 0,
    ...(ignore ? { ignore: 1 } : {}),
  };
}
