import type { ClassRecords } from './classRecords.ts';
import { vocHit, vocIgnored } from './records.ts';

/** Average precision of one class by the rules of the VOC devkit. */
export interface VocAverages {
  /** Area below precision over recall, precision at each recall being the highest at it or beyond; since 2010. */
  readonly allPoint: number;
  /** Mean of that precision at the recalls 0, 0.1 ... 1; until 2009. */
  readonly elevenPoint: number;
}

/** @param objects objects of the class that are not ignored, at least 1 */
export function averageVoc({ records, order }: ClassRecords, objects: number): VocAverages {
  const precisions: number[] = [];
  let counted = 0;
  for (const index of order) {
    const verdict = records.voc[index] ?? 0;
    if (verdict === vocIgnored) continue;
    counted += 1;
    if (verdict === vocHit) precisions.push((precisions.length + 1) / counted);
  }
  let highest = 0;
  let allPoint = 0;
  let elevenPoint = 0;
  let point = 10;
  for (let found = precisions.length; found > 0; found -= 1) {
    for (; point >= 0 && recallOfPoint(point) > found / objects; point -= 1) elevenPoint += highest / 11;
    highest = Math.max(highest, precisions[found - 1] ?? 0);
    allPoint += highest / objects;
  }
  return { allPoint, elevenPoint: elevenPoint + ((point + 1) * highest) / 11 };
}

/** As NumPy's `linspace(0, 1, 11)`. */
function recallOfPoint(point: number): number {
  return point === 10 ? 1 : point * 0.1;
}
