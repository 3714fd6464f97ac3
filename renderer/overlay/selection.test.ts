import { describe, expect, it } from 'vitest';
import { placeImage } from '../../models/geometry/letterbox.ts';
import type { Box, Look } from '../../models/types.ts';
import { linksTo } from './fate.ts';
import { counterpart } from './scene.ts';
import { boxEdgeUnder, boxUnder, type ShownBox, showBoxes } from './selection.ts';
import { shareClasses } from './sharedClasses.ts';

function makeLook(things: readonly { box: Box; score: number; classId: number }[], nmsInGraph = false): Look {
  const count = things.length;
  return {
    image: 'a.jpg',
    width: 100,
    height: 100,
    placement: placeImage(100, 100, 100, 100, 'stretch'),
    candidates: {
      count,
      boxes: Float32Array.from(things.flatMap(({ box }) => box)),
      scores: Float32Array.from(things, ({ score }) => score),
      classIds: Uint16Array.from(things, ({ classId }) => classId),
      levels: new Uint8Array(count).fill(255),
      rows: new Uint16Array(count),
      columns: new Uint16Array(count),
      anchors: new Uint8Array(count),
    },
    levels: [],
    classNames: ['cat'],
    nmsInGraph,
    provider: { requested: 'cpu', used: 'cpu' },
    ms: { decode: 0, preprocess: 0, inference: 0, postprocess: 0 },
  };
}

const things: { box: Box; score: number; classId: number }[] = [
  { box: [10, 10, 50, 50], score: 0.6, classId: 0 },
  { box: [10, 10, 50, 52], score: 0.9, classId: 0 },
  { box: [-5, 60, 20, 120], score: 0.4, classId: 7 },
];

describe('showBoxes', () => {
  it('suppresses, sorts, clips and names', () => {
    const look = makeLook(things);
    const { boxes, selection } = showBoxes(look, 0.25, 0.7);
    expect(boxes.map(({ candidate }) => candidate)).toEqual([1, 2]);
    expect(boxes[0]?.className).toBe('cat');
    expect(boxes[1]).toMatchObject({ className: 'class 7', box: [0, 60, 20, 100] });
    expect(linksTo(look, { selection, boxes }, 1)).toHaveLength(1);
    expect(linksTo(look, { selection, boxes }, 2)).toHaveLength(0);
  });

  it('follows both thresholds without touching the candidates', () => {
    const look = makeLook(things);
    expect(showBoxes(look, 0.5, 0.7).boxes).toHaveLength(1);
    expect(showBoxes(look, 0.25, 0.99).boxes).toHaveLength(3);
    expect(showBoxes(look, 0.95, 0.7).boxes).toHaveLength(0);
  });

  it('does not suppress again what the graph has selected', () => {
    expect(showBoxes(makeLook(things, true), 0.25, 0.1).boxes).toHaveLength(3);
  });

  it('computes nothing twice for the same thresholds', () => {
    const look = makeLook(things);
    expect(showBoxes(look, 0.25, 0.7)).toBe(showBoxes(look, 0.25, 0.7));
  });
});

function shown(candidate: number, box: Box): ShownBox {
  return { candidate, classId: 0, className: 'cat', score: 0.5, box };
}

describe('pointing', () => {
  const boxes = [shown(0, [0, 0, 100, 100]), shown(1, [40, 40, 60, 60])];

  it('means the smallest box around the point', () => {
    expect(boxUnder(boxes, 50, 50)?.candidate).toBe(1);
    expect(boxUnder(boxes, 10, 10)?.candidate).toBe(0);
    expect(boxUnder(boxes, 101, 10)).toBeNull();
  });

  it('means a box on its lines alone where cells come first', () => {
    expect(boxEdgeUnder(boxes, 42, 50, 3)?.candidate).toBe(1);
    expect(boxEdgeUnder(boxes, 50, 50, 3)).toBeNull();
    expect(boxEdgeUnder(boxes, 102, 50, 3)?.candidate).toBe(0);
    expect(boxEdgeUnder(boxes, 104, 50, 3)).toBeNull();
  });
});

describe('counterpart', () => {
  const box: Box = [0, 0, 10, 10];
  const wanted = { box, classId: 0, className: 'cat' };
  const classes = shareClasses([
    ['cat', 'dog'],
    ['dog', 'cat'],
  ]);

  it('prefers the same class to a larger overlap, and wants at least half', () => {
    const other = { ...shown(0, [0, 0, 10, 10]), classId: 1, className: 'dog' };
    const same = shown(1, [0, 0, 10, 8]);
    const find = (boxes: readonly ShownBox[]) => counterpart(wanted, boxes, classes);
    expect(find([other, same])?.shown.candidate).toBe(1);
    expect(find([same, other])).toMatchObject({ iou: expect.closeTo(0.8, 6), isSameClass: true });
    expect(find([other])).toMatchObject({ shown: other, isSameClass: false });
    expect(find([shown(2, [0, 0, 10, 4])])).toBeNull();
  });

  it('goes by names where the other model numbers its classes differently', () => {
    const cat = { ...shown(0, [0, 0, 10, 8]), classId: 1 };
    const dog = { ...shown(1, [0, 0, 10, 10]), className: 'dog' };
    expect(counterpart(wanted, [dog, cat], classes)).toMatchObject({ shown: cat, isSameClass: true });
  });
});
