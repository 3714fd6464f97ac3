import type { DatasetCheckReport } from '../types.ts';
import type { TruthObject } from './dataset.ts';

/** Counts pictures and objects, by split and by class. */
export function startTally(classNames: readonly string[]) {
  const splits = new Map<string, { objects: number; backgrounds: number }>();
  const objectsOf: number[] = classNames.map(() => 0);
  const imagesOf: number[] = classNames.map(() => 0);
  return {
    /** The objects of one labelled picture. */
    add: (split: string, objects: readonly TruthObject[]) => {
      const counts = splits.get(split) ?? { objects: 0, backgrounds: 0 };
      counts.objects += objects.length;
      if (objects.length === 0) counts.backgrounds += 1;
      splits.set(split, counts);
      for (const { classId } of objects) objectsOf[classId] = (objectsOf[classId] ?? 0) + 1;
      for (const classId of new Set(objects.map((object) => object.classId)))
        imagesOf[classId] = (imagesOf[classId] ?? 0) + 1;
    },
    ofSplit: (split: string) => splits.get(split) ?? { objects: 0, backgrounds: 0 },
    /** Also classes that nothing names, by their numbers. */
    classes: (): DatasetCheckReport['classes'] =>
      Array.from({ length: Math.max(classNames.length, objectsOf.length) }, (_, classId) => ({
        classId,
        className: classNames[classId] ?? String(classId),
        objects: objectsOf[classId] ?? 0,
        images: imagesOf[classId] ?? 0,
      })),
  };
}
