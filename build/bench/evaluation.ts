import { groupDetections, groupTruth } from '../../models/evaluate/metrics/boxColumns.ts';
import { computeFigures } from '../../models/evaluate/metrics/figures.ts';
import { matchPictures } from '../../models/evaluate/metrics/matchPictures.ts';
import { seededRandom } from '../../models/random.ts';

/** As many as COCO val2017 has, with 100 detections a picture. */
const pictures = 5000;
const objects = 36_000;
const detections = 500_000;
const classCount = 80;

/** Boxes anywhere in 640 x 480, their sides spread evenly over their logarithm. */
function makeBoxes(count: number, random: () => number) {
  const pictureOf = new Uint32Array(count);
  const classIds = new Uint16Array(count);
  const boxes = new Float64Array(4 * count);
  for (let index = 0; index < count; index += 1) {
    pictureOf[index] = Math.floor((index * pictures) / count);
    classIds[index] = random() * classCount;
    const sides = [640 * random(), 480 * random(), 8 * 2 ** (5.5 * random()), 8 * 2 ** (5.5 * random())];
    boxes.set(sides, 4 * index);
  }
  return { pictureOf, classIds, boxes };
}

/** Milliseconds of matching and counting 500,000 detections of 80 classes in 5,000 pictures, the files being read already. */
export async function timeEvaluation(): Promise<number> {
  const random = seededRandom(1);
  const truth = makeBoxes(objects, random);
  const found = makeBoxes(detections, random);
  const scores = Float64Array.from({ length: detections }, random);
  // Every second object is found, a little beside its place.
  for (let object = 0; object < objects; object += 2) {
    const index = Math.floor((object * detections) / objects);
    found.classIds[index] = truth.classIds[object] ?? 0;
    found.boxes.set(
      truth.boxes.subarray(4 * object, 4 * object + 4).map((side) => side * (1 + 0.05 * random())),
      4 * index,
    );
  }
  const started = performance.now();
  const none = new Uint8Array(objects);
  const areas = Float64Array.from(
    none,
    (_, object) => (truth.boxes[4 * object + 2] ?? 0) * (truth.boxes[4 * object + 3] ?? 0),
  );
  const records = matchPictures(
    Uint32Array.from({ length: pictures }, (_, picture) => picture),
    groupTruth(truth.pictureOf, pictures, classCount, { ...truth, areas, crowds: none, ignored: none }),
    groupDetections(found.pictureOf, pictures, classCount, { ...found, scores }),
  );
  const classes = Array.from({ length: classCount }, (_, id) => ({ id, name: `class ${id}` }));
  await computeFigures(() => [records], classes, new AbortController().signal);
  return performance.now() - started;
}
