import { expect, it } from 'vitest';
import { collectConfusions } from './confusionPictures.ts';
import { background, makeRecords, missedObject, notConfusable } from './records.ts';

/** One picture: pairs of found and true class, and the classes of objects that were missed or met. */
function picture(found: readonly (readonly [number, number])[], objects: readonly (readonly [number, number])[] = []) {
  const records = makeRecords(1, found.length, objects.length);
  for (const [index, [classId, truth]] of found.entries()) {
    records.classIds[index] = classId;
    records.truthClasses[index] = truth;
  }
  for (const [index, [classId, roles]] of objects.entries()) {
    records.objectClasses[index] = classId;
    records.objectRoles[index] = roles;
  }
  return records;
}

it('lists the pictures of every cell once, nothing being the last row and column', () => {
  const collector = collectConfusions(2);
  const twice = [1, 0] as const;
  collector.add(0, picture([twice, twice, [0, notConfusable]], [[0, 0]]));
  collector.add(3, picture([[0, background]], [[1, missedObject]]));
  collector.add(4, picture([twice, [0, 0]]));
  expect(collector.finish()).toEqual([
    { found: 0, truth: 0, pictures: [4] },
    { found: 0, truth: 2, pictures: [3] },
    { found: 1, truth: 0, pictures: [0, 4] },
    { found: 2, truth: 1, pictures: [3] },
  ]);
});

it('says which cells are cut, and keeps half of the room for mistakes', () => {
  const collector = collectConfusions(2, 4);
  for (let place = 0; place < 5; place += 1) collector.add(place, picture([[0, 0]]));
  for (let place = 0; place < 2; place += 1) collector.add(place, picture([[0, 1]]));
  expect(collector.finish()).toEqual([
    { found: 0, truth: 0, pictures: [0, 1], isCut: true },
    { found: 0, truth: 1, pictures: [0, 1] },
  ]);
});
