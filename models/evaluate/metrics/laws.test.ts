import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluationFigures } from '../../types.ts';
import { groupDetections, groupTruth } from './boxColumns.ts';
import { computeFigures } from './figures.ts';
import { matchPictures } from './matchPictures.ts';
import type { MatchRecords } from './records.ts';

const classes = ['a', 'b', 'c'].map((name, id) => ({ id, name }));
const { signal } = new AbortController();

interface Thing {
  readonly classId: number;
  readonly box: readonly number[];
  readonly crowd: boolean;
}
interface Found {
  readonly classId: number;
  readonly box: readonly number[];
  readonly score: number;
}
interface Picture {
  readonly truth: readonly Thing[];
  readonly found: readonly Found[];
}

// Few places and sizes, so that boxes meet; few scores, so that many are equal.
const side = fc.constantFrom(20, 24, 30, 50, 60, 110);
const place = fc.constantFrom(0, 3, 8, 15, 60);
const box = fc.tuple(place, place, side, side);
const classId = fc.constantFrom(0, 1);
const thing = fc.record({ classId, box, crowd: fc.boolean() });
const score = fc.constantFrom(0.1, 0.2, 0.26, 0.5, 0.75, 0.9);
const found = fc.record({ classId, box, score });
const picture = fc.record({ truth: fc.array(thing, { maxLength: 4 }), found: fc.array(found, { maxLength: 8 }) });
const pictures = fc.array(picture, { minLength: 1, maxLength: 6 });

/** @param first place of the first picture in the whole dataset */
function match(list: readonly Picture[], first = 0): MatchRecords {
  const truth = list.flatMap((entry, index) => entry.truth.map((object) => ({ ...object, index })));
  const detections = list.flatMap((entry, index) => entry.found.map((detection) => ({ ...detection, index })));
  const crowds = Uint8Array.from(truth, ({ crowd }) => (crowd ? 1 : 0));
  return matchPictures(
    Uint32Array.from(list, (_, index) => first + index),
    groupTruth(
      Uint32Array.from(truth, ({ index }) => index),
      list.length,
      classes.length,
      {
        classIds: Uint16Array.from(truth, (object) => object.classId),
        boxes: Float64Array.from(truth.flatMap((object) => object.box)),
        areas: Float64Array.from(truth, (object) => (object.box[2] ?? 0) * (object.box[3] ?? 0)),
        crowds,
        ignored: crowds,
      },
    ),
    groupDetections(
      Uint32Array.from(detections, ({ index }) => index),
      list.length,
      classes.length,
      {
        classIds: Uint16Array.from(detections, (detection) => detection.classId),
        boxes: Float64Array.from(detections.flatMap((detection) => detection.box)),
        scores: Float64Array.from(detections, (detection) => detection.score),
      },
    ),
  );
}

function figuresOf(parts: readonly MatchRecords[], atOnce?: number): Promise<EvaluationFigures> {
  return computeFigures(() => parts, classes, signal, atOnce);
}

/** Figures that the order of scores decides, whatever the scores. */
function rankFigures({ coco, interpolated101, voc }: EvaluationFigures) {
  return { coco, interpolated101, voc };
}

describe('figures', () => {
  it('are exactly those of the whole for parts in any order, and however many detections are held at once', async () => {
    const shuffles = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pictures, shuffles, fc.integer({ min: 0, max: 40 }), async (list, keys, atOnce) => {
        const parts = list.map((entry, index) => ({ part: match([entry], index), key: keys[index] ?? 0 }));
        parts.sort((a, b) => a.key - b.key);
        const whole = await figuresOf([match(list)]);
        expect(
          await figuresOf(
            parts.map(({ part }) => part),
            atOnce,
          ),
        ).toEqual(whole);
      }),
    );
  });

  it('do not depend on the order of pictures where no two scores are equal', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (list) => {
        let rank = 0;
        const distinct = list.map((entry) => ({
          ...entry,
          found: entry.found.map((detection) => {
            rank += 1;
            return { ...detection, score: detection.score + rank / 10_000 };
          }),
        }));
        const forwards = await figuresOf([match(distinct)]);
        expect(await figuresOf([match(distinct.toReversed())])).toEqual(forwards);
      }),
    );
  });

  it('do not depend on the scores but on their order', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (list) => {
        const bent = list.map((entry) => ({
          ...entry,
          found: entry.found.map((detection) => ({ ...detection, score: detection.score ** 3 / 7 - 4 })),
        }));
        const straight = await figuresOf([match(list)]);
        expect(rankFigures(await figuresOf([match(bent)]))).toEqual(rankFigures(straight));
      }),
    );
  });

  it('are perfect, and the matrix has nothing off its diagonal, where objects that lie apart are found', async () => {
    const apart = fc.array(fc.record({ classId, side }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(apart, { minLength: 1, maxLength: 4 }), async (list) => {
        const perfect = list.map((entry) => {
          const boxes = entry.map((object, index) => ({ ...object, box: [index * 200, 0, object.side, object.side] }));
          return {
            truth: boxes.map((object) => ({ ...object, crowd: false })),
            found: boxes.map((object, index) => ({ ...object, score: 0.9 - index / 10 })),
          };
        });
        const { coco, voc, bestF1, confusion } = await figuresOf([match(perfect)]);
        expect(coco.AP).toBeCloseTo(1, 12);
        expect(coco.AR100).toBe(1);
        expect(voc.allPoint50).toBeCloseTo(1, 12);
        expect(bestF1).toMatchObject({ f1: 1, confidence: 0 });
        for (const [row, counts] of confusion.counts.entries()) {
          for (const [column, count] of counts.entries()) if (row !== column) expect(count).toBe(0);
        }
      }),
    );
  });

  it('count every detection above the confidence and every object once in the matrix', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (list) => {
        const { confusion } = await figuresOf([match(list)]);
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        const detections = list.flatMap((entry) => entry.found).filter((detection) => detection.score > 0.25);
        const objects = list.flatMap((entry) => entry.truth).filter((object) => !object.crowd);
        expect(sum(confusion.counts.slice(0, -1).map(sum))).toBe(detections.length);
        expect(sum(confusion.counts.map((row) => sum(row.slice(0, -1))))).toBe(objects.length);
      }),
    );
  });
});
