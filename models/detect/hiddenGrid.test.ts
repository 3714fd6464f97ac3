import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { beforeAll, describe, expect, it } from 'vitest';
import { boxAt } from '../geometry/box.ts';
import { toImageX, toImageY } from '../geometry/letterbox.ts';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { testSpec } from '../testing/testSpec.ts';
import { fixedOutputModel, tinyEndToEnd, tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import type { CandidateSet } from '../types.ts';
import { detectImages } from './detectImages.ts';
import { type Detector, openDetector } from './detector.ts';
import { findHiddenGrid, placeInHiddenGrid } from './hiddenGrid.ts';
import { decodeImage } from './image.ts';
import { look } from './look.ts';

const folder = temporaryFolder();
let picture = '';

async function saved(name: string, proto: ModelProto): Promise<string> {
  const path = join(folder, name);
  await writeModel(path, proto);
  return path;
}

async function using<Result>(path: string, grid: boolean, use: (detector: Detector) => Promise<Result>) {
  const detector = await openDetector(path, { grid });
  try {
    return await use(detector);
  } finally {
    await detector.close();
  }
}

beforeAll(async () => {
  picture = await writePicture(join(folder, 'wide.png'), 96, 64, 3);
});

describe('a model that selects its boxes in the graph', () => {
  // The same weights make both: what the one joins as its output, the other selects from.
  it.each([1, 2, 3])('has the heat and the cells of the same model without the selection (seed %i)', async (seed) => {
    const image = await decodeImage(picture);
    const open = await using(await saved('v8.onnx', tinyV8({ seed, size: 96 })), false, (one) =>
      one.candidatesOf(image),
    );
    const { candidates, levels } = await using(
      await saved('end2end.onnx', tinyEndToEnd({ seed, size: 96 })),
      true,
      (one) => one.candidatesOf(image),
    );
    expect(levels.map(({ stride, rows, columns }) => [stride, rows, columns])).toEqual([
      [8, 12, 12],
      [16, 6, 6],
      [32, 3, 3],
    ]);
    for (const [index, { heat, classIds }] of levels.entries()) {
      const expected = open.levels[index];
      expect(Math.max(...heat.map((score, cell) => Math.abs(score - (expected?.heat[cell] ?? 0))))).toBeLessThan(1e-6);
      expect(classIds).toEqual(expected?.classIds);
    }
    expect(candidates.count).toBe(20);
    for (let row = 0; row < candidates.count; row += 1) {
      const same = Array.from({ length: open.candidates.count }, (_, index) => index).find(
        (index) =>
          open.candidates.levels[index] === candidates.levels[row] &&
          open.candidates.rows[index] === candidates.rows[row] &&
          open.candidates.columns[index] === candidates.columns[row],
      );
      expect(same).toBeDefined();
      const box = boxAt(open.candidates.boxes, same ?? 0);
      for (const [side, value] of boxAt(candidates.boxes, row).entries()) expect(value).toBeCloseTo(box[side] ?? 0, 3);
    }
  });

  it('keeps its own boxes, and gives no grid where none is asked for', async () => {
    const path = await saved('plain.onnx', tinyEndToEnd());
    const image = await decodeImage(picture);
    const plain = await using(path, false, (one) => one.candidatesOf(image));
    const gridded = await using(path, true, (one) => one.candidatesOf(image));
    expect(plain.levels).toEqual([]);
    expect(new Set(plain.candidates.levels)).toEqual(new Set([255]));
    expect(gridded.candidates.boxes).toEqual(plain.candidates.boxes);
    expect(gridded.candidates.scores).toEqual(plain.candidates.scores);
  });

  it('gives cells and levels to whoever detects with a grid', async () => {
    const { context } = recordingContext();
    const model = await saved('detect.onnx', tinyEndToEnd());
    const input = parseInput('detect', { model, images: [picture], grid: true, confidence: 0.05 });
    const [entry] = (await detectImages(input, context)).images;
    if (entry === undefined || 'error' in entry) throw new Error('The picture could not be read.');
    expect(entry.grid?.map(({ stride }) => stride)).toEqual([8, 16, 32]);
    expect(entry.detections.length).toBeGreaterThan(0);
    for (const { cell } of entry.detections) expect([8, 16, 32]).toContain(cell?.stride);
  });

  it('says why there is no grid', async () => {
    const { context } = recordingContext();
    const see = async (name: string, proto: ModelProto, grid: boolean) =>
      look(parseInput('look', { model: await saved(name, proto), image: picture, grid }), context);
    const rows = Float32Array.from({ length: 300 * 6 }, (_, at) => (at < 6 ? ([4, 4, 40, 40, 0.9, 1][at] ?? 0) : 0));
    const names = { names: "{0: 'a', 1: 'b'}" };
    const bare = fixedOutputModel(64, [1, 300, 6], rows, names);
    expect(await see('selects.onnx', tinyEndToEnd(), false)).toMatchObject({
      gridUnavailable: 'not-asked',
      levels: [],
    });
    expect(await see('bare.onnx', bare, true)).toMatchObject({ gridUnavailable: 'not-found', levels: [] });
    const found = await see('selects.onnx', tinyEndToEnd(), true);
    expect(found.levels).toHaveLength(3);
    expect(found.gridUnavailable).toBeUndefined();
  });
});

describe('placeInHiddenGrid', () => {
  const spec = testSpec(64, { family: 'end-to-end', strides: [], classes: 3, classNames: ['a', 'b', 'c'] });
  const grid = findHiddenGrid(tinyEndToEnd(), {
    ...spec,
    outputs: [{ name: 'output0', holds: 'predictions', order: 'box-major' }],
  });
  const placement = {
    imageWidth: 64,
    imageHeight: 64,
    inputWidth: 64,
    inputHeight: 64,
    scaleX: 1,
    scaleY: 1,
    padLeft: 0,
    padTop: 0,
  };
  const boxOf = (box: readonly number[], score: number) => ({
    count: 1,
    boxes: Float32Array.from(box),
    scores: Float32Array.of(score),
    classIds: Uint16Array.of(1),
    levels: Uint8Array.of(255),
    rows: new Uint16Array(1),
    columns: new Uint16Array(1),
    anchors: new Uint8Array(1),
  });
  const cellOf = ({ levels, rows, columns }: CandidateSet) => [levels[0], rows[0], columns[0]];
  // [84, 3]: 64 cells of stride 8, 16 of 16 and 4 of 32; class 1 is .75 in two cells: row 2, column 3 of stride 8 and row 1, column 1 of 32.
  const values = new Float32Array(3 * 84);
  for (const cell of [2 * 8 + 3, 64 + 16 + 3]) values[3 * cell + 1] = 0.75;
  const outputs = { data: values, shape: [84, 3] };

  it('takes the nearer of two cells with the same score', () => {
    if (grid === null) throw new Error('There is no grid.');
    const small = placeInHiddenGrid(grid, outputs, boxOf([20, 12, 36, 28], 0.75), spec, placement);
    expect(small && cellOf(small.candidates)).toEqual([0, 2, 3]);
    const large = placeInHiddenGrid(grid, outputs, boxOf([20, 20, 64, 64], 0.75), spec, placement);
    expect(large && cellOf(large.candidates)).toEqual([2, 1, 1]);
  });

  it('does not take a tensor for the grid that the boxes cannot come from', () => {
    if (grid === null) throw new Error('There is no grid.');
    expect(placeInHiddenGrid(grid, outputs, boxOf([20, 12, 36, 28], 0.5), spec, placement)).toBeNull();
  });
});

describe.skipIf(!hasSharedFolder)('YOLO26', () => {
  it('has the cell of every detection inside its box', async () => {
    const image = await decodeImage(sharedPath('data', 'photos', 'bus.jpg'));
    const { candidates, levels, placement } = await using(
      sharedPath('models', 'yolo26n', 'yolo26n.onnx'),
      true,
      (detector) => detector.candidatesOf(image, 0.25),
    );
    expect(levels.map(({ rows, columns }) => [rows, columns])).toEqual([
      [80, 80],
      [40, 40],
      [20, 20],
    ]);
    expect(candidates.count).toBeGreaterThanOrEqual(4);
    for (let index = 0; index < candidates.count; index += 1) {
      const stride = levels[candidates.levels[index] ?? 255]?.stride ?? 0;
      const [left, top, right, bottom] = boxAt(candidates.boxes, index);
      const x = toImageX(placement, ((candidates.columns[index] ?? 0) + 0.5) * stride);
      const y = toImageY(placement, ((candidates.rows[index] ?? 0) + 0.5) * stride);
      expect(x > left && x < right && y > top && y < bottom).toBe(true);
    }
  });
});
