import { seededRandom } from '../random.ts';

/** Pictures that must stay together. */
export interface SplitGroup {
  readonly images: number;
  /** Objects by class id. */
  readonly objects: ReadonlyMap<number, number>;
}

/**
 * Puts every group into one of several splits so that these get their shares of the pictures; the same seed gives the same
 * splits. Where `stratify` is set, of the objects of every class too, rarest class first: iterative stratification (Sechidis,
 * Tsoumakas and Vlahavas, On the Stratification of Multi-Label Data, 2011), with groups in place of single examples.
 * @param shares of each split, adding up to 1
 * @returns the split of each group
 */
export function assignSplits(
  groups: readonly SplitGroup[],
  shares: readonly number[],
  seed: number,
  stratify: boolean,
): Int32Array {
  const assigned = new Int32Array(groups.length).fill(-1);
  const order = shuffleLargestFirst(groups, seed);
  const missingImages = shares.map((share) => share * sum(groups.map(({ images }) => images)));
  const missingObjects = new Map<number, number[]>();
  const left = countObjects(groups);
  for (const [classId, count] of left) {
    missingObjects.set(
      classId,
      shares.map((share) => share * count),
    );
  }

  const assign = (index: number, wanted: readonly number[]) => {
    const group = groups[index];
    if (group === undefined) return;
    const split = neediest(wanted, missingImages, shares);
    assigned[index] = split;
    missingImages[split] = (missingImages[split] ?? 0) - group.images;
    for (const [classId, count] of group.objects) {
      const missing = missingObjects.get(classId);
      if (missing !== undefined) missing[split] = (missing[split] ?? 0) - count;
      left.set(classId, (left.get(classId) ?? 0) - count);
    }
  };

  const byClass = stratify ? groupsByClass(groups, order) : new Map<number, number[]>();
  for (let rarest = rarestOf(byClass, left); rarest !== null; rarest = rarestOf(byClass, left)) {
    for (const index of byClass.get(rarest) ?? []) {
      if (assigned[index] === -1) assign(index, missingObjects.get(rarest) ?? []);
    }
    byClass.delete(rarest);
  }
  for (const index of order) if (assigned[index] === -1) assign(index, missingImages);
  return assigned;
}

/** A large group that comes last would upset the shares. */
function shuffleLargestFirst(groups: readonly SplitGroup[], seed: number): number[] {
  const random = seededRandom(seed);
  const order = groups.map((_, index) => index);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order.sort((a, b) => (groups[b]?.images ?? 0) - (groups[a]?.images ?? 0));
}

/** The split that lacks most of what is wanted; of several, most pictures. One without a share gets nothing. */
function neediest(wanted: readonly number[], missingImages: readonly number[], shares: readonly number[]): number {
  let best = -1;
  for (const [split, share] of shares.entries()) {
    if (share === 0) continue;
    const lead = best < 0 ? 1 : (wanted[split] ?? 0) - (wanted[best] ?? 0);
    if (lead > 0 || (lead === 0 && (missingImages[split] ?? 0) > (missingImages[best] ?? 0))) best = split;
  }
  return best;
}

function countObjects(groups: readonly SplitGroup[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { objects } of groups) {
    for (const [classId, count] of objects) counts.set(classId, (counts.get(classId) ?? 0) + count);
  }
  return counts;
}

function groupsByClass(groups: readonly SplitGroup[], order: readonly number[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const index of order) {
    for (const classId of groups[index]?.objects.keys() ?? []) {
      const list = found.get(classId);
      if (list === undefined) found.set(classId, [index]);
      else list.push(index);
    }
  }
  return found;
}

function rarestOf(byClass: ReadonlyMap<number, unknown>, left: ReadonlyMap<number, number>): number | null {
  let rarest: number | null = null;
  for (const classId of byClass.keys()) {
    const isRarer = rarest === null || (left.get(classId) ?? 0) < (left.get(rarest) ?? 0);
    if (isRarer) rarest = classId;
  }
  return rarest;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
