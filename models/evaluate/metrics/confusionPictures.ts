import type { ConfusionPictures } from '../../types.ts';
import { background, type MatchRecords, missedObject, notConfusable } from './records.ts';

/** Pictures that the cells of one matrix list together; those of right detections may fill half of it. */
const mostEntries = 200_000;

interface OpenCell {
  readonly found: number;
  readonly truth: number;
  readonly pictures: number[];
  isCut: boolean;
}

/** Remembers on which pictures each cell of a confusion matrix counts something. */
export interface ConfusionCollector {
  /** Adds the records of one picture. @param picture its place among all */
  readonly add: (picture: number, records: MatchRecords) => void;
  readonly finish: () => ConfusionPictures;
}

/**
 * A collector for the cells of `EvaluationFigures.confusion`, counted as there.
 * @param classCount classes of the dataset
 */
export function collectConfusions(classCount: number, limit = mostEntries): ConfusionCollector {
  const cells = new Map<number, OpenCell>();
  let entries = 0;
  const enter = (picture: number, found: number, truth: number) => {
    const key = found * (classCount + 1) + truth;
    const cell = cells.get(key) ?? { found, truth, pictures: [], isCut: false };
    cells.set(key, cell);
    if (cell.pictures.at(-1) === picture) return;
    if (entries >= (found === truth ? limit / 2 : limit)) {
      cell.isCut = true;
      return;
    }
    cell.pictures.push(picture);
    entries += 1;
  };
  return {
    add: (picture, { classIds, truthClasses, objectClasses, objectRoles }) => {
      for (const [index, truth] of truthClasses.entries()) {
        if (truth !== notConfusable) enter(picture, classIds[index] ?? 0, truth === background ? classCount : truth);
      }
      for (const [index, roles] of objectRoles.entries()) {
        if ((roles & missedObject) !== 0) enter(picture, classCount, objectClasses[index] ?? 0);
      }
    },
    finish: () =>
      [...cells.values()]
        .sort((a, b) => a.found - b.found || a.truth - b.truth)
        .map(({ isCut, ...cell }) => (isCut ? { ...cell, isCut } : cell)),
  };
}
