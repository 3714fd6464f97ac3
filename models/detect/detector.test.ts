import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { paintPicture } from '../testing/pictures.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { fixedOutputModel, siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { openDetector, openDetectorFromProto } from './detector.ts';
import { decodeImage } from './image.ts';

const settings = { confidence: 0.25, iou: 0.7, maxDetections: 300, multiLabel: false };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright detector '));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A v8 output of two classes at 64 x 64 whose predictions are all empty but those given by index. */
async function openWith(name: string, predictions: Readonly<Record<number, readonly number[]>>) {
  const values = new Float32Array(6 * 84);
  for (const [index, row] of Object.entries(predictions)) {
    for (const [channel, value] of row.entries()) values[channel * 84 + Number(index)] = value;
  }
  const path = join(folder, `${name}.onnx`);
  await writeModel(path, fixedOutputModel(64, [1, 6, 84], values, { names: "{0: 'cat', 1: 'dog'}" }));
  return openDetector(path);
}

describe('a detector', () => {
  it('selects, clips and names boxes in image pixels, with their cells', async () => {
    // A 128 x 64 picture fills rows 16..48 of the input at half size.
    const detector = await openWith('boxes', {
      9: [20, 32, 10, 8, 0.9, 0.1],
      10: [20.5, 32, 10, 8, 0.6, 0.1],
      66: [60, 40, 20, 20, 0.1, 0.5],
      83: [30, 30, 5, 5, 0.2, 0.1],
    });
    const { detections } = await detector.detect(
      paintPicture(128, 64, () => 0),
      settings,
    );
    await detector.close();
    expect(detections).toEqual([
      {
        classId: 0,
        className: 'cat',
        score: Math.fround(0.9),
        box: [30, 24, 50, 40],
        cell: { stride: 8, row: 1, column: 1 },
      },
      { classId: 1, className: 'dog', score: 0.5, box: [100, 28, 128, 64], cell: { stride: 16, row: 0, column: 2 } },
    ]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('reports an output that holds %d by name', async (value) => {
    const detector = await openWith(`bad ${value}`, { 5: [1, 1, value, 1, 0, 0] });
    const failure = detector.detect(
      paintPicture(64, 64, () => 0),
      settings,
    );
    await expect(failure).rejects.toMatchObject({ code: 'bad-output' });
    await expect(failure).rejects.toThrow(`"output0"`);
    await detector.close();
  });

  it('answers overlapping calls as if they came one after the other', async () => {
    const path = join(folder, 'tiny.onnx');
    await writeModel(path, tinyV8());
    const detector = await openDetector(path);
    const pictures = [0, 90, 250].map((grey) => paintPicture(64, 64, (column) => (grey + column) % 256));
    const oneByOne = [];
    for (const picture of pictures) oneByOne.push((await detector.candidatesOf(picture, 0)).candidates);
    const together = await Promise.all(pictures.map((picture) => detector.candidatesOf(picture, 0)));
    expect(together.map(({ candidates }) => candidates)).toEqual(oneByOne);
    await detector.close();
  });

  it('leaves no session open that pictures of the asked size do not fit', async () => {
    const path = join(folder, 'fixed.onnx');
    await writeModel(path, tinyV8());
    const { spec, close } = await openDetector(path);
    await close();
    const create = vi.spyOn(InferenceSession, 'create');
    const small = { ...spec, input: { ...spec.input, size: [32, 32] as const } };
    await expect(openDetectorFromProto(await readFile(path), small)).rejects.toMatchObject({ code: 'bad-input' });
    const session = await create.mock.results[0]?.value;
    create.mockRestore();
    await expect(session?.release()).rejects.toThrow(/disposed/);
  });

  it('refuses what is no detector with the reason', async () => {
    const path = join(folder, 'other.onnx');
    await writeModel(path, siluNet());
    await expect(openDetector(path)).rejects.toMatchObject({ code: 'not-a-detector' });
    await expect(openDetector(path)).rejects.toThrow(/other\.onnx is not run as a detector because its output/);
  });
});

describe.skipIf(!hasSharedFolder)('published detectors', () => {
  it.each(['yolov8n/yolov8n', 'yolo11n/yolo11n', 'yolo26n/yolo26n', 'yolox-nano/yolox_nano'])(
    '%s finds one bus and at least three persons',
    async (name) => {
      const detector = await openDetector(sharedPath('models', `${name}.onnx`));
      const { detections } = await detector.detect(
        await decodeImage(sharedPath('data', 'photos', 'bus.jpg')),
        settings,
      );
      await detector.close();
      const count = (wanted: string) => detections.filter(({ className }) => className === wanted).length;
      expect(count('bus')).toBe(1);
      expect(count('person')).toBeGreaterThanOrEqual(3);
    },
    60_000,
  );
});
