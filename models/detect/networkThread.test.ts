import { join } from 'node:path';
import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { encodeModel, writeModel } from '../graph/write.ts';
import { addFloats, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { paintPicture } from '../testing/pictures.ts';
import { tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { openDetector } from './detector.ts';
import { startNetworkThread } from './networkThread.ts';

const folder = temporaryFolder();
const settings = { confidence: 0.001, iou: 0.7, maxDetections: 300, multiLabel: true };
const pictures = Array.from({ length: 8 }, (_, index) =>
  paintPicture(40 + 11 * index, 90 - 7 * index, (column, row) => (column * (index + 1) + row * 3) % 256),
);

describe('a detector whose network has a thread', () => {
  it.each([
    { name: 'v8', proto: tinyV8() },
    { name: 'v5', proto: tinyV5() },
    { name: 'yolox', proto: tinyYolox() },
    { name: 'end-to-end', proto: tinyEndToEnd() },
  ])('finds the same boxes, to the bit, when pictures overlap: $name', async ({ name, proto }) => {
    const path = join(folder, `${name}.onnx`);
    await writeModel(path, proto);
    const here = await openDetector(path, { threads: 1 });
    const expected = [];
    for (const picture of pictures) expected.push((await here.detect(picture, settings)).detections);
    const there = await here.moveToThread();
    // All at once, and each twice: memory is handed from one to the next.
    const found = await Promise.all([...pictures, ...pictures].map((picture) => there.detect(picture, settings)));
    await there.close();
    expect(expected.some((boxes) => boxes.length > 0)).toBe(true);
    expect(found.map(({ detections }) => detections)).toEqual([...expected, ...expected]);
    for (const { ms } of found) expect(ms.inference).toBeGreaterThan(0);
  });
});

/** Bytes of a picture as floats, times the side that is fed beside it. */
function byteModel(): ModelProto {
  const draft = startDraft();
  const floats = addNode(draft, 'Cast', ['images'], { to: { int: DataType.FLOAT } });
  addNode(draft, 'Mul', [floats, 'side'], {}, 'out', 'out');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 2, 2], DataType.UINT8), declareTensor('side', [1])],
    outputs: [declareTensor('out', [1, 3, 2, 2])],
  });
}

describe('the thread of a network', () => {
  const bytes = () => Uint8Array.from({ length: 12 }, (_, index) => 20 * index);
  const start = () =>
    startNetworkThread(encodeModel(byteModel()), {}, 'images', { side: new Tensor('float32', [0.5], [1]) }, ['out']);

  it('feeds what goes beside the picture, and gives the memory of the picture back', async () => {
    const network = await start();
    const data = bytes();
    const { outputs, fed } = await network.run(new Tensor('uint8', data, [1, 3, 2, 2]));
    await network.close();
    expect(outputs.out?.data).toEqual(Float32Array.from(bytes(), (value) => value / 2));
    expect(outputs.out?.dims).toEqual([1, 3, 2, 2]);
    expect(data).toHaveLength(0);
    expect(fed).toEqual(bytes());
  });

  it('says what the runtime says of a run that fails, and goes on', async () => {
    const network = await start();
    const narrow = new Tensor('uint8', new Uint8Array(3), [1, 3, 1, 1]);
    await expect(network.run(narrow)).rejects.toThrow(/invalid dimensions/i);
    const { outputs } = await network.run(new Tensor('uint8', bytes(), [1, 3, 2, 2]));
    expect(outputs.out?.data).toHaveLength(12);
    await network.close();
  });

  it('is not put out of step by a picture that cannot be sent', async () => {
    const network = await start();
    const picture = new Tensor('uint8', bytes(), [1, 3, 2, 2]);
    await network.run(picture);
    await expect(network.run(picture)).rejects.toThrow(/detached|deserialize/); // its memory is the thread's since the first run
    const { outputs } = await network.run(new Tensor('uint8', bytes(), [1, 3, 2, 2]));
    expect(outputs.out?.data).toEqual(Float32Array.from(bytes(), (value) => value / 2));
    await network.close();
  });

  it('says what the runtime says of a model that it cannot open', async () => {
    const draft = startDraft();
    addNode(draft, 'NoSuchOperator', [addFloats(draft, 'one', [1], [1])], {}, 'out', 'out');
    const unknown = finishModel(draft, { inputs: [], outputs: [declareTensor('out', [1])] });
    await expect(startNetworkThread(encodeModel(unknown), {}, 'images', {}, ['out'])).rejects.toThrow(/NoSuchOperator/);
  });

  it('is not waited for once it has ended', async () => {
    const network = await start();
    await network.close();
    await expect(network.run(new Tensor('uint8', bytes(), [1, 3, 2, 2]))).rejects.toThrow(/ended/);
  });
});
