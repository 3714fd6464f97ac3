import type { OperationContext } from '../../api.ts';
import { readBox, readFinite } from '../../dataset/coco/fields.ts';
import { append, filled, growingNumbers } from '../../dataset/coco/growing.ts';
import { type CocoId, readId, showId } from '../../dataset/coco/ids.ts';
import { isList, isObject, type JsonCursor, readMembers, wantedNames } from '../../dataset/coco/jsonCursor.ts';
import { readFileItems, readJsonFile } from '../../dataset/coco/jsonFile.ts';
import { StudioError } from '../../errors.ts';
import { formatQuantity } from '../../format.ts';
import { type DetectionColumns, type GroupedBoxes, groupDetections } from '../metrics/boxColumns.ts';
import type { Annotations } from './readAnnotations.ts';

const detectionNames = wantedNames('image_id', 'category_id', 'bbox', 'score');

/** What a result file holds. */
interface Detections {
  readonly found: GroupedBoxes<DetectionColumns>;
  /** Sentences about what was left out. */
  readonly warnings: readonly string[];
}

/**
 * Reads a COCO result file: a list of {image_id, category_id, bbox: [left, top, width, height], score}. As in COCO's own code
 * detections of categories that the annotations do not have are left out.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`, also where it names pictures that the annotations
 * do not have, or none of their categories
 */
export async function readDetections(
  path: string,
  annotations: Annotations,
  { signal, report }: OperationContext,
): Promise<Detections> {
  const pictures = growingNumbers();
  const classes = growingNumbers();
  const boxes = growingNumbers();
  const scores = growingNumbers();
  const foreign = new Set<CocoId>();
  let leftOut = 0;
  const onProgress = (fraction: number) => report({ step: 'Reading detections', fraction });
  await readJsonFile(path, { signal, onProgress }, async (file) => {
    const { cursor } = file;
    if (!isList(cursor)) throw notResults(path, 'it is not a list');
    const detection = startDetection(cursor, annotations);
    await readFileItems(file, (index) => {
      detection.read(index);
      if (detection.classNumber === undefined) {
        foreign.add(detection.category);
        leftOut += 1;
        return;
      }
      append(pictures, detection.picture);
      append(classes, detection.classNumber);
      for (let side = 0; side < 4; side += 1) append(boxes, detection.box[side] ?? 0);
      append(scores, detection.score);
    });
  });
  const listed = [...foreign].slice(0, 5).map(showId).join(', ') + (foreign.size > 5 ? ' ...' : '');
  if (leftOut > 0 && pictures.length === 0) throw noneKnown(path, listed, annotations);
  const count = annotations.classes.length;
  return {
    found: groupDetections(Uint32Array.from(filled(pictures)), annotations.pictures.size, count, {
      classIds: Uint16Array.from(filled(classes)),
      boxes: filled(boxes),
      scores: filled(scores),
    }),
    warnings:
      leftOut === 0
        ? []
        : [
            `${path}: ${formatQuantity(leftOut, 'detection was', 'detections were')} left out, of categories that ${annotations.path} does not list: ${listed}.`,
          ],
  };
}

/** One record, filled again and again. */
interface DetectionRecord {
  picture: number;
  category: CocoId;
  /** Undefined where the annotations have no such category. */
  classNumber: number | undefined;
  score: number;
  readonly box: Float64Array;
  readonly read: (index: number) => void;
}

function startDetection(cursor: JsonCursor, annotations: Annotations): DetectionRecord {
  // Results come picture by picture: the last id is mostly the next one too.
  let lastId: CocoId = Number.NaN;
  let lastPicture = 0;
  let fields = 0;
  const readMember = (name: number) => {
    fields |= 1 << name;
    if (name === 0) {
      const id = readId(cursor, 'the image of detection', current);
      if (id !== lastId) lastPicture = pictureOf(id, cursor.path, annotations);
      lastId = id;
      record.picture = lastPicture;
    } else if (name === 1) {
      record.category = readId(cursor, 'the category of detection', current);
      record.classNumber = annotations.classNumbers.get(record.category);
    } else if (name === 2) readBox(cursor, 'detection', current, record.box);
    else record.score = readFinite(cursor, 'the score of detection', current);
  };
  let current = 0;
  const record: DetectionRecord = {
    picture: 0,
    category: 0,
    classNumber: 0,
    score: 0,
    box: new Float64Array(4),
    read(index) {
      current = index;
      fields = 0;
      if (!isObject(cursor)) throw notResults(cursor.path, `detection ${index} is not an object`);
      readMembers(cursor, detectionNames, readMember);
      if (fields !== 15) throw notResults(cursor.path, `detection ${index} has no ${missingField(fields)}`);
    },
  };
  return record;
}

function missingField(fields: number): string {
  return String(detectionNames.find((_, index) => ((fields >> index) & 1) === 0));
}

function pictureOf(id: CocoId, path: string, annotations: Annotations): number {
  const picture = annotations.pictures.get(id);
  if (picture !== undefined) return picture;
  throw new StudioError(
    'dataset-invalid',
    `${path} has detections in image ${showId(id)}, which ${annotations.path} does not list.`,
    {
      hint: 'Name the annotations of the pictures that were detected.',
    },
  );
}

function noneKnown(path: string, listed: string, annotations: Annotations): StudioError {
  return new StudioError(
    'dataset-invalid',
    `${path} has detections of categories ${listed} alone, which ${annotations.path} does not list.`,
    {
      hint: 'COCO numbers its 80 classes 1 to 90 with gaps; models count from 0. Write the ids that the annotations use.',
    },
  );
}

function notResults(path: string, why: string): StudioError {
  return new StudioError('dataset-invalid', `${path} is no COCO result file: ${why}.`, {
    hint: 'It needs a list of {"image_id", "category_id", "bbox": [left, top, width, height], "score"}.',
  });
}
