/** The bits of `MatchRecords.voc`. */
export const vocHit = 1;
export const vocIgnored = 2;

/** The bits of `MatchRecords.objectRoles`: one for each of COCO's ranges of area in which the object is looked for, then these. */
export const ordinaryObject = 16;
/** No detection of any class met the object; for the confusion matrix. */
export const missedObject = 32;

/** `MatchRecords.truthClasses` of a detection that met no object. */
export const background = 0xffff;
/** `MatchRecords.truthClasses` of a detection whose score is too low for the confusion matrix. */
export const notConfusable = 0xfffe;

/**
 * What is left of pictures once their detections are matched with their objects: all that figures are made of. Every picture
 * is matched by itself, so the records of parts of a dataset, put together in any order, give exactly the figures of the whole.
 * Parallel columns: one value a picture, a detection or an object. Classes are numbered as in the dataset.
 */
export interface MatchRecords {
  /** The place of each picture in the whole dataset: equal scores are ranked by it. */
  readonly pictures: Uint32Array;
  /** Detections of the picture at index p of `pictures`: from `detectionStarts[p]` up to `detectionStarts[p + 1]`. */
  readonly detectionStarts: Uint32Array;
  readonly objectStarts: Uint32Array;
  /** Per detection: class by class, best score first. */
  readonly classIds: Uint16Array;
  readonly scores: Float64Array;
  /** Place among the detections of its class in its picture, 0 the best. */
  readonly ranks: Uint16Array;
  /** 4 a detection, one for each range of area: a bit for each overlap threshold at which it found an object looked for. */
  readonly cocoHits: Uint16Array;
  /** 4 a detection: a bit for each threshold at which it is neither right nor wrong. */
  readonly cocoIgnored: Uint16Array;
  /** A bit for each threshold at which the detection is right by the rule of the 101-point interpolated figures. */
  readonly interpolatedHits: Uint16Array;
  /** `vocHit`, `vocIgnored` or 0. */
  readonly voc: Uint8Array;
  /** Class of the object that the detection met, `background` or `notConfusable`. */
  readonly truthClasses: Uint16Array;
  /** Per object. */
  readonly objectClasses: Uint16Array;
  readonly objectRoles: Uint8Array;
}

/** Records of so many pictures, detections and objects, all zero. */
export function makeRecords(pictures: number, detections: number, objects: number): MatchRecords {
  return {
    pictures: new Uint32Array(pictures),
    detectionStarts: new Uint32Array(pictures + 1),
    objectStarts: new Uint32Array(pictures + 1),
    classIds: new Uint16Array(detections),
    scores: new Float64Array(detections),
    ranks: new Uint16Array(detections),
    cocoHits: new Uint16Array(4 * detections),
    cocoIgnored: new Uint16Array(4 * detections),
    interpolatedHits: new Uint16Array(detections),
    voc: new Uint8Array(detections),
    truthClasses: new Uint16Array(detections),
    objectClasses: new Uint16Array(objects),
    objectRoles: new Uint8Array(objects),
  };
}
