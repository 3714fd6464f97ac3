import { softmaxOf } from './activations.ts';
import type { Field } from './gridPlaces.ts';

/** The highest of the class values of every cell of one anchor and its class; in the order in which the values lie. */
export function findBestClass(
  data: Float32Array,
  { cellStep, channelStep }: Field,
  start: number,
  classes: number,
  best: Float32Array,
  classIds: Uint16Array,
): void {
  classIds.fill(0);
  if (channelStep > cellStep) {
    for (let cell = 0; cell < best.length; cell += 1) best[cell] = data[start + cell * cellStep] ?? 0;
    let classId = 1;
    // Four classes in one pass: the best so far is read and compared a quarter as often.
    for (; classId + 3 < classes; classId += 4) {
      const from = start + classId * channelStep;
      raiseByFour(data, from, channelStep, cellStep, classId, best, classIds);
    }
    for (; classId < classes; classId += 1) {
      let at = start + classId * channelStep;
      for (let cell = 0; cell < best.length; cell += 1) {
        const value = data[at] ?? 0;
        if (value > (best[cell] ?? 0)) {
          best[cell] = value;
          classIds[cell] = classId;
        }
        at += cellStep;
      }
    }
    return;
  }
  for (let cell = 0; cell < best.length; cell += 1) {
    const first = start + cell * cellStep;
    let highest = data[first] ?? 0;
    let highestClass = 0;
    for (let classId = 1; classId < classes; classId += 1) {
      const value = data[first + classId * channelStep] ?? 0;
      if (value <= highest) continue;
      highest = value;
      highestClass = classId;
    }
    best[cell] = highest;
    classIds[cell] = highestClass;
  }
}

/** Raises the best values of all cells to those of four classes in a row; among equals the first class stays. */
function raiseByFour(
  data: Float32Array,
  from: number,
  channelStep: number,
  cellStep: number,
  classId: number,
  best: Float32Array,
  classIds: Uint16Array,
): void {
  let at = from;
  for (let cell = 0; cell < best.length; cell += 1) {
    const a = data[at] ?? 0;
    const b = data[at + channelStep] ?? 0;
    const c = data[at + 2 * channelStep] ?? 0;
    const d = data[at + 3 * channelStep] ?? 0;
    at += cellStep;
    let highest = best[cell] ?? 0;
    if (a <= highest && b <= highest && c <= highest && d <= highest) continue;
    let id = classIds[cell] ?? 0;
    if (a > highest) {
      highest = a;
      id = classId;
    }
    if (b > highest) {
      highest = b;
      id = classId + 1;
    }
    if (c > highest) {
      highest = c;
      id = classId + 2;
    }
    if (d > highest) {
      highest = d;
      id = classId + 3;
    }
    best[cell] = highest;
    classIds[cell] = id;
  }
}

/** Replaces the highest class value of every cell by its share of the softmax over the classes. */
export function shareOfBest(
  data: Float32Array,
  { cellStep, channelStep }: Field,
  start: number,
  classes: number,
  best: Float32Array,
): void {
  for (let cell = 0; cell < best.length; cell += 1) {
    best[cell] = softmaxOf(data, start + cell * cellStep, channelStep, classes, best[cell] ?? 0);
  }
}
